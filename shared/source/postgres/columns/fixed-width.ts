import type { ColumnBuffers, ColumnShape } from '../../columns/column-builder.ts';
import { CopyColumn } from './copy-column.ts';

export class BoolBuilder extends CopyColumn {
  #bits: Uint8Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.#bits = new Uint8Array((capacity + 7) >> 3);
  }

  append(bytes: Uint8Array, at: number, length: number): void {
    this.expectLength(length, 1);
    if (bytes[at] !== 0) this.#bits[this.rows >> 3]! |= 1 << (this.rows & 7);
    this.rows += 1;
  }

  protected takeBuffers(): ColumnBuffers {
    const data = this.#bits.subarray(0, (this.rows + 7) >> 3);
    this.#bits = new Uint8Array((this.capacity + 7) >> 3);
    return { data };
  }
}

export class Int16Builder extends CopyColumn {
  #values: Int16Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.#values = new Int16Array(capacity);
  }

  append(bytes: Uint8Array, at: number, length: number): void {
    this.expectLength(length, 2);
    this.#values[this.rows] = (bytes[at]! << 8) | bytes[at + 1]!;
    this.rows += 1;
  }

  protected takeBuffers(): ColumnBuffers {
    const data = this.#values.subarray(0, this.rows);
    this.#values = new Int16Array(this.capacity);
    return { data };
  }
}

export class Int32Builder extends CopyColumn {
  #values: Int32Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.#values = new Int32Array(capacity);
  }

  append(bytes: Uint8Array, at: number, length: number): void {
    this.expectLength(length, 4);
    this.#values[this.rows] = this.translate(int32At(bytes, at));
    this.rows += 1;
  }

  protected translate(value: number): number {
    return value;
  }

  protected takeBuffers(): ColumnBuffers {
    const data = this.#values.subarray(0, this.rows);
    this.#values = new Int32Array(this.capacity);
    return { data };
  }
}

/** float4 and float8: the bits as they are, so that NaN, infinities and -0 stay what they were. */
export class FloatBuilder extends CopyColumn {
  readonly #width: 4 | 8;
  #bytes: Uint8Array;

  constructor(shape: ColumnShape, capacity: number, width: 4 | 8) {
    super(shape, capacity);
    this.#width = width;
    this.#bytes = new Uint8Array(capacity * width);
  }

  append(bytes: Uint8Array, at: number, length: number): void {
    const width = this.#width;
    this.expectLength(length, width);
    const target = this.#bytes;
    const last = (this.rows + 1) * width - 1;
    for (let i = 0; i < width; i++) target[last - i] = bytes[at + i]!;
    this.rows += 1;
  }

  protected takeBuffers(): ColumnBuffers {
    const buffer = this.#bytes.buffer as ArrayBuffer;
    this.#bytes = new Uint8Array(this.capacity * this.#width);
    return {
      data: this.#width === 4 ? new Float32Array(buffer, 0, this.rows) : new Float64Array(buffer, 0, this.rows),
    };
  }
}

/** int8 and time: 64 bits, written as two halves because a BigInt per cell costs an object. */
export class Int64Builder extends CopyColumn {
  protected halves: Int32Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.halves = new Int32Array(capacity * 2);
  }

  append(bytes: Uint8Array, at: number, length: number): void {
    this.expectLength(length, 8);
    this.halves[this.rows * 2] = int32At(bytes, at + 4);
    this.halves[this.rows * 2 + 1] = int32At(bytes, at);
    this.rows += 1;
  }

  protected takeBuffers(): ColumnBuffers {
    const data = new BigInt64Array(this.halves.buffer as ArrayBuffer, 0, this.rows);
    this.halves = new Int32Array(this.capacity * 2);
    return { data };
  }
}

export function int32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
