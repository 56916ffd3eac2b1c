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

export interface Peeked {
  /** True when the stream ended without a single row. */
  readonly empty: boolean;
  /** All batches, the ones looked at included. To be iterated, or its `return` called, exactly once. */
  readonly batches: AsyncGenerator<RecordBatch>;
}

/** Looks whether there is a row at all, before anything is uploaded. */
export async function peekRows(batches: AsyncIterable<RecordBatch>): Promise<Peeked> {
  const iterator = batches[Symbol.asyncIterator]();
  let first = await iterator.next();
  while (first.done !== true && first.value.numRows === 0) first = await iterator.next();
  const { done, value } = first;
  return { empty: done === true, batches: rejoined(done === true ? undefined : value, iterator) };
}

async function* rejoined(
  first: RecordBatch | undefined,
  rest: AsyncIterator<RecordBatch>,
): AsyncGenerator<RecordBatch> {
  if (first === undefined) return;
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
