import { describe, expect, it } from '@jest/globals';
import { Int32, Int64, Utf8 } from 'apache-arrow';
import { createParquetEncoder } from '../../../../shared/format/parquet/parquet-encoder.ts';
import type { LandedFile } from '../../../../shared/format/read-back/landed-file.ts';
import { parquetBatches } from '../../../../shared/format/read-back/parquet-batches.ts';
import { parquetRowCount } from '../../../../shared/format/read-back/parquet-footer.ts';
import { batchesOf, batchOf, bytesOf } from '../arrow-columns.ts';

const ROWS = 50;
const batch = batchOf({
  id: { type: new Int64(), cells: Array.from({ length: ROWS }, (_, index) => BigInt(index)) },
  name: { type: new Utf8(), cells: Array.from({ length: ROWS }, (_, index) => `name ${index}`) },
});

async function parquetOf(times: number, rowsPerGroup = 100): Promise<Buffer> {
  const encoder = createParquetEncoder('zstd', { rows: rowsPerGroup, sizeBytes: 1024 * 1024 });
  return await bytesOf(encoder.encode(batch.schema, batchesOf(...Array.from({ length: times }, () => batch))));
}

/** A file in memory that notes which ranges were asked for. */
function fileOf(bytes: Buffer, beforeRead: (from: number, to: number) => Promise<void> = async () => undefined) {
  const ranges: (readonly [number, number])[] = [];
  const file: LandedFile = {
    sizeBytes: bytes.length,
    bytes: () => {
      throw new Error('Nobody needs all of the file.');
    },
    read: async (from, to) => {
      ranges.push([from, to]);
      await beforeRead(from, to);
      return bytes.subarray(from, to);
    },
  };
  return { file, ranges };
}

describe('the row count of a Parquet footer', () => {
  it.each([0, 1, 7])('of %d batches is read by one range', async (times) => {
    const { file, ranges } = fileOf(await parquetOf(times));
    expect(await parquetRowCount(file)).toEqual({ rows: times * ROWS, flaw: undefined });
    expect(ranges).toHaveLength(1);
  });

  it('is read by a second range when the footer is long', async () => {
    const columns = Object.fromEntries(
      Array.from({ length: 900 }, (_, column) => [`column_${column}`, { type: new Int32(), cells: [1, 2, 3] }]),
    );
    const wide = batchOf(columns);
    const encoder = createParquetEncoder('none');
    const bytes = await bytesOf(encoder.encode(wide.schema, batchesOf(wide)));
    const { file, ranges } = fileOf(bytes);
    expect(await parquetRowCount(file)).toEqual({ rows: 3, flaw: undefined });
    expect(ranges).toHaveLength(2);
  });

  it('says what keeps it from being read', async () => {
    const bytes = await parquetOf(2);
    const flawOf = async (damaged: Buffer) => (await parquetRowCount(fileOf(damaged).file)).flaw;
    expect(await flawOf(bytes.subarray(0, -1))).toBe('does not end as a Parquet file does');
    expect(await flawOf(Buffer.from('PAR1'))).toBe('is too short for a Parquet file');
    expect(await flawOf(Buffer.alloc(0))).toBe('is too short for a Parquet file');
    const long = Buffer.from(bytes);
    long.writeUInt32LE(bytes.length, bytes.length - 8);
    expect(await flawOf(long)).toBe('has a Parquet footer that is longer than the file');
    const short = Buffer.from(bytes);
    short.writeUInt32LE(1, bytes.length - 8);
    expect(await flawOf(short)).toBe('has no readable Parquet footer');
  });
});

describe('the batches of a Parquet file', () => {
  it('have its rows, read by ranges, a row group at a time', async () => {
    const bytes = await parquetOf(20);
    const { file, ranges } = fileOf(bytes);
    const ids: bigint[] = [];
    let rangesAtFirst = 0;
    for await (const each of parquetBatches(file)) {
      if (ids.length === 0) rangesAtFirst = ranges.length;
      ids.push(...(each.getChild('id')!.toArray() as BigInt64Array));
    }
    const once = Array.from({ length: ROWS }, (_, index) => BigInt(index));
    expect(ids).toEqual(Array.from({ length: 20 }, () => once).flat());
    expect(rangesAtFirst).toBeLessThan(ranges.length - 5);
  });

  it('are none of a file without rows', async () => {
    const { file } = fileOf(await parquetOf(0));
    for await (const each of parquetBatches(file)) expect(each.numRows).toBe(0);
  });

  it.each([0, 1, 2, 3, 4, 6])('fail with what the read number %d failed with, and others go on', async (number) => {
    const bytes = await parquetOf(20);
    const refusal = new Error('S3 is down');
    let reads = 0;
    const { file } = fileOf(bytes, async () => {
      if (reads++ === number) throw refusal;
    });
    const readAll = async (from: LandedFile) => {
      let rows = 0;
      for await (const each of parquetBatches(from)) rows += each.numRows;
      return rows;
    };
    await expect(readAll(file)).rejects.toBe(refusal);
    expect(await readAll(fileOf(bytes).file)).toBe(20 * ROWS);
  });

  it('of a file that is none fail with one clear error', async () => {
    const { file } = fileOf(Buffer.alloc(1_000, 'x'));
    await expect(parquetBatches(file).next()).rejects.toMatchObject({ code: 'PARQUET_UNREADABLE', retry: 'permanent' });
  });
});
