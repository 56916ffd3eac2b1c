import type { Decimal } from 'apache-arrow';
import type { ColumnBuffers, ColumnShape } from '../../columns/column-builder.ts';
import { NULL_LENGTH, TdsColumn, viewOf } from './tds-column.ts';

/** Values of 128 bits, little endian, as four limbs of 32 bits. */
abstract class Decimal128Column extends TdsColumn {
  protected limbs: Int32Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.limbs = new Int32Array(capacity * 4);
  }

  protected takeBuffers(): ColumnBuffers {
    const data = new Uint32Array(this.limbs.buffer as ArrayBuffer, 0, this.rows * 4);
    this.limbs = new Int32Array(this.capacity * 4);
    return { data };
  }
}

/**
 * decimal and numeric: a sign byte (1 is positive, 0 negative) and the unscaled magnitude in 4, 8, 12 or 16 bytes
 * (MS-TDS 2.2.5.5.1.6), no more of them than the value needs or as many as the precision allows.
 * A magnitude beyond the precision is refused: readers of Decimal128(p,s) rely on it.
 */
export class DecimalColumn extends Decimal128Column {
  /** The first magnitude that has more digits than the precision, 10^p. */
  readonly #limit: Uint32Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.#limit = limbsOf(10n ** BigInt((shape.type as Decimal).precision));
  }

  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { limbs } = this;
    const view = viewOf(bytes);
    let limb = this.rows * 4;
    for (let i = from; i < from + count; i++, limb += 4) {
      const length = lengths[i]!;
      if (length === NULL_LENGTH) continue;
      if (length !== 5 && length !== 9 && length !== 13 && length !== 17) throw this.#wrongMagnitude(length);
      const at = starts[i]!;
      const sign = bytes[at]!;
      if (sign > 1) throw this.malformed(`the sign ${sign}`);
      const first = view.getInt32(at + 1, true);
      const second = length > 5 ? view.getInt32(at + 5, true) : 0;
      const third = length > 9 ? view.getInt32(at + 9, true) : 0;
      const fourth = length > 13 ? view.getInt32(at + 13, true) : 0;
      if (!this.#withinPrecision(first, second, third, fourth)) throw this.#tooManyDigits();
      if (sign === 1) {
        limbs[limb] = first;
        limbs[limb + 1] = second;
        limbs[limb + 2] = third;
        limbs[limb + 3] = fourth;
      } else {
        limbs[limb] = -first;
        limbs[limb + 1] = first === 0 ? -second : ~second;
        limbs[limb + 2] = (first | second) === 0 ? -third : ~third;
        limbs[limb + 3] = (first | second | third) === 0 ? -fourth : ~fourth;
      }
    }
  }

  #withinPrecision(first: number, second: number, third: number, fourth: number): boolean {
    const limit = this.#limit;
    if (fourth >>> 0 !== limit[3]!) return fourth >>> 0 < limit[3]!;
    if (third >>> 0 !== limit[2]!) return third >>> 0 < limit[2]!;
    if (second >>> 0 !== limit[1]!) return second >>> 0 < limit[1]!;
    return first >>> 0 < limit[0]!;
  }

  #tooManyDigits() {
    return this.malformed(`a number of more than ${(this.shape.type as Decimal).precision} digits`);
  }

  #wrongMagnitude(length: number) {
    return this.malformed(`${length} bytes where a value of the type has 5, 9, 13 or 17`);
  }
}

function limbsOf(value: bigint): Uint32Array {
  return Uint32Array.from([0n, 32n, 64n, 96n], (shift) => Number((value >> shift) & 0xffffffffn));
}

/** money and smallmoney: an int64 (its upper half first on the wire) or an int32 of ten-thousandths. */
export class MoneyColumn extends Decimal128Column {
  readonly #bytes: 4 | 8;

  constructor(shape: ColumnShape, capacity: number, bytes: 4 | 8) {
    super(shape, capacity);
    this.#bytes = bytes;
  }

  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { limbs } = this;
    const view = viewOf(bytes);
    const expected = this.#bytes;
    let limb = this.rows * 4;
    for (let i = from; i < from + count; i++, limb += 4) {
      const length = lengths[i]!;
      if (length !== expected) {
        if (length === NULL_LENGTH) continue;
        throw this.wrongLength(length, expected);
      }
      const lower = view.getInt32(starts[i]! + expected - 4, true);
      const upper = expected === 8 ? view.getInt32(starts[i]!, true) : lower >> 31;
      limbs[limb] = lower;
      limbs[limb + 1] = upper;
      limbs[limb + 2] = upper >> 31;
      limbs[limb + 3] = upper >> 31;
    }
  }
}
