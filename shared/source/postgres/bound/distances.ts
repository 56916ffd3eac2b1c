import type { KeyDistance } from '../../../config/config.ts';
import { DEFAULT_MOMENT_LAG_MS } from '../../../config/defaults.ts';
import { distanceText } from '../../../config/key-distance.ts';
import type { UpdateKey } from '../update-key.ts';
import { settingUnusable, type UpdateKeyRows } from './update-key-rows.ts';

/** The least values of integers, which a difference may not go below. */
const LEAST_INTEGER: Readonly<Record<number, string>> = {
  20: '-9223372036854775808', // int8
  21: '-32768', // int2
  23: '-2147483648', // int4
};

/** No timestamp lies before it, and a year of `lag` cannot lead there from one that lies behind. */
const LEAST_MOMENT = "timestamp '4713-01-01 00:00:00 BC'";

/** The lag that holds; undefined for a type that knows no distance. */
export function heldLag(rows: UpdateKeyRows, lag: KeyDistance | undefined): KeyDistance | undefined {
  if (lag !== undefined) return expectDistance(rows, 'lag', lag);
  if (isMoment(rows.key)) return { ms: DEFAULT_MOMENT_LAG_MS };
  return isNumber(rows.key) ? { values: 0 } : undefined;
}

/**
 * `lag` or `lookback`, if it is of the update key's kind.
 * @throws SourceError UPDATE_KEY_UNUSABLE when it is not.
 */
export function expectDistance(rows: UpdateKeyRows, name: 'lag' | 'lookback', distance: KeyDistance): KeyDistance {
  const { key } = rows;
  const found = 'ms' in distance ? `the duration ${distanceText(distance)}` : `the number ${distanceText(distance)}`;
  if (isMoment(key)) {
    if ('ms' in distance) return distance;
    throw settingUnusable(rows, `needs a duration for \`${name}\`, such as 5m; found ${found}`, `Correct \`${name}\`.`);
  }
  if (isNumber(key)) {
    if ('values' in distance) return distance;
    throw settingUnusable(rows, `needs a whole number for \`${name}\`; found ${found}`, `Correct \`${name}\`.`);
  }
  const why = `takes no \`${name}\`, as its type knows no distance; found ${found}`;
  throw settingUnusable(rows, why, `Leave out \`${name}\`, or name an update key of numbers or moments.`);
}

export function isMoment({ kind }: UpdateKey): boolean {
  return kind === 'date' || kind === 'timestamp' || kind === 'timestamptz';
}

export function isNumber({ kind }: UpdateKey): boolean {
  return kind === 'integer' || kind === 'numeric';
}

/** An SQL interval. It has no days, so that a change of clocks does not matter. */
export function intervalOf(ms: number): string {
  return `interval '${ms} milliseconds'`;
}

/**
 * An SQL term of the update key's type less a distance of its kind, exactly, dates rounded down; NULL below the least
 * value of the type.
 */
export function lessDistance(term: string, { kind, type, typeOid }: UpdateKey, distance: KeyDistance): string {
  if ('values' in distance) {
    const less = `${term}::numeric - ${BigInt(distance.values)}`;
    return kind === 'numeric' ? less : `CASE WHEN ${less} >= ${LEAST_INTEGER[typeOid]} THEN (${less})::${type} END`;
  }
  const interval = intervalOf(distance.ms);
  const moment = kind === 'date' ? `${term}::timestamp` : term;
  const least = kind === 'timestamptz' ? `(${LEAST_MOMENT} AT TIME ZONE 'UTC')` : LEAST_MOMENT;
  const isInside = `${term} = '-infinity' OR ${moment} >= ${least} + ${interval}`;
  return `CASE WHEN ${isInside} THEN (${moment} - ${interval})::${type} END`;
}
