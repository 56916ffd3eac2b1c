import type { ByteWriter } from './byte-writer.ts';

/** Digits a double holds exactly whatever they are. */
const EXACT_DIGITS = 15;
const TWO_TO_32 = 4_294_967_296;

export interface Unscaled {
  readonly negative: boolean;
  /** The digits of value * 10 ** scale, without leading zeros; '' for zero. */
  readonly digits: string;
}

/** A decimal text as sign and whole number of 10 ** -scale. Throws for what the scale cannot hold. */
export function unscaled(text: string, scale: number): Unscaled {
  const negative = text.charCodeAt(0) === 0x2d;
  const point = text.indexOf('.');
  const whole = text.slice(negative ? 1 : 0, point < 0 ? text.length : point);
  let fraction = point < 0 ? '' : text.slice(point + 1);
  if (fraction.length > scale) {
    if (Number(fraction.slice(scale)) !== 0) throw new RangeError(`${text} has more than ${scale} decimals`);
    fraction = fraction.slice(0, scale);
  }
  const digits = (whole + fraction.padEnd(scale, '0')).replace(/^0+/, '');
  if (!/^\d*$/.test(digits) || whole + fraction === '')
    throw new RangeError(`${JSON.stringify(text)} is no decimal number`);
  return { negative: negative && digits !== '', digits };
}

/** Sign byte (1 is positive) and magnitude: MS-TDS 2.2.5.5.1.6. */
export function writeDecimal(
  out: ByteWriter,
  text: string,
  precision: number,
  scale: number,
  valueBytes: number,
): void {
  const { negative, digits } = unscaled(text, scale);
  if (digits.length > precision) throw new RangeError(`${text} does not fit decimal(${precision},${scale})`);
  out.u8(negative ? 0 : 1);
  const magnitudeBytes = valueBytes - 1;
  if (digits.length <= EXACT_DIGITS) {
    writeSmallMagnitude(out, Number(digits), magnitudeBytes);
    return;
  }
  let rest = BigInt(digits);
  for (let written = 0; written < magnitudeBytes; written += 4) {
    out.u32(Number(rest & 0xffff_ffffn));
    rest >>= 32n;
  }
  if (rest > 0n) throw new RangeError(`${text} does not fit ${magnitudeBytes} bytes`);
}

/** The digits the value itself takes, those behind the point all counted. */
export function ownPrecision(text: string, scale: number): number {
  return Math.max(unscaled(text, scale).digits.length, scale);
}

function writeSmallMagnitude(out: ByteWriter, magnitude: number, magnitudeBytes: number): void {
  out.u32(magnitude % TWO_TO_32);
  const high = Math.floor(magnitude / TWO_TO_32);
  if (magnitudeBytes === 4) {
    if (high > 0) throw new RangeError(`${magnitude} does not fit 4 bytes`);
    return;
  }
  out.u32(high);
  out.zeros(magnitudeBytes - 8);
}

/** Ten-thousandths as a 64-bit number with its high half first: MS-TDS 2.2.5.5.1.2. */
export function writeMoney(out: ByteWriter, text: string): void {
  const { negative, digits } = unscaled(text, 4);
  if (digits.length <= EXACT_DIGITS) {
    const units = negative ? -Number(digits) : Number(digits);
    out.i32(Math.floor(units / TWO_TO_32));
    out.u32(((units % TWO_TO_32) + TWO_TO_32) % TWO_TO_32);
    return;
  }
  const units = negative ? -BigInt(digits) : BigInt(digits);
  out.i32(Number(units >> 32n));
  out.u32(Number(units & 0xffff_ffffn));
}

export function writeSmallMoney(out: ByteWriter, text: string): void {
  const { negative, digits } = unscaled(text, 4);
  out.i32(negative ? -Number(digits) : Number(digits));
}

export function writeBigint(out: ByteWriter, text: string): void {
  out.i64(BigInt(text));
}

/** Throws where `Number` would quietly give NaN. */
export function finiteNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || text.trim() === '')
    throw new RangeError(`${JSON.stringify(text)} is no finite number`);
  return value;
}
