import type { RecordBatch } from 'apache-arrow';

/** Counts what passes, without holding it. */
export class RowMeter {
  rows = 0;
  bytes = 0;
  readonly #onChange: (rows: number, bytes: number) => void;

  constructor(onChange: (rows: number, bytes: number) => void) {
    this.#onChange = onChange;
  }

  async *countRows(batches: AsyncIterable<RecordBatch>): AsyncGenerator<RecordBatch> {
    for await (const batch of batches) {
      this.rows += batch.numRows;
      this.#onChange(this.rows, this.bytes);
      yield batch;
    }
  }

  async *countBytes(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const bytes of body) {
      this.bytes += bytes.length;
      this.#onChange(this.rows, this.bytes);
      yield bytes;
    }
  }
}
