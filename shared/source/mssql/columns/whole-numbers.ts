import type { ColumnBuffers, ColumnShape } from '../../columns/column-builder.ts';
import { NULL_LENGTH, TdsColumn, viewOf } from './tds-column.ts';

/** bit, one byte on the wire. */
export class BitColumn extends TdsColumn {
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
      if (length !== 1) {
        if (length === NULL_LENGTH) continue;
        throw this.wrongLength(length, 1);
      }
      const value = bytes[starts[i]!]!;
      if (value > 1) throw this.malformed(`the bit ${value}`);
      bits[row >> 3]! |= value << (row & 7);
    }
  }

  protected takeBuffers(): ColumnBuffers {
    const data = this.#bits.subarray(0, (this.rows + 7) >> 3);
    this.#bits = new Uint8Array((this.capacity + 7) >> 3);
    return { data };
  }
}

abstract class Int16Column extends TdsColumn {
  protected values: Int16Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.values = new Int16Array(capacity);
  }

  protected takeBuffers(): ColumnBuffers {
    const data = this.values.subarray(0, this.rows);
    this.values = new Int16Array(this.capacity);
    return { data };
  }
}

/** tinyint is unsigned, so that it takes 16 bits in Arrow, as smallint does. */
export class TinyIntColumn extends Int16Column {
  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { values } = this;
    let row = this.rows;
    for (let i = from; i < from + count; i++, row++) {
      const length = lengths[i]!;
      if (length === 1) values[row] = bytes[starts[i]!]!;
      else if (length !== NULL_LENGTH) throw this.wrongLength(length, 1);
    }
  }
}

/** smallint. */
export class SmallIntColumn extends Int16Column {
  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { values } = this;
    let row = this.rows;
    for (let i = from; i < from + count; i++, row++) {
      const length = lengths[i]!;
      if (length === 2) values[row] = bytes[starts[i]!]! | (bytes[starts[i]! + 1]! << 8);
      else if (length !== NULL_LENGTH) throw this.wrongLength(length, 2);
    }
  }
}

/** A column of 32 bits a value. */
export abstract class Int32Column extends TdsColumn {
  protected values: Int32Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.values = new Int32Array(capacity);
  }

  protected takeBuffers(): ColumnBuffers {
    const data = this.values.subarray(0, this.rows);
    this.values = new Int32Array(this.capacity);
    return { data };
  }
}

/** int, and real: the bits of 4 bytes as they are, so that NaN and -0 stay what they were. */
export class FourByteColumn extends Int32Column {
  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { values } = this;
    const view = viewOf(bytes);
    let row = this.rows;
    for (let i = from; i < from + count; i++, row++) {
      const length = lengths[i]!;
      if (length === 4) values[row] = view.getInt32(starts[i]!, true);
      else if (length !== NULL_LENGTH) throw this.wrongLength(length, 4);
    }
  }
}

export class RealColumn extends FourByteColumn {
  protected override takeBuffers(): ColumnBuffers {
    const { buffer } = super.takeBuffers().data;
    return { data: new Float32Array(buffer, 0, this.rows) };
  }
}

/** A column of 64 bits a value, written as two halves because a BigInt per cell costs an object. */
export abstract class Int64Column extends TdsColumn {
  protected halves: Int32Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.halves = new Int32Array(capacity * 2);
  }

  protected takeBuffers(): ColumnBuffers {
    const data = new BigInt64Array(this.halves.buffer as ArrayBuffer, 0, this.rows);
    this.halves = new Int32Array(this.capacity * 2);
    return { data };
  }
}

/** bigint, and float: the bits of 8 bytes as they are. */
export class EightByteColumn extends Int64Column {
  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { halves } = this;
    const view = viewOf(bytes);
    let half = this.rows * 2;
    for (let i = from; i < from + count; i++, half += 2) {
      const length = lengths[i]!;
      if (length === 8) {
        halves[half] = view.getInt32(starts[i]!, true);
        halves[half + 1] = view.getInt32(starts[i]! + 4, true);
      } else if (length !== NULL_LENGTH) throw this.wrongLength(length, 8);
    }
  }
}

export class FloatColumn extends EightByteColumn {
  protected override takeBuffers(): ColumnBuffers {
    const { buffer } = super.takeBuffers().data;
    return { data: new Float64Array(buffer, 0, this.rows) };
  }
}
