import { NULL_LENGTH, viewOf } from '../../columns/cell-column.ts';
import type { ColumnBuffers, ColumnShape } from '../../columns/column-builder.ts';
import { CopyColumn } from './copy-column.ts';

export class BoolBuilder extends CopyColumn {
  #bits: Uint8Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.#bits = new Uint8Array((capacity + 7) >> 3);
  }

  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const bits = this.#bits;
    let row = this.rows;
    for (let i = from; i < from + count; i++, row++) {
      const length = lengths[i]!;
      if (length === 1) {
        if (bytes[starts[i]!] !== 0) bits[row >> 3]! |= 1 << (row & 7);
      } else if (length !== NULL_LENGTH) throw this.wrongLength(length, 1);
    }
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

  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const values = this.#values;
    const view = viewOf(bytes);
    let row = this.rows;
    for (let i = from; i < from + count; i++, row++) {
      const length = lengths[i]!;
      if (length === 2) values[row] = view.getInt16(starts[i]!);
      else if (length !== NULL_LENGTH) throw this.wrongLength(length, 2);
    }
  }

  protected takeBuffers(): ColumnBuffers {
    const data = this.#values.subarray(0, this.rows);
    this.#values = new Int16Array(this.capacity);
    return { data };
  }
}

/** int4, and float4: the bits as they are, so that NaN, infinities and -0 stay what they were. */
export class Int32Builder extends CopyColumn {
  protected values: Int32Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.values = new Int32Array(capacity);
  }

  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { values } = this;
    const view = viewOf(bytes);
    let row = this.rows;
    for (let i = from; i < from + count; i++, row++) {
      const length = lengths[i]!;
      if (length === 4) values[row] = view.getInt32(starts[i]!);
      else if (length !== NULL_LENGTH) throw this.wrongLength(length, 4);
    }
  }

  protected takeBuffers(): ColumnBuffers {
    const data = this.values.subarray(0, this.rows);
    this.values = new Int32Array(this.capacity);
    return { data };
  }
}

export class FloatBuilder extends Int32Builder {
  protected override takeBuffers(): ColumnBuffers {
    const { buffer } = super.takeBuffers().data;
    return { data: new Float32Array(buffer, 0, this.rows) };
  }
}

/** int8, time, and float8: 64 bits, written as two halves because a BigInt per cell costs an object. */
export class Int64Builder extends CopyColumn {
  protected halves: Int32Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.halves = new Int32Array(capacity * 2);
  }

  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { halves } = this;
    const view = viewOf(bytes);
    let half = this.rows * 2;
    for (let i = from; i < from + count; i++, half += 2) {
      const length = lengths[i]!;
      if (length === 8) {
        halves[half] = view.getInt32(starts[i]! + 4);
        halves[half + 1] = view.getInt32(starts[i]!);
      } else if (length !== NULL_LENGTH) throw this.wrongLength(length, 8);
    }
  }

  protected takeBuffers(): ColumnBuffers {
    const data = new BigInt64Array(this.halves.buffer as ArrayBuffer, 0, this.rows);
    this.halves = new Int32Array(this.capacity * 2);
    return { data };
  }
}

export class DoubleBuilder extends Int64Builder {
  protected override takeBuffers(): ColumnBuffers {
    const { buffer } = super.takeBuffers().data;
    return { data: new Float64Array(buffer, 0, this.rows) };
  }
}

/** A big-endian int32. For loops over many cells a DataView, made once, is as fast. */
export function int32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
