import type { ColumnBuffers, ColumnShape } from '../../columns/column-builder.ts';
import { NULL_LENGTH, TdsColumn } from './tds-column.ts';

const FIRST_CAPACITY_BYTES = 16 * 1024;
/** Arrow's offsets are signed 32 bits. */
const MAX_BUFFER_BYTES = 0x7fffffff;
/** Below it a loop is cheaper than a call of set() (60 to 100 ns on Node 24). */
const LOOP_LIMIT_BYTES = 40;

/** Values of any length, one behind the other in one buffer that starts near the size of the last batch's. */
export abstract class VariableWidthColumn extends TdsColumn {
  protected offsets: Int32Array;
  protected buffer = new Uint8Array(FIRST_CAPACITY_BYTES);
  protected used = 0;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.offsets = new Int32Array(capacity + 1);
  }

  /** The buffer, with room for `length` more bytes. */
  protected reserve(length: number): Uint8Array {
    const needed = this.used + length;
    if (needed <= this.buffer.length) return this.buffer;
    if (needed > MAX_BUFFER_BYTES) throw this.#batchTooLarge();
    const grown = new Uint8Array(Math.min(Math.max(needed, this.buffer.length * 2), MAX_BUFFER_BYTES));
    grown.set(this.buffer.subarray(0, this.used));
    this.buffer = grown;
    return grown;
  }

  protected takeBuffers(): ColumnBuffers {
    const data = this.buffer.subarray(0, this.used);
    const valueOffsets = this.offsets.subarray(0, this.rows + 1);
    this.buffer = new Uint8Array(Math.max(FIRST_CAPACITY_BYTES, Math.ceil(this.used * 1.125)));
    this.used = 0;
    this.offsets = new Int32Array(this.capacity + 1);
    return { data, valueOffsets };
  }

  #batchTooLarge() {
    return this.unlandable(
      'more than 2 GiB in one batch of rows',
      'Set a smaller batch, or leave the column out with `select`.',
    );
  }
}

/** Bytes of all the cells together. */
export function totalLength(lengths: Int32Array, from: number, count: number): number {
  let total = 0;
  for (let i = from; i < from + count; i++) if (lengths[i] !== NULL_LENGTH) total += lengths[i]!;
  return total;
}

/** binary, varbinary, image, rowversion and CLR types: the bytes as they are. */
export class BinaryColumn extends VariableWidthColumn {
  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { offsets } = this;
    let row = this.rows;
    for (let i = from; i < from + count; i++) {
      const length = lengths[i]!;
      if (length !== NULL_LENGTH) {
        this.#copy(bytes, starts[i]!, length);
        this.used += length;
      }
      offsets[++row] = this.used;
    }
  }

  #copy(bytes: Uint8Array, at: number, length: number): void {
    const target = this.reserve(length);
    const to = this.used;
    if (length < LOOP_LIMIT_BYTES) for (let i = 0; i < length; i++) target[to + i] = bytes[at + i]!;
    else target.set(bytes.subarray(at, at + length), to);
  }
}
