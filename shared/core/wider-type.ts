/** Types of which each holds all values of those before it, as Arrow prints them. Nanoseconds end in 2262. */
const LADDERS: readonly (readonly string[])[] = [
  ['Int8', 'Int16', 'Int32', 'Int64'],
  ['Float32', 'Float64'],
  ['Time32<SECOND>', 'Time32<MILLISECOND>', 'Time64<MICROSECOND>'],
];

const TIMESTAMP_UNITS = ['SECOND', 'MILLISECOND', 'MICROSECOND'];

/** Digits of the largest value. */
const INTEGER_DIGITS: ReadonlyMap<string, number> = new Map([
  ['Int8', 3],
  ['Int16', 5],
  ['Int32', 10],
  ['Int64', 19],
]);

/** Of a Decimal128. */
const MAX_DECIMAL_DIGITS = 38;

/**
 * The narrowest landed type that holds all values of both, in Arrow's spelling; undefined when none does. Which of the two
 * comes first makes no difference.
 */
export function widerType(one: string, other: string): string | undefined {
  if (one === other) return one;
  const ladder = [...LADDERS, timestampsLike(one)].find((types) => types.includes(one) && types.includes(other));
  if (ladder !== undefined) return ladder[Math.max(ladder.indexOf(one), ladder.indexOf(other))];
  return widerDecimal(one, other);
}

/** Timestamps of every unit with the time zone of this one. */
function timestampsLike(type: string): string[] {
  const zone = /^Timestamp<[A-Z]+(.*)>$/s.exec(type)?.[1];
  return zone === undefined ? [] : TIMESTAMP_UNITS.map((unit) => `Timestamp<${unit}${zone}>`);
}

interface Digits {
  /** Before the point. */
  readonly whole: number;
  readonly scale: number;
}

function widerDecimal(one: string, other: string): string | undefined {
  const [a, b] = [digitsOf(one), digitsOf(other)];
  if (a === undefined || b === undefined) return undefined;
  const scale = Math.max(a.scale, b.scale);
  const precision = Math.max(a.whole, b.whole) + scale;
  return precision > MAX_DECIMAL_DIGITS ? undefined : `Decimal[${precision}e${scale > 0 ? '+' : ''}${scale}]`;
}

function digitsOf(type: string): Digits | undefined {
  const integerDigits = INTEGER_DIGITS.get(type);
  if (integerDigits !== undefined) return { whole: integerDigits, scale: 0 };
  const [, precision, scale] = /^Decimal\[(\d+)e([+-]?\d+)\]$/.exec(type) ?? [];
  return precision === undefined ? undefined : { whole: Number(precision) - Number(scale), scale: Number(scale) };
}
