import type { RecordBatch, Schema } from 'apache-arrow';
import type { Compression } from '../../config/config.ts';
import { ConsistencyError, errorText } from '../../core/errors.ts';
import { requireParquetTypes } from '../column-types.ts';
import type { Encoder } from '../encoder.ts';
import { BatchFeed } from './batch-feed.ts';
import { loadParquetWasm, type ParquetWasm } from './parquet-wasm.ts';
import { endsAsParquet, footerRowCount } from './row-count.ts';
import { defaultRowGroupLimits, type RowGroupLimits, writerProperties } from './writer-properties.ts';

/**
 * Parquet by parquet-wasm: each row group is one chunk of bytes, made while the caller waits for it.
 * Dates, times and timestamps land with the source's own values, infinities as the extremes of their integers.
 */
export function createParquetEncoder(
  compression: Compression,
  limits: RowGroupLimits = defaultRowGroupLimits,
): Encoder {
  return {
    extension: 'parquet',
    contentType: 'application/vnd.apache.parquet',
    encode(schema, batches) {
      requireParquetTypes(schema);
      return parquetBytes(schema, batches, compression, limits);
    },
  };
}

const noBytes: Uint8Array = new Uint8Array(0);

async function* parquetBytes(
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  compression: Compression,
  limits: RowGroupLimits,
): AsyncGenerator<Uint8Array> {
  const wasm = await loadParquetWasm();
  const feed = new BatchFeed(wasm, schema, batches);
  let last = noBytes;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let isDone = false;
  try {
    feed.demand.open();
    reader = await startWriter(wasm, feed, compression, limits);
    while (true) {
      feed.demand.open();
      const chunk = await reader.read();
      feed.rethrow();
      if (chunk.done) break;
      feed.demand.close();
      last = endsAsParquet(chunk.value) ? chunk.value : noBytes;
      yield chunk.value;
    }
    isDone = true;
    requireRows(feed.rows, footerRowCount(last));
  } finally {
    // The writer gives up its memory when both its ends are closed; the cancelled output makes it drop what it has.
    if (!isDone) await reader?.cancel();
    await feed.stop();
  }
}

async function startWriter(
  wasm: ParquetWasm,
  feed: BatchFeed,
  compression: Compression,
  limits: RowGroupLimits,
): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  try {
    const output: ReadableStream<Uint8Array> = await wasm.transformParquetStream(
      feed.stream,
      writerProperties(wasm, compression, limits),
    );
    return output.getReader();
  } catch (error) {
    feed.rethrow();
    throw new ConsistencyError('PARQUET_WRITER_REFUSED', `The Parquet writer did not start: ${errorText(error)}`, {
      cause: error,
    });
  }
}

function requireRows(fed: number, written: number): void {
  if (fed === written) return;
  throw new ConsistencyError(
    'PARQUET_ROWS_DIFFER',
    `The Parquet file has ${written} rows; the source gave ${fed}. Nothing of it may land.`,
  );
}
