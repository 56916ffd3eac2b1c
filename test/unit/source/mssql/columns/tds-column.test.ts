import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { columnFor, described, fill, int64s, land, little, pieces, texts } from './cells.ts';

const INT = described('IntN', { dataLength: 4 });

describe('a column', () => {
  it('takes cells of several fills, NULL where their length says so', () => {
    const data = land(INT, [little(1, 4), null, little(-3, 4), null, null, little(6, 4), null, null, little(9, 4)]);
    expect([data.length, data.nullCount]).toEqual([9, 5]);
    expect(Array.from(data.values as Int32Array)).toEqual([1, 0, -3, 0, 0, 6, 0, 0, 9]);
    expect(Array.from({ length: 9 }, (_, row) => data.getValid(row))).toEqual(
      [1, 0, 1, 0, 0, 1, 0, 0, 1].map((bit) => bit === 1),
    );
  });

  it('has no bitmap while nothing is NULL', () => {
    expect(land(INT, [little(1, 4)]).nullBitmap).toHaveLength(0);
  });

  it.each([
    ['int', INT, little(7, 4)],
    ['bit', described('Bit'), Buffer.of(1)],
    ['bigint', described('BigInt'), little(7, 8)],
    ['decimal', described('DecimalN', { precision: 9, scale: 0 }), Buffer.of(1, 7, 0, 0, 0)],
    ['date', described('Date'), little(7, 3)],
    ['nvarchar', described('NVarChar', { dataLength: 20 }), Buffer.from('seven', 'utf16le')],
    ['varchar', described('VarChar', { dataLength: 20 }), Buffer.from('seven')],
    ['binary', described('Binary', { dataLength: 20 }), Buffer.from('seven')],
  ])('gives every batch of %s buffers of its own', (_, metadata, cell) => {
    const column = columnFor(metadata, 3);
    fill(column, [cell, null, cell]);
    const first = column.take();
    const before = JSON.stringify([first.values, first.valueOffsets], (__, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    fill(column, [null, cell]);
    const second = column.take();
    expect([second.length, second.nullCount]).toEqual([2, 1]);
    expect(second.values.buffer).not.toBe(first.values.buffer);
    if (first.valueOffsets) expect(second.valueOffsets.buffer).not.toBe(first.valueOffsets.buffer);
    const after = JSON.stringify([first.values, first.valueOffsets], (__, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(after).toBe(before);
  });

  it('may be taken empty', () => {
    for (const type of ['Int', 'Bit', 'Float', 'Money', 'Date', 'NText', 'Variant', 'Null']) {
      expect(columnFor(described(type), 4).take().length).toBe(0);
    }
  });

  it('holds any mix of cells and NULLs over any number of batches', () => {
    const cells = fc.array(fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 4 }), (batches) => {
        const column = columnFor(described('IntN', { dataLength: 8 }), 20);
        for (const batch of batches) {
          fill(
            column,
            batch.map((value) => (value === null ? null : little(value, 8))),
          );
          expect(int64s(column.take())).toEqual(batch);
        }
      }),
    );
  });

  it.each([
    ['Int', 4],
    ['BigInt', 8],
    ['Bit', 1],
    ['TinyInt', 1],
    ['SmallInt', 2],
    ['Real', 4],
    ['Float', 8],
    ['Money', 8],
    ['SmallMoney', 4],
    ['Date', 3],
    ['DateTime', 8],
    ['SmallDateTime', 4],
    ['UniqueIdentifier', 16],
  ])('of %s refuses any other length than %s', (type, bytes) => {
    for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17]) {
      const filling = () => land(described(type), [Buffer.alloc(length)]);
      if (length === bytes) continue;
      expect(filling).toThrow(
        expect.objectContaining({
          code: 'TDS_MALFORMED',
          retry: 'once',
          message: expect.stringMatching(new RegExp(`^Column "c" \\(${type.toLowerCase()}\\): ${length} bytes`)),
        }),
      );
    }
  });
});

describe('a column without a type', () => {
  it('is text that is always NULL', () => {
    expect(texts(land(described('Null'), [Buffer.alloc(0), null, Buffer.alloc(0)]))).toEqual([null, null, null]);
  });
});

describe('binary values', () => {
  it('land as they are, whatever their length', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.uint8Array({ maxLength: 300 })), { maxLength: 30 }), (cells) => {
        const data = land(described('VarBinary', { dataLength: 0xffff }), cells);
        expect(pieces(data)).toEqual(cells);
      }),
    );
  });

  it('may be larger than any buffer before', () => {
    const large = Buffer.alloc(3_000_000, 7);
    const column = columnFor(described('Image'), 3);
    fill(column, [Buffer.of(1), large, Buffer.of(2)]);
    const data = column.take();
    expect(pieces(data).map((piece) => piece?.length)).toEqual([1, 3_000_000, 1]);
    expect(Buffer.compare(pieces(data)[1]!, large)).toBe(0);
  });
});
