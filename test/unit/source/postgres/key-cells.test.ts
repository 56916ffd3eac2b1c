import { describe, expect, it } from '@jest/globals';
import {
  Binary,
  Bool,
  DateDay,
  Field,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { KeyCells } from '../../../../shared/source/postgres/key-cells.ts';

const COLUMNS = {
  id: vectorFromArray([9_007_199_254_740_993n, -1n], new Int64()),
  ok: vectorFromArray([true, false], new Bool()),
  label: vectorFromArray(['é🦆', '\uFEFFx'], new Utf8()),
  raw: vectorFromArray([Uint8Array.of(0, 255), Uint8Array.of()], new Binary()),
  hidden: vectorFromArray(['1.50', 'NaN'], new Utf8()),
};

const DECODED = new Schema(Object.entries(COLUMNS).map(([name, { type }]) => new Field(name, type, true)));

function decodedBatch(columns: Record<string, { readonly data: readonly unknown[] }> = COLUMNS): RecordBatch {
  const children = Object.values(columns).map(({ data }) => data[0]) as never[];
  return new RecordBatch(DECODED, makeData({ type: new Struct(DECODED.fields), length: 2, nullCount: 0, children }));
}

const visibleSchema = new Schema(DECODED.fields.slice(0, 4));

describe('the key of a row', () => {
  it('is printed from what landed', () => {
    const cells = new KeyCells(DECODED, DECODED, [3, 2, 1, 0]);
    const batch = decodedBatch();
    expect(cells.visible(batch)).toBe(batch);
    expect(cells.keyAt(batch, 0)).toEqual(['\\x00ff', 'é🦆', 'true', '9007199254740993']);
    expect(cells.keyAt(batch, 1)).toEqual(['\\x', '\uFEFFx', 'false', '-1']);
  });

  it('is found in columns that the batch does not show, whose buffers are not copied', () => {
    const cells = new KeyCells(visibleSchema, DECODED, [4, 0]);
    const batch = decodedBatch();
    const visible = cells.visible(batch);
    expect([visible.schema, visible.numCols, visible.numRows]).toEqual([visibleSchema, 4, 2]);
    expect(visible.data.children[2]).toBe(batch.data.children[2]);
    expect(cells.keyAt(visible, 1)).toEqual(['NaN', '-1']);
    expect(() => cells.keyAt(batch, 1)).toThrow('not one of this stream');
  });

  it('cannot be null', () => {
    const nulls = { ...COLUMNS, ok: vectorFromArray([true, null], new Bool()) };
    expect(() => new KeyCells(DECODED, DECODED, [0, 1]).visible(decodedBatch(nulls))).toThrow(
      'Column "ok" of the key holds NULL',
    );
    expect(new KeyCells(DECODED, DECODED, [0]).visible(decodedBatch(nulls)).numRows).toBe(2);
  });

  it('is not made up for a type that does not land as its text', () => {
    const dates = new Schema([new Field('day', new DateDay(), true)]);
    expect(() => new KeyCells(dates, dates, [0])).toThrow('A key is not printed from Date.');
  });
});
