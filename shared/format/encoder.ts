import type { RecordBatch, Schema } from 'apache-arrow';

/**
 * Turns record batches into the bytes of one object. Pull-driven: bytes are made only when asked for.
 *
 * There is no Content-Encoding on purpose: `csv.gz` is a gzip file, and an object that also says `Content-Encoding: gzip`
 * is unpacked on the way by many HTTP clients, so that readers which go by the extension (Spark, Athena) unpack it twice.
 */
export interface Encoder {
  /** File name ending without the leading dot, such as `parquet` or `csv.gz`. */
  readonly extension: string;
  readonly contentType: string;
  /**
   * The object's bytes in chunks of at most a few MiB (Parquet: one row group). No batches make an object without rows.
   * Errors of `batches` come through unchanged; leaving early calls its iterator's `return`.
   * Column names must be distinct.
   * @throws ConsistencyError at the call, before anything is read, when a column's type is not supported.
   */
  encode(schema: Schema, batches: AsyncIterable<RecordBatch>): AsyncIterable<Uint8Array>;
}
