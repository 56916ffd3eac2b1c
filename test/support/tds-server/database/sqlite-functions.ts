import { createHash, randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { convert, tryConvert } from './conversion.ts';
import { calculate } from './convert-numbers.ts';
import { addToMoment, difference, partOfMoment } from './date-arithmetic.ts';
import { typeByNumber } from './emitted.ts';
import { likePattern } from './like-pattern.ts';
import { sqlError } from './sql-error.ts';
import { exactKey, rescaled, scaledOf, scaledText } from './stored-decimals.ts';
import { guidKey } from './stored-guids.ts';
import type { Stored } from './stored-values.ts';

type SqliteFunction = (...args: Stored[]) => Stored;

/** NULL for any NULL among the arguments. */
const strict =
  (call: SqliteFunction): SqliteFunction =>
  (...args) =>
    args.includes(null) ? null : call(...args);

const LARGEST_INT = 2_147_483_647n;

const CONVERSIONS: Readonly<Record<string, SqliteFunction>> = {
  tds_convert: (value, from, to, style) =>
    convert(value!, typeByNumber(Number(from)), typeByNumber(Number(to)), Number(style ?? 0)),
  tds_try_convert: (value, from, to, style) =>
    tryConvert(value!, typeByNumber(Number(from)), typeByNumber(Number(to)), Number(style ?? 0)),
};

const NUMBERS: Readonly<Record<string, SqliteFunction>> = {
  tds_decimal: strict((operator, a, b, scale) => calculate(String(operator), String(a), String(b), Number(scale))),
  tds_quotient: strict((a, b) => {
    if (Number(b) === 0) throw sqlError.divideByZero();
    return typeof a === 'bigint' && typeof b === 'bigint' ? a / b : Number(a) / Number(b);
  }),
  tds_remainder: strict((a, b) => {
    if (Number(b) === 0) throw sqlError.divideByZero();
    return typeof a === 'bigint' && typeof b === 'bigint' ? a % b : Number(a) % Number(b);
  }),
  tds_round: strict((value, digits, scale) => {
    const kept = Math.min(Number(digits), Number(scale));
    const scaled = scaledOf(String(value));
    const power = 10n ** BigInt(Math.max(0, -kept));
    const units = rescaled({ units: rescaled(scaled, Math.max(0, kept)), scale: Math.max(0, -kept) }, 0) * power;
    return exactKey(scaledText(units, Math.max(0, kept)));
  }),
  tds_checked: strict((sum, type) => {
    const value = BigInt(sum as bigint);
    if (type === 'int' && (value > LARGEST_INT || value < -LARGEST_INT - 1n)) throw sqlError.overflow('int');
    return value;
  }),
};

const TEXTS: Readonly<Record<string, SqliteFunction>> = {
  tds_len: strict((text) => BigInt(String(text).replace(/ +$/, '').length)),
  tds_datalength: strict((value, unitBytes) =>
    typeof value === 'string' ? BigInt(value.length) * BigInt(unitBytes as bigint) : BigInt(byteLength(value)),
  ),
  tds_upper: strict((text) => String(text).toUpperCase()),
  tds_lower: strict((text) => String(text).toLowerCase()),
  tds_reverse: strict((text) => String(text).split('').reverse().join('')),
  tds_substring: strict((value, from, length) => {
    const start = Number(from) - 1;
    const [begin, end] = [Math.max(0, start), Math.max(0, start + Number(length))];
    return typeof value === 'string' ? value.slice(begin, end) : (value as Uint8Array).slice(begin, end);
  }),
  tds_replicate: strict((text, times) => String(text).repeat(Math.max(0, Number(times)))),
  tds_charindex: strict((wanted, text) => BigInt(String(text).toLowerCase().indexOf(String(wanted).toLowerCase()) + 1)),
  tds_quotename: strict((text) => `[${String(text).replaceAll(']', ']]')}]`),
  tds_like: strict((text, pattern, last, collation) =>
    likePattern(String(pattern), String(last), collation === 'NOCASE').test(String(text)) ? 1n : 0n,
  ),
  tds_hash: strict((algorithm, bytes) => {
    const name = String(algorithm).toLowerCase().replace('sha2_', 'sha');
    return createHash(name)
      .update(bytes as Uint8Array)
      .digest();
  }),
};

const byteLength = (value: Stored): number => (value instanceof Uint8Array ? value.length : 8);

const MOMENTS: Readonly<Record<string, SqliteFunction>> = {
  tds_add: strict((part, count, moment, kind) =>
    addToMoment(String(part), Number(count), String(moment), String(kind)),
  ),
  tds_part: strict((part, moment) => partOfMoment(String(part), String(moment))),
  tds_difference: strict((part, from, to) => difference(String(part), String(from), String(to))),
};

/** Gives a connection of SQLite what T-SQL has and SQLite has not, under names that begin with tds_. */
export function addFunctions(database: DatabaseSync): void {
  const options = { deterministic: true, varargs: true, useBigIntArguments: true };
  for (const [name, call] of Object.entries({ ...CONVERSIONS, ...NUMBERS, ...TEXTS, ...MOMENTS })) {
    database.function(name, options, call as (...args: unknown[]) => never);
  }
  database.function('tds_newid', () => guidKey(randomUUID()));
  addAggregates(database);
}

interface Average {
  readonly sum: string;
  readonly count: number;
  readonly scale: number;
}

function addAggregates(database: DatabaseSync): void {
  const sum = (before: string | null, value: string | null): string | null => {
    if (value === null) return before;
    return before === null ? value : calculate('+', before, value, 38);
  };
  database.aggregate('tds_sum', { start: null as never, step: sum as never, result: (all) => all });
  const start: Average = { sum: 'p00', count: 0, scale: 0 };
  const step = (before: Average, value: string | null, scale: number): Average =>
    value === null ? before : { sum: calculate('+', before.sum, value, 38), count: before.count + 1, scale };
  const result = ({ sum: all, count, scale }: Average): string | null =>
    count === 0 ? null : calculate('/', all, exactKey(String(count)), scale);
  // node's types know only what SQLite can hold between two steps; any value may stand there.
  database.aggregate('tds_average', {
    varargs: true,
    start: (() => start) as never,
    step: step as never,
    result: result as never,
  });
}
