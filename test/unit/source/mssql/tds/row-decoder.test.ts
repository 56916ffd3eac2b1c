import { describe, expect, it } from '@jest/globals';
import type { RecordBatch } from 'apache-arrow';
import fc from 'fast-check';
import type { LandfallError } from '../../../../../shared/core/errors.ts';
import type { BatchLimits } from '../../../../../shared/source/read-limits.ts';
import { colMetadata, done, nbcRow, row } from '../../../../support/tds/tokens.ts';
import type { PlpShape, WireColumn } from '../../../../support/tds/wire-types.ts';
import { batchesOf, reading, rowsOf } from './decoding.ts';

const COLUMNS: readonly WireColumn[] = [
  { name: 'id', type: { kind: 'int', nullable: false } },
  { name: 'name', type: { kind: 'nvarchar', length: 'max' } },
];

type Row = readonly [id: number, name: string | null];

function response(rows: readonly Row[], plp?: PlpShape): Buffer {
  const tokens = rows.map(([id, name], i) => (i % 3 === 2 ? nbcRow : row)(COLUMNS, [String(id), name], plp));
  return Buffer.concat([colMetadata(COLUMNS), ...tokens, done({ rowCount: rows.length })]);
}

function numbered(count: number): Row[] {
  return Array.from({ length: count }, (_, i): Row => [i + 1, i % 5 === 4 ? null : `name ${i + 1}`]);
}

function decode(bytes: Buffer, limits: Partial<BatchLimits> = {}, chunkBytes = bytes.length): RecordBatch[] {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, i) =>
    bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
  return batchesOf(reading(limits).reader, chunks);
}

describe('batches', () => {
  it('close at their number of rows, whatever the chunks', () => {
    const rows = numbered(25);
    for (const chunkBytes of [1, 7, 33, 100, 10_000]) {
      const batches = decode(response(rows), { batchRows: 10 }, chunkBytes);
      expect(batches.map(({ numRows }) => numRows)).toEqual([10, 10, 5]);
      expect(rowsOf(batches)).toEqual(rows);
    }
  });

  it('close when their rows came to so many bytes', () => {
    const rows: Row[] = Array.from({ length: 40 }, (_, i) => [i, 'x'.repeat(500)]);
    const batches = decode(response(rows), { batchBytes: 5_000 }, 700);
    expect(batches.length).toBeGreaterThan(6);
    expect(Math.max(...batches.map(({ numRows }) => numRows))).toBeLessThanOrEqual(6);
    expect(rowsOf(batches)).toEqual(rows);
  });

  it('have few rows when a table is wide, so that what is made in advance stays within their size', () => {
    const wide: readonly WireColumn[] = Array.from({ length: 500 }, (_, i) => ({
      name: `c${i}`,
      type: { kind: 'bigint' },
    }));
    const values = wide.map((_, i) => (i % 7 === 0 ? null : String(i)));
    const bytes = Buffer.concat([
      colMetadata(wide),
      ...Array.from({ length: 30 }, () => nbcRow(wide, values)),
      done({ rowCount: 30 }),
    ]);
    const batches = decode(bytes, { batchBytes: 40_000 }, 1_000);
    expect(batches.map(({ numRows }) => numRows)).toEqual([10, 10, 10]);
    expect(rowsOf(batches).flat()).toEqual(
      Array.from({ length: 30 }, () => values.map((value) => (value === null ? null : BigInt(value)))).flat(),
    );
  });

  it('do not share memory', () => {
    const batches = decode(response(numbered(30)), { batchRows: 10 });
    const buffers = batches.flatMap((batch) =>
      batch.data.children.flatMap(({ values, valueOffsets, nullBitmap }) =>
        [values, valueOffsets, nullBitmap].filter((each) => each?.byteLength > 0).map((each) => each.buffer),
      ),
    );
    expect(new Set(buffers).size).toBe(buffers.length);
  });
});

describe('rows and chunks', () => {
  const value = fc.option(fc.string({ unit: 'binary', maxLength: 80 }).filter((text) => text.isWellFormed()));
  const shape = fc.record({
    chunkBytes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
    unknownLength: fc.boolean(),
  });

  it('come out the same however both are cut', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 40 }),
        fc.option(shape, { nil: undefined }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        (names, plp, sizes, batchRows) => {
          const rows = names.map((name, i): Row => [i, name]);
          const bytes = response(rows, plp);
          const chunks: Buffer[] = [];
          for (let at = 0, i = 0; at < bytes.length; at += sizes[i++ % sizes.length]!) {
            chunks.push(bytes.subarray(at, at + sizes[i % sizes.length]!));
          }
          expect(rowsOf(batchesOf(reading({ batchRows }).reader, chunks))).toEqual(rows);
        },
      ),
    );
  });

  it('may be of a value that spans many chunks', () => {
    const long = 'é'.repeat(300_000);
    const rows: Row[] = [
      [1, 'before'],
      [2, long],
      [3, 'after'],
    ]; // prettier-ignore
    for (const plp of [undefined, { unknownLength: true, chunkBytes: [8_000] }, { chunkBytes: [100_001] }]) {
      expect(rowsOf(decode(response(rows, plp), {}, 16_376))).toEqual(rows);
    }
  });
});

describe('a value beyond the limit', () => {
  const limits = { maxValueBytes: 1_000 };

  function refusal(rows: readonly Row[], keyColumns: readonly string[], chunkBytes: number): LandfallError {
    const bytes = response(rows);
    const { reader } = reading(limits, keyColumns);
    try {
      for (let at = 0; at < bytes.length; at += chunkBytes) reader.push(bytes.subarray(at, at + chunkBytes));
    } catch (thrown) {
      return thrown as LandfallError;
    }
    throw new Error('The value was taken.');
  }

  const rows: Row[] = [...numbered(4), [77, 'x'.repeat(501)]];

  it.each([1, 64, 10_000])('is a permanent error that names column, row and key (chunks of %d bytes)', (chunkBytes) => {
    const error = refusal(rows, ['id'], chunkBytes);
    expect(error).toMatchObject({ name: 'SourceError', code: 'VALUE_TOO_LARGE', retry: 'permanent' });
    expect(error.message).toBe(
      'Column "name" (nvarchar(max)) holds a value of 1002 bytes in row 5 (id = 77); ' +
        'the limit is 1000 bytes a value and twice that a row.',
    );
    expect(error.remedy).toContain('max_value_bytes');
    expect(error.remedy).toContain('select: ["-name"]');
  });

  it.each([
    ['there is no key', []],
    ['the key is not among the columns', ['other']],
    ['the key stands behind it', ['name']],
  ])('names the row by its number where %s', (_, keyColumns) => {
    expect(refusal(rows, keyColumns, 10_000).message).toContain('1002 bytes in row 5; the limit');
  });

  it('is taken when it is just at the limit', () => {
    const exact: Row[] = [[1, 'x'.repeat(500)]];
    expect(rowsOf(decode(response(exact), limits))).toEqual(exact);
  });
});
