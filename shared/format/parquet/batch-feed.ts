import { setImmediate } from 'node:timers/promises';
import type { RecordBatch, Schema } from 'apache-arrow';
import type { RecordBatch as WasmBatch } from 'parquet-wasm';
import { Gate } from './gate.ts';
import type { ParquetWasm } from './parquet-wasm.ts';
import { emptyBatch, WasmCopier } from './wasm-copier.ts';

/**
 * The input of parquet-wasm's writer: one wasm batch per pull, and only while the reader of the file waits for bytes.
 * Ungated, the writer goes on for another row group when nobody reads. A failure ends the stream here and is kept,
 * because the writer swallows errors of its input and would finish a file that looks whole.
 */
export class BatchFeed {
  readonly stream: ReadableStream<WasmBatch>;
  /** Closed while nobody waits for bytes. */
  readonly demand = new Gate();
  readonly #schema: Schema;
  readonly #batches: AsyncIterator<RecordBatch>;
  readonly #copier: WasmCopier;
  #rows = 0;
  #began = false;
  #stopped = false;
  #exhausted = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(wasm: ParquetWasm, schema: Schema, batches: AsyncIterable<RecordBatch>) {
    this.#schema = schema;
    this.#copier = new WasmCopier(wasm, schema);
    this.#batches = batches[Symbol.asyncIterator]();
    this.stream = new ReadableStream<WasmBatch>({ pull: (controller) => this.#pull(controller) }, { highWaterMark: 0 });
  }

  /** Rows handed to the writer so far. */
  get rows(): number {
    return this.#rows;
  }

  /** @throws what the source or the copy into wasm memory failed with, unchanged. */
  rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Ends the writer's input, so that it lets go of its wasm memory, and leaves the source. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.demand.open();
    if (!this.#exhausted) await this.#batches.return?.();
  }

  async #pull(controller: ReadableStreamDefaultController<WasmBatch>): Promise<void> {
    // Finished bytes reach their reader only in a later turn of the event loop; before it, demand would seem to go on.
    await setImmediate();
    await this.demand.passed();
    try {
      const batch = this.#stopped ? undefined : await this.#next();
      if (batch === undefined || this.#stopped) return controller.close();
      for (const wasmBatch of this.#copier.copy(batch)) controller.enqueue(wasmBatch);
      this.#rows += batch.numRows;
    } catch (error) {
      this.#failure = { error };
      controller.close();
    }
  }

  /** The writer takes the schema from its first batch, so a table without rows becomes one empty batch. */
  async #next(): Promise<RecordBatch | undefined> {
    while (true) {
      const result = await this.#takeFromSource();
      if (result.done !== true && result.value.numRows === 0) continue;
      if (result.done !== true) {
        this.#began = true;
        return result.value;
      }
      if (this.#began) return undefined;
      this.#began = true;
      return emptyBatch(this.#schema);
    }
  }

  async #takeFromSource(): Promise<IteratorResult<RecordBatch, unknown>> {
    if (this.#exhausted) return { done: true, value: undefined };
    try {
      const result = await this.#batches.next();
      this.#exhausted = result.done === true;
      return result;
    } catch (error) {
      this.#exhausted = true;
      throw error;
    }
  }
}
