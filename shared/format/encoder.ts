import type { RecordBatch, Schema } from 'apache-arrow';

/** Turns record batches into the bytes of one object. Pull-driven: bytes are made only when asked for. */
export interface Encoder {
  /** File name ending without the leading dot, such as `parquet` or `csv.gz`. */
  readonly extension: string;
  readonly contentType: string;
  /** HTTP Content-Encoding of compressed text; undefined otherwise. */
  readonly contentEncoding: string | undefined;
  encode(schema: Schema, batches: AsyncIterable<RecordBatch>): AsyncIterable<Uint8Array>;
}
