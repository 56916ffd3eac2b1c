/** Decimal digits as bytes, without strings. Whoever calls has reserved the room. */

const zero = 0x30;
const hundredMillion = 100_000_000;
const million = 1_000_000;
const twoTo32 = 4_294_967_296;
/** High words below this make a 64-bit integer that a double holds exactly. */
const safeHighWord = 0x200000;

/** The two digits of 0 to 99, as one little-endian word. */
const pairs = Uint16Array.from(
  { length: 100 },
  (_, value) => zero + Math.floor(value / 10) + ((zero + (value % 10)) << 8),
);

/** Two digits of 0 to 99. */
export function writePair(view: DataView, at: number, value: number): void {
  view.setUint16(at, pairs[value]!, true);
}

/** So many digits of an integer below 2^31, with zeros in front. */
export function writeFixed(view: DataView, at: number, value: number, count: number): void {
  let rest = value;
  let end = at + count;
  while (end - at >= 2) {
    const upper = (rest / 100) | 0;
    end -= 2;
    view.setUint16(end, pairs[rest - upper * 100]!, true);
    rest = upper;
  }
  if (end > at) view.setUint8(at, zero + rest);
}

/** An integer of 0 to 2^53, with at least so many digits; returns where they end. */
export function writeDigits(view: DataView, at: number, value: number, minDigits: number): number {
  if (value >= hundredMillion) {
    // Exact: the quotient of two such integers is nearer to the integer below than to the rounding that would reach the next.
    const upper = Math.floor(value / hundredMillion);
    const end = writeDigits(view, at, upper, minDigits - 8);
    writeFixed(view, end, value - upper * hundredMillion, 8);
    return end + 8;
  }
  const count = Math.max(minDigits, digitCount(value));
  writeFixed(view, at, value, count);
  return at + count;
}

/** The digits of an integer below 10^8. */
function digitCount(value: number): number {
  if (value < 10_000) {
    if (value < 100) return value < 10 ? 1 : 2;
    return value < 1000 ? 3 : 4;
  }
  if (value < million) return value < 100_000 ? 5 : 6;
  return value < 10_000_000 ? 7 : 8;
}

/** An unsigned 64-bit integer of two words; see `writeDigits`. */
export function writeWords(view: DataView, at: number, low: number, high: number, minDigits: number): number {
  const lower = low >>> 0;
  const upper = high >>> 0;
  if (upper < safeHighWord) return writeDigits(view, at, upper * twoTo32 + lower, minDigits);
  const millions = millionsOf(lower, upper);
  const end = writeDigits(view, at, millions, minDigits - 6);
  writeFixed(view, end, belowMillion(lower, millions), 6);
  return end + 6;
}

/** A 64-bit integer divided by 10^6 and rounded down. The high word may be signed; the quotient fits a double either way. */
export function millionsOf(low: number, high: number): number {
  const upper = Math.floor(high / million);
  // Below 10^6 * 2^32, so exact in a double.
  const rest = (high - upper * million) * twoTo32 + (low >>> 0);
  return upper * twoTo32 + Math.floor(rest / million);
}

/** What the division leaves: 0 to 999,999, so the low words alone decide. */
export function belowMillion(low: number, millions: number): number {
  return (low - Math.imul(millions, million)) >>> 0;
}
