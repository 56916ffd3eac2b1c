import { describe, expect, it } from '@jest/globals';
import type { RecordBatch } from 'apache-arrow';
import { createEncoder } from '../../../../shared/format/create-encoder.ts';
import type { LandedFile } from '../../../../shared/format/read-back/landed-file.ts';
import {
  addLandedRows,
  addSourceRows,
  type FileKind,
  readThrough,
} from '../../../../shared/format/read-back/read-back.ts';
import { RowChecksum } from '../../../../shared/format/read-back/row-checksum.ts';
import { binaryColumn, everyType } from '../../../integration/format/every-type.ts';
import { batchesOf, batchOf, bytesOf } from '../arrow-columns.ts';

const batch = batchOf({ ...everyType, bytes: binaryColumn });

const KINDS: readonly FileKind[] = [
  { format: 'parquet', compression: 'zstd' },
  { format: 'parquet', compression: 'snappy' },
  { format: 'csv', compression: 'gzip' },
  { format: 'jsonl', compression: 'zstd' },
  { format: 'json', compression: 'none' },
];

function fileOf(bytes: Buffer): LandedFile {
  return {
    sizeBytes: bytes.length,
    bytes: async function* () {
      for (let from = 0; from < bytes.length; from += 1_000) yield bytes.subarray(from, from + 1_000);
    },
    read: async (from, to) => bytes.subarray(from, to),
  };
}

async function landed(kind: FileKind, ...batches: RecordBatch[]): Promise<Buffer> {
  return await bytesOf(createEncoder(kind).encode(batch.schema, batchesOf(...batches)));
}

async function sumOfFiles(kind: FileKind, ...files: Buffer[]): Promise<string> {
  const checksum = new RowChecksum();
  for (const bytes of files) await addLandedRows(kind, fileOf(bytes), checksum);
  return `${checksum.rows} rows: ${checksum.toString()}`;
}

async function sumOfSource(kind: FileKind, ...batches: RecordBatch[]): Promise<string> {
  const checksum = new RowChecksum();
  await addSourceRows(kind.format, batch.schema, batchesOf(...batches), checksum);
  return `${checksum.rows} rows: ${checksum.toString()}`;
}

describe('reading landed files back', () => {
  it.each(KINDS)('counts rows and passes every byte on: %o', async (kind) => {
    const bytes = await landed(kind, batch, batch);
    const passed: Uint8Array[] = [];
    expect(await readThrough(kind, fileOf(bytes), (piece) => passed.push(piece))).toEqual({
      rows: 10,
      flaw: undefined,
    });
    expect(Buffer.concat(passed).equals(bytes)).toBe(true);
    expect(await readThrough(kind, fileOf(await landed(kind)), () => undefined)).toEqual({ rows: 0, flaw: undefined });
  });

  it.each(KINDS)('passes every byte on and says so when the file was cut off: %o', async (kind) => {
    const bytes = (await landed(kind, batch, batch)).subarray(0, -3);
    let passed = 0;
    const { flaw } = await readThrough(kind, fileOf(bytes), (piece) => {
      passed += piece.length;
    });
    expect(flaw).toMatch(/^(cannot be unpacked|ends in|ends within|does not end)/);
    expect(passed).toBe(bytes.length);
  });

  it.each(KINDS)('has the checksum that the source has, for every value of every type: %o', async (kind) => {
    const [first, second] = [batch.slice(0, 2), batch.slice(2)];
    const source = await sumOfSource(kind, batch);
    expect(source).toMatch(/^5 rows: [0-9a-f]{16}$/);
    expect(await sumOfFiles(kind, await landed(kind, batch))).toBe(source);
    // In another order, and in two files.
    expect(await sumOfFiles(kind, await landed(kind, second), await landed(kind, first))).toBe(source);
    expect(await sumOfFiles(kind, await landed(kind, first))).not.toBe(source);
    expect(await sumOfFiles(kind, await landed(kind, first, first, second))).not.toBe(source);
    expect(await sumOfFiles(kind, await landed(kind))).toBe('0 rows: 0000000000000000');
  });

  it.each(Object.keys(everyType))('tells one value of %s from another', async (name) => {
    const kind: FileKind = { format: 'parquet', compression: 'zstd' };
    const { type, cells } = everyType[name]!;
    const changed = batchOf({
      ...everyType,
      [name]: { type, cells: [cells[1]!, ...cells.slice(1)] },
      bytes: binaryColumn,
    });
    const isSame = cells[0] === cells[1];
    expect((await sumOfSource(kind, changed)) === (await sumOfSource(kind, batch))).toBe(isSame);
  });
});
