import { type Data, DataType, makeData, RecordBatch, type Schema, Struct } from 'apache-arrow';
import type { Table, RecordBatch as WasmBatch } from 'parquet-wasm';
import { ConsistencyError, errorText } from '../../core/errors.ts';
import { ipcBytes } from './ipc-bytes.ts';
import type { ParquetWasm } from './parquet-wasm.ts';

/** A batch is copied into wasm memory whole; one beyond this would endanger every table of the process. */
const maxBatchBytes = 256 * 1024 * 1024;

/** Copies the batches of one table into wasm memory. */
export class WasmCopier {
  readonly #wasm: ParquetWasm;
  readonly #schema: Schema;
  readonly #maxBytes: number;
  #scratch = new Uint8Array(0);

  constructor(wasm: ParquetWasm, schema: Schema, maxBytes: number = maxBatchBytes) {
    this.#wasm = wasm;
    this.#schema = schema;
    this.#maxBytes = maxBytes;
  }

  /**
   * What is returned lives in wasm memory until it is consumed or freed.
   * @throws ConsistencyError (permanent) when the batch is too large or does not fit the schema.
   */
  copy(batch: RecordBatch): WasmBatch[] {
    // The writer compares each batch with the schema of the first, down to what may be null.
    const bytes = ipcBytes(batchFrom(this.#schema, batch.data.children, batch.numRows), this.#scratch);
    if (bytes.byteLength > this.#maxBytes) throw batchTooLarge(batch.numRows, bytes.byteLength, this.#maxBytes);
    this.#scratch = new Uint8Array(bytes.buffer as ArrayBuffer);
    const table = readIntoWasm(this.#wasm, bytes);
    try {
      return table.recordBatches();
    } finally {
      table.free();
    }
  }
}

/** A batch without rows; Arrow's own lacks the one offset that texts and binaries must have. */
export function emptyBatch(schema: Schema): RecordBatch {
  return batchFrom(
    schema,
    schema.fields.map(({ type }) => emptyData(type as DataType)),
    0,
  );
}

function emptyData(type: DataType): Data {
  const hasLargeOffsets = DataType.isLargeUtf8(type);
  const valueOffsets = hasLargeOffsets ? new BigInt64Array(1) : new Int32Array(1);
  return makeData({ type, length: 0, nullCount: 0, valueOffsets } as never);
}

function batchFrom(schema: Schema, children: Data[], length: number): RecordBatch {
  return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children }));
}

function readIntoWasm(wasm: ParquetWasm, bytes: Uint8Array): Table {
  try {
    return wasm.Table.fromIPCStream(bytes);
  } catch (error) {
    throw new ConsistencyError('PARQUET_BATCH_REFUSED', `The Parquet writer refused a batch: ${errorText(error)}`, {
      cause: error,
      retry: 'permanent',
    });
  }
}

function batchTooLarge(rows: number, sizeBytes: number, maxBytes: number): ConsistencyError {
  return new ConsistencyError(
    'PARQUET_BATCH_TOO_LARGE',
    `A batch of ${rows} rows has ${sizeBytes} bytes; at most ${maxBytes} fit the Parquet writer.`,
    {
      retry: 'permanent',
      remedy: 'Leave out the column with the huge values with `select`, or land it as csv or jsonl.',
    },
  );
}
