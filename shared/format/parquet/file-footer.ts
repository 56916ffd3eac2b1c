import { Message, type Schema } from 'apache-arrow';
import type { Bounds, StoredColumn, WrittenChunk, WrittenRowGroup } from './file-model.ts';
import { type ChunkIndexes, pageIndex } from './page-index.ts';
import { writeSchema } from './schema-elements.ts';
import { type ThriftFields, thriftStruct } from './thrift-writer.ts';

/** A file whose row groups are all written. */
interface WrittenFile {
  readonly schema: Schema;
  readonly columns: readonly StoredColumn[];
  readonly rowGroups: readonly WrittenRowGroup[];
  /** Of the footer: the bytes written so far. */
  readonly offset: number;
}

/** The last row group whose number fits RowGroup.ordinal, which is optional. */
const maxOrdinal = 32_767;

/** What follows the last row group: page indexes, FileMetaData, its length and `PAR1` (parquet-format, README, "File format"). */
export function fileFooter(file: WrittenFile): Uint8Array {
  const index = pageIndex(
    file.rowGroups.flatMap(({ chunks }) => chunks),
    file.offset,
  );
  const metadata = fileMetadata(file, index.chunks);
  const trailer = Buffer.from('0000PAR1');
  trailer.writeUInt32LE(metadata.byteLength);
  return Buffer.concat([...index.pieces, metadata, trailer]);
}

/** parquet.thrift, FileMetaData. Version 1 stands for data pages of version 1. */
function fileMetadata(file: WrittenFile, indexes: readonly ChunkIndexes[]): Uint8Array {
  return thriftStruct((metadata) => {
    metadata.i32(1, 1);
    writeSchema(metadata, 2, file.columns);
    metadata.i64(
      3,
      file.rowGroups.reduce((rows, group) => rows + group.rows, 0),
    );
    writeRowGroups(metadata, 4, file.rowGroups, indexes);
    metadata.structs(5, [arrowSchema(file.schema)], (pair, value) => {
      pair.binary(1, 'ARROW:schema');
      pair.binary(2, value);
    });
    metadata.binary(6, 'landfall');
    // Bounds are compared by the order of the column's type; without this, readers ignore min_value and max_value.
    metadata.structs(7, file.columns, (order) => order.struct(1, () => {}));
  });
}

/**
 * The Arrow schema, from which Arrow's readers restore types, time zones and field metadata that Parquet does not know:
 * the IPC message with its prefix, in base64 (Arrow, Columnar Format, "Encapsulated message format").
 */
function arrowSchema(schema: Schema): string {
  const message = Message.encode(Message.from(schema));
  const sizeBytes = Math.ceil(message.byteLength / 8) * 8;
  const encapsulated = Buffer.alloc(8 + sizeBytes);
  encapsulated.writeInt32LE(-1, 0);
  encapsulated.writeInt32LE(sizeBytes, 4);
  encapsulated.set(message, 8);
  return encapsulated.toString('base64');
}

/** parquet.thrift, RowGroup. The indexes are those of all chunks of the file, in their order. */
function writeRowGroups(
  metadata: ThriftFields,
  field: number,
  rowGroups: readonly WrittenRowGroup[],
  indexes: readonly ChunkIndexes[],
): void {
  let chunksBefore = 0;
  let ordinal = 0;
  metadata.structs(field, rowGroups, (group, { chunks, rows, offset }) => {
    group.structs(1, chunks, (fields, chunk) => writeChunk(fields, chunk, indexes[chunksBefore++]!));
    group.i64(2, sum(chunks, 'uncompressedBytes'));
    group.i64(3, rows);
    group.i64(5, offset);
    group.i64(6, sum(chunks, 'compressedBytes'));
    if (ordinal <= maxOrdinal) group.i16(7, ordinal);
    ordinal++;
  });
}

function sum(chunks: readonly WrittenChunk[], size: 'uncompressedBytes' | 'compressedBytes'): number {
  return chunks.reduce((total, chunk) => total + chunk[size], 0);
}

/** parquet.thrift, ColumnChunk. Its file_offset is deprecated and 0. */
function writeChunk(fields: ThriftFields, chunk: WrittenChunk, { column, offset }: ChunkIndexes): void {
  fields.i64(2, 0);
  fields.struct(3, (metadata) => writeColumnMetadata(metadata, chunk));
  fields.i64(4, offset.offset);
  fields.i32(5, offset.sizeBytes);
  if (column === undefined) return;
  fields.i64(6, column.offset);
  fields.i32(7, column.sizeBytes);
}

/** parquet.thrift, ColumnMetaData. */
function writeColumnMetadata(metadata: ThriftFields, chunk: WrittenChunk): void {
  metadata.i32(1, chunk.column.physicalType);
  metadata.i32s(2, chunk.encodings);
  metadata.binaries(3, [chunk.column.name]);
  metadata.i32(4, chunk.codec);
  metadata.i64(5, chunk.rows);
  metadata.i64(6, chunk.uncompressedBytes);
  metadata.i64(7, chunk.compressedBytes);
  metadata.i64(9, chunk.pages[0]!.offset);
  if (chunk.dictionaryPageOffset !== undefined) metadata.i64(11, chunk.dictionaryPageOffset);
  metadata.struct(12, (statistics) => writeStatistics(statistics, chunk.nullCount, chunk.bounds));
}

/** parquet.thrift, Statistics, without the deprecated bounds, whose order is undefined. */
function writeStatistics(statistics: ThriftFields, nullCount: number, bounds: Bounds | undefined): void {
  statistics.i64(3, nullCount);
  if (bounds === undefined) return;
  statistics.binary(5, bounds.max);
  statistics.binary(6, bounds.min);
  statistics.bool(7, bounds.isMaxExact);
  statistics.bool(8, bounds.isMinExact);
}
