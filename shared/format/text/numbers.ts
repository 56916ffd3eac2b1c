/**
 * Numbers as text with every digit, for what `digits.ts` does not write. JSON number literals have no limit of digits (RFC 8259, section 6).
 */

const twoTo32 = 4_294_967_296;
/** High words below this make a 64-bit integer that a double holds exactly. */
const safeHighWord = 0x200000;

/** Two little-endian 32-bit words as a signed integer when a double holds it exactly, else as a bigint. */
export function int64At(words: Int32Array, index: number): number | bigint {
  return int64Of(words[index * 2]!, words[index * 2 + 1]!);
}

/** The integer of a low and a high word; see `int64At`. */
export function int64Of(low: number, high: number): number | bigint {
  if (high >= -safeHighWord && high < safeHighWord) return high * twoTo32 + (low >>> 0);
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** The unscaled value of a Decimal128: four little-endian 32-bit words in two's complement. */
export function int128At(words: Int32Array, index: number): number | bigint {
  const at = index * 4;
  const low = words[at]! >>> 0;
  const high = words[at + 1]!;
  const sign = high >> 31;
  if (words[at + 2] === sign && words[at + 3] === sign && high >= -safeHighWord && high < safeHighWord) {
    return high * twoTo32 + low;
  }
  const upper = (BigInt(words[at + 3]!) << 32n) | BigInt(words[at + 2]! >>> 0);
  const lower = (BigInt(high >>> 0) << 32n) | BigInt(low);
  return (upper << 64n) | lower;
}

/** An unscaled integer with `scale` digits behind the point, all of them printed. A negative scale appends zeros. */
export function decimalText(unscaled: number | bigint, scale: number): string {
  const digits = String(unscaled);
  if (scale === 0) return digits;
  if (scale < 0) return digits === '0' ? digits : digits + '0'.repeat(-scale);
  const isNegative = digits.charCodeAt(0) === 45;
  const padded = (isNegative ? digits.slice(1) : digits).padStart(scale + 1, '0');
  const point = padded.length - scale;
  return `${isNegative ? '-' : ''}${padded.slice(0, point)}.${padded.slice(point)}`;
}

/** The shortest decimal that reads back as the same double (ECMA-262, Number::toString), with the sign of -0. */
export function float64Text(value: number): string {
  return value === 0 && Object.is(value, -0) ? '-0' : String(value);
}

const smallestNormalFloat32 = 1.1754943508222875e-38;

/** The shortest decimal that reads back as the same 32-bit float: 0.1, not the 0.10000000149011612 of its double. */
export function float32Text(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 16_777_216) return float64Text(value);
  if (!Number.isFinite(value)) return String(value);
  // Six digits always survive the way through a normal float32 (FLT_DIG), so shorter candidates are among those of six.
  const fewest = Math.abs(value) < smallestNormalFloat32 ? 1 : 6;
  for (let digits = fewest; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return String(candidate);
  }
  return String(Number(value.toPrecision(9)));
}
