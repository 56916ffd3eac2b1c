import type { Decimal } from 'apache-arrow';
import { NULL_LENGTH, viewOf } from '../../columns/cell-column.ts';
import type { ColumnBuffers, ColumnShape } from '../../columns/column-builder.ts';
import { CopyColumn } from './copy-column.ts';

const NEGATIVE = 0x4000;
const NAN = 0xc000;
const INFINITY = 0xd000;
const NEGATIVE_INFINITY = 0xf000;

/** Words of four decimal digits that a double surely holds as an integer, including the rescaling below. */
const WORDS_IN_A_DOUBLE = 3;
const POWERS_OF_TEN = [1, 10, 100, 1000, 10_000];
const TWO_32 = 0x1_0000_0000;

/**
 * numeric(p,s) as Decimal128, from PostgreSQL's binary form (numeric_send in numeric.c): a count of words in
 * base 10000, the weight of the first, a sign, a display scale, the words. The unscaled 128-bit integer is
 * built as four 32-bit limbs, small values as one double: no BigInt and no text per cell.
 */
export class DecimalBuilder extends CopyColumn {
  readonly #scale: number;
  readonly #digits: number;
  readonly #limbs = new Uint32Array(4);
  #values: Uint32Array;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    const { scale, precision } = shape.type as Decimal;
    this.#scale = scale;
    this.#digits = precision;
    this.#values = new Uint32Array(capacity * 4);
  }

  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const view = viewOf(bytes);
    const scale = this.#scale;
    let limb = this.rows * 4;
    for (let i = from; i < from + count; i++, limb += 4) {
      const length = lengths[i]!;
      if (length === NULL_LENGTH) continue;
      const at = starts[i]!;
      const words = this.#wordsOf(view, at, length);
      if (words === 0) continue;
      const weight = view.getInt16(at + 2);
      // Decimal digits by which the last word stands left (or right) of the column's scale.
      const shift = 4 * (weight - words + 1) + scale;
      if (4 * weight + digitCount(view.getUint16(at + 8)) + scale > this.#digits) throw this.#tooLarge();
      if (shift <= -4) throw this.#tooFine();
      const negative = view.getUint16(at + 4) === NEGATIVE;
      if (words <= WORDS_IN_A_DOUBLE && shift <= 3) this.#writeSmall(view, at + 8, words, shift, negative, limb);
      else this.#writeLarge(view, at + 8, words, shift, negative, limb);
    }
  }

  #wordsOf(view: DataView, at: number, length: number): number {
    if (length < 8) throw this.malformed(`${length} bytes where a numeric has at least 8`);
    const words = view.getUint16(at);
    if (length !== 8 + words * 2) throw this.wrongLength(length, 8 + words * 2);
    const sign = view.getUint16(at + 4);
    if (sign !== 0 && sign !== NEGATIVE) throw this.#refused(sign);
    return words;
  }

  #writeSmall(view: DataView, at: number, words: number, shift: number, negative: boolean, limb: number): void {
    let value = view.getUint16(at);
    for (let i = 1; i < words; i++) value = value * 10_000 + view.getUint16(at + i * 2);
    value = shift >= 0 ? value * POWERS_OF_TEN[shift]! : value / POWERS_OF_TEN[-shift]!;
    if (!Number.isInteger(value)) throw this.#tooFine();
    const values = this.#values;
    // Typed arrays keep a number modulo 2^32: two's complement of negative ones.
    const upper = negative && value > 0 ? -1 : 0;
    if (negative) value = -value;
    values[limb] = value;
    values[limb + 1] = Math.floor(value / TWO_32);
    values[limb + 2] = upper;
    values[limb + 3] = upper;
  }

  #writeLarge(view: DataView, at: number, words: number, shift: number, negative: boolean, limb: number): void {
    this.#limbs.fill(0);
    for (let i = 0; i < words - 1; i++) this.#multiplyAdd(10_000, view.getUint16(at + i * 2));
    const last = view.getUint16(at + (words - 1) * 2);
    const dropped = POWERS_OF_TEN[Math.max(-shift, 0)]!;
    if (last % dropped !== 0) throw this.#tooFine();
    this.#multiplyAdd(10_000 / dropped, last / dropped);
    for (let left = shift; left > 0; left -= 4) this.#multiplyAdd(POWERS_OF_TEN[Math.min(left, 4)]!, 0);
    if (negative) this.#negate();
    this.#values.set(this.#limbs, limb);
  }

  #multiplyAdd(factor: number, addend: number): void {
    const limbs = this.#limbs;
    let carry = addend;
    for (let i = 0; i < 4; i++) {
      const product = limbs[i]! * factor + carry;
      limbs[i] = product;
      carry = Math.floor(product / TWO_32);
    }
  }

  /** Two's complement. */
  #negate(): void {
    const limbs = this.#limbs;
    let carry = 1;
    for (let i = 0; i < 4; i++) {
      const sum = (~limbs[i]! >>> 0) + carry;
      limbs[i] = sum;
      carry = sum >= TWO_32 ? 1 : 0;
    }
  }

  protected takeBuffers(): ColumnBuffers {
    const data = this.#values.subarray(0, this.rows * 4);
    this.#values = new Uint32Array(this.capacity * 4);
    return { data };
  }

  #tooLarge() {
    return this.castable(`a number of more than ${this.#digits} digits`);
  }

  #tooFine() {
    return this.castable(`a number with more than ${this.#scale} digits behind the point`);
  }

  #refused(sign: number) {
    if (sign === NAN) return this.castable('NaN');
    if (sign === INFINITY || sign === NEGATIVE_INFINITY) return this.castable('an infinity');
    return this.malformed(`the sign 0x${sign.toString(16)} of a numeric`);
  }
}

function digitCount(word: number): number {
  if (word >= 1000) return 4;
  if (word >= 100) return 3;
  return word >= 10 ? 2 : 1;
}
