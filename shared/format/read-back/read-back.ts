import type { RecordBatch, Schema } from 'apache-arrow';
import type { Compression, Format } from '../../config/config.ts';
import { createEncoder } from '../create-encoder.ts';
import type { LandedFile } from './landed-file.ts';
import { parquetBatches } from './parquet-batches.ts';
import { parquetRowCount } from './parquet-footer.ts';
import type { RowChecksum } from './row-checksum.ts';
import { type TextFormat, textFrames } from './text-frame.ts';
import { type RowCount, TextRows } from './text-rows.ts';
import { unpacker } from './unpack.ts';

/** Of what a landed file is made. */
export interface FileKind {
  readonly format: Format;
  readonly compression: Compression;
}

/**
 * Reads all of a file once, its bytes also given to `onBytes`, and counts its rows: of Parquet by the footer. Damage is a flaw of
 * the result and never thrown. Memory is bounded whatever the file holds.
 */
export async function readThrough(
  kind: FileKind,
  file: LandedFile,
  onBytes: (piece: Uint8Array) => void,
): Promise<RowCount> {
  if (kind.format !== 'parquet')
    return await readText(kind.compression, file, new TextRows(textFrames[kind.format]), onBytes);
  for await (const piece of file.bytes()) onBytes(piece);
  return await parquetRowCount(file);
}

/**
 * Adds the rows of a file that was read through without a flaw. Their text is the file's own, of Parquet that of JSON Lines: the
 * same as `addSourceRows` takes for the same row.
 * @throws ConsistencyError when the file cannot be read
 */
export async function addLandedRows(kind: FileKind, file: LandedFile, checksum: RowChecksum): Promise<void> {
  if (kind.format !== 'parquet') {
    await readText(kind.compression, file, new TextRows(textFrames[kind.format], checksum.add), () => undefined);
    return;
  }
  const batches = parquetBatches(file);
  const first = await batches.next();
  if (first.done === true) return;
  await addBatches('jsonl', first.value.schema, withFirst(first.value, batches), checksum);
}

/** Adds rows as the database has them now, spelled as files of the format spell them. */
export async function addSourceRows(
  format: Format,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  checksum: RowChecksum,
): Promise<void> {
  await addBatches(format === 'parquet' ? 'jsonl' : format, schema, batches, checksum);
}

async function addBatches(
  format: TextFormat,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  checksum: RowChecksum,
): Promise<void> {
  const rows = new TextRows(textFrames[format], checksum.add);
  for await (const piece of createEncoder({ format, compression: 'none' }).encode(schema, batches)) rows.add(piece);
}

async function readText(
  compression: Compression,
  file: LandedFile,
  rows: TextRows,
  onBytes: (piece: Uint8Array) => void,
): Promise<RowCount> {
  const unpacking = unpacker(compression, (bytes) => rows.add(bytes));
  for await (const piece of file.bytes()) {
    onBytes(piece);
    await unpacking.add(piece);
  }
  const broken = await unpacking.end();
  const count = rows.end();
  return broken === undefined ? count : { ...count, flaw: broken };
}

async function* withFirst(first: RecordBatch, rest: AsyncIterable<RecordBatch>): AsyncGenerator<RecordBatch> {
  yield first;
  yield* rest;
}
