import { describe, expect, it } from '@jest/globals';
import type { RecordBatch } from 'apache-arrow';
import { KeyedBatches, type KeyPart } from '../../../../../shared/source/mssql/key/keyed-batches.ts';
import { colMetadata, done, row } from '../../../../support/tds/tokens.ts';
import type { WireColumn, WireValue } from '../../../../support/tds/wire-types.ts';
import { batchesOf, reading, rowsOf } from '../tds/decoding.ts';

const COLUMNS: readonly WireColumn[] = [
  { name: 'id', type: { kind: 'int' } },
  { name: 'name', type: { kind: 'nvarchar', length: 20 } },
  { name: 'landfall key 1', type: { kind: 'varbinary', length: 4 } },
  { name: 'landfall key 2', type: { kind: 'nvarchar', length: 20 } },
];
const VISIBLE: readonly KeyPart[] = [
  { name: 'name', isHidden: false },
  { name: 'id', isHidden: false },
];
const MIXED: readonly KeyPart[] = [
  { name: 'bytes', isHidden: true },
  { name: 'id', isHidden: false },
  { name: 'title', isHidden: true },
];

function read(parts: readonly KeyPart[], ...rows: WireValue[][]): { keyed: KeyedBatches; batches: RecordBatch[] } {
  const { reader } = reading({ batchRows: 2 });
  const tokens = rows.map((values) => row(COLUMNS, values));
  const batches = batchesOf(reader, [colMetadata(COLUMNS), ...tokens, done({ rowCount: rows.length })]);
  return { keyed: new KeyedBatches(reader.decoder!, parts, 'reading t'), batches };
}

const ROWS = [
  ['1', 'a', '01', 'x'],
  ['2', 'b', '0203', 'y'],
  ['3', 'c', '', 'z'],
];

describe('batches whose key lands', () => {
  it('are handed on as they are', () => {
    const { keyed, batches } = read(VISIBLE, ...ROWS);
    expect(batches.map((batch) => keyed.landed(batch))).toEqual(batches);
    expect(keyed.landed(batches[0]!)).toBe(batches[0]);
    expect(keyed.keyAt(batches[1]!, 0)).toEqual(['c', '3']);
  });
});

describe('batches with columns that do not land', () => {
  it('lose them, over the same buffers, and keep the keys', () => {
    const { keyed, batches } = read(MIXED, ...ROWS);
    const landed = batches.map((batch) => keyed.landed(batch));
    expect(keyed.schema.names).toEqual(['id', 'name']);
    expect(landed.map(({ schema }) => schema)).toEqual([keyed.schema, keyed.schema]);
    expect(rowsOf(landed)).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect(landed[0]!.data.children[0]!.values).toBe(batches[0]!.data.children[0]!.values);
    expect([keyed.keyAt(landed[1]!, 0), keyed.keyAt(landed[0]!, 1)]).toEqual([
      ['0x', '3', 'z'],
      ['0x0203', '2', 'y'],
    ]);
  });

  it('count what was lost of the others alone', () => {
    const { keyed } = read(MIXED, ['1', 'a\ud800', '01', '\ud800']);
    expect([...keyed.lossyValues()]).toEqual([['name', 1]]);
  });
});

describe('a key that cannot go back to the server', () => {
  it.each<[string, WireValue[], string]>([
    ['NULL', [null, 'a', '01', 'x'], 'the key column "id" holds NULL'],
    ['half of a surrogate pair', ['1', 'a', '01', 'x\udc00'], 'the key column "title" holds half of a surrogate pair'],
  ])('holds %s', (_, values, message) => {
    const { keyed, batches } = read(MIXED, values);
    const batch = keyed.landed(batches[0]!);
    expect(() => keyed.keyAt(batch, 0)).toThrow(expect.objectContaining({ code: 'KEY_UNUSABLE', retry: 'permanent' }));
    expect(() => keyed.keyAt(batch, 0)).toThrow(message);
    expect(keyed.usableKeyAt(batch, 0)).toBeUndefined();
  });

  it('is not one that has U+FFFD of its own', () => {
    const { keyed, batches } = read(VISIBLE, ['1', '\ufffd', '01', 'x']);
    expect(keyed.keyAt(batches[0]!, 0)).toEqual(['\ufffd', '1']);
    expect(keyed.usableKeyAt(batches[0]!, 0)).toEqual(['\ufffd', '1']);
  });

  it('is asked of rows without a key, or of rows that are not there, by an error of ours', () => {
    const { keyed, batches } = read([], ...ROWS);
    expect(() => keyed.keyAt(batches[0]!, 0)).toThrow('a key was asked for of rows that have none');
    const other = read(VISIBLE, ...ROWS);
    expect(() => other.keyed.keyAt(other.batches[1]!, 1)).toThrow('no row 1');
    const gone = read([{ name: 'gone', isHidden: false }], ...ROWS);
    expect(() => gone.keyed.keyAt(gone.batches[0]!, 0)).toThrow('no row 0');
  });
});
