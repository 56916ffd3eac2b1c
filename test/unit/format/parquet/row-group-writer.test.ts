import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Int32, type RecordBatch, Utf8 } from 'apache-arrow';
import type { Compression } from '../../../../shared/config/config.ts';
import { footerRowCount } from '../../../../shared/format/parquet/row-count.ts';
import { type RowGroupLimits, RowGroupWriter } from '../../../../shared/format/parquet/row-group-writer.ts';
import { batchOf } from '../arrow-columns.ts';

const ROWS = 1000;
const batch = batchOf({
  id: { type: new Int32(), cells: Array.from({ length: ROWS }, (_, row) => Math.imul(row, 2_654_435_761)) },
  word: {
    type: new Utf8(),
    cells: Array.from({ length: ROWS }, (_, row) => (row % 5 === 0 ? null : `word ${row % 17}`)),
  },
  text: { type: new Utf8(), cells: Array.from({ length: ROWS }, (_, row) => `text ${(row * 7919) % 1009}`.repeat(3)) },
});

/** Other numbers in each batch, and words that repeat. */
function noisyBatch(seed: number): RecordBatch {
  const cells = Array.from({ length: ROWS }, (_, row) => Math.imul((seed * ROWS + row) ^ (row >> 3), 2_654_435_761));
  return batchOf({
    id: { type: new Int32(), cells },
    word: { type: new Utf8(), cells: cells.map((cell) => (cell % 5 === 0 ? null : `word ${cell & 15}`)) },
    text: { type: new Utf8(), cells: cells.map((cell) => `text ${cell}`) },
  });
}

const unlimited: RowGroupLimits = { rows: 1_000_000, sizeBytes: 16 * 1024 * 1024 };

/** The pieces of a file; `between` is waited for after each batch. */
async function filePieces(
  batches: readonly RecordBatch[],
  compression: Compression,
  limits: RowGroupLimits,
  between: () => Promise<void> = async () => undefined,
): Promise<Uint8Array[]> {
  const writer = new RowGroupWriter(batch.schema, compression, limits);
  const pieces: Uint8Array[] = [];
  for (const each of batches) {
    for (let row = 0; row < each.numRows; ) {
      row = await writer.append(each, row);
      if (await writer.isFull()) pieces.push(await writer.endRowGroup());
    }
    await between();
  }
  if (writer.hasRows) pieces.push(await writer.endRowGroup());
  pieces.push(writer.end());
  writer.close();
  return pieces;
}

const times = (count: number) => Array.from({ length: count }, () => batch);
const hashOf = (pieces: readonly Uint8Array[]) => createHash('sha1').update(Buffer.concat(pieces)).digest('hex');

describe('row groups', () => {
  it('take rows up to their limit, also from the midst of a batch', async () => {
    const writer = new RowGroupWriter(batch.schema, 'none', { ...unlimited, rows: 1500 });
    expect(writer.hasRows).toBe(false);
    expect([await writer.append(batch, 0), await writer.isFull()]).toEqual([1000, false]);
    expect([await writer.append(batch, 0), await writer.isFull()]).toEqual([500, true]);
    await writer.endRowGroup();
    expect(writer.hasRows).toBe(false);
    expect([await writer.append(batch, 500), await writer.isFull()]).toEqual([1000, false]);
    await writer.endRowGroup();
    expect(footerRowCount(writer.end())).toBe(2000);
    writer.close();
  });

  it.each(['zstd', 'none'] as const)('are some as large as their limit (%s)', async (compression) => {
    const batches = Array.from({ length: 100 }, (_, index) => noisyBatch(index));
    const [whole] = await filePieces(batches, compression, unlimited);
    const sizeBytes = Math.round(whole!.byteLength / 8);
    const pieces = await filePieces(batches, compression, { ...unlimited, sizeBytes });
    // Before the first pages are compressed, nobody knows how well they do; the last ones are what is left, and the footer.
    const groups = pieces.slice(1, -2).map(({ byteLength }) => byteLength);
    expect(groups.length).toBeGreaterThan(4);
    expect(Math.min(...groups)).toBeGreaterThan(sizeBytes * 0.7);
    expect(Math.max(...groups)).toBeLessThan(sizeBytes * 1.3);
  });

  it('have one row when a row is larger than the limit', async () => {
    const pieces = await filePieces([batch.slice(0, 1), batch.slice(1, 2)], 'zstd', { rows: 100, sizeBytes: 1 });
    expect(pieces).toHaveLength(3);
    expect(footerRowCount(pieces[2]!)).toBe(2);
  });

  it('begin with the magic number once', async () => {
    const pieces = await filePieces(times(3), 'zstd', { ...unlimited, rows: 1000 });
    expect(pieces.map((piece) => Buffer.from(piece).toString('latin1', 0, 4) === 'PAR1')).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(Buffer.from((await filePieces([], 'zstd', unlimited))[0]!).toString('latin1', 0, 4)).toBe('PAR1');
  });
});

describe('a file written twice', () => {
  it.each(['zstd', 'gzip', 'snappy', 'none'] as const)(
    'has the same bytes, whatever the threads do (%s)',
    async (compression) => {
      const limits = { rows: 20_000, sizeBytes: 150_000 };
      const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
      const [first, ...others] = await Promise.all([
        filePieces(times(60), compression, limits),
        filePieces(times(60), compression, limits),
        filePieces(times(60), compression, limits, pause),
      ]);
      expect(first!.length).toBeGreaterThan(3);
      for (const other of others) {
        expect(other.map(({ byteLength }) => byteLength)).toEqual(first!.map(({ byteLength }) => byteLength));
        expect(hashOf(other)).toBe(hashOf(first!));
      }
    },
  );
});
