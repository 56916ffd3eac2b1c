import { type RecordBatch, RecordBatchReader } from 'apache-arrow';
import { ParquetFile, type RecordBatch as WasmBatch } from 'parquet-wasm';
import { ConsistencyError, errorText } from '../../core/errors.ts';
import type { LandedFile } from './landed-file.ts';

/** As many as the sources put into one; what lives in wasm memory beside them is one row group or two. */
const BATCH_ROWS = 8_192;

/**
 * The rows of a Parquet file as Arrow, row group by row group, by the ranges of the file that hold them. Only for files whose
 * bytes are known to be those that were written: parquet-wasm may end the process over others.
 * @throws ConsistencyError for what parquet-wasm cannot read; what `file` throws comes through unchanged.
 */
export async function* parquetBatches(file: LandedFile): AsyncGenerator<RecordBatch> {
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);
  const orFailure = <T>(work: Promise<T>) => Promise.race([work.catch(refuse), failure.promise]);
  const parquet = await orFailure(ParquetFile.fromFile(asBlob(file, 0, file.sizeBytes, failure.reject)));
  const stream = await orFailure(parquet.stream({ batchSize: BATCH_ROWS, concurrency: 1 }));
  const reader = (stream as ReadableStream<WasmBatch>).getReader();
  while (true) {
    const next = await orFailure(reader.read());
    if (next.done) break;
    yield* RecordBatchReader.from(next.value.intoIPCStream());
  }
  parquet.free();
}

/**
 * What parquet-wasm reads of a Blob. It would end the process over a promise that rejects, so one that fails never settles,
 * and `fail` tells of it.
 */
function asBlob(file: LandedFile, start: number, end: number, fail: (reason: unknown) => void): Blob {
  const blob = {
    size: end - start,
    slice: (from: number, to: number) => asBlob(file, start + from, start + to, fail),
    arrayBuffer: () =>
      new Promise<ArrayBuffer>((resolve) => {
        file.read(start, end).then((bytes) => resolve(bufferOf(bytes)), fail);
      }),
  };
  return blob as unknown as Blob;
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

function refuse(thrown: unknown): never {
  throw new ConsistencyError('PARQUET_UNREADABLE', `The Parquet file cannot be read: ${errorText(thrown)}`, {
    cause: thrown,
    retry: 'permanent',
    remedy: 'Report it with the types of the columns; other readers may read the file all the same.',
  });
}
