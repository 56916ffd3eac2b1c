import type { Chance } from '../../sim/world/chance.ts';
import type { RigTable } from './changes-rig.ts';
import type { WatchedTable } from './changes-world.ts';

export const MINUTE_MS = 60_000;
/** How far the clocks of the writers are apart, forth and back, where they keep to the lag. */
export const SKEW_MS = 5 * MINUTE_MS;
/** The lag of tables whose update keys are moments, as the configuration writes it and in milliseconds. */
export const LAG = '30m';
export const LAG_MS = 30 * MINUTE_MS;
/** The lag of counted update keys, and how far their readers look back. */
export const LAG_VALUES = 50;

/**
 * Where an update key comes from. `database`: a trigger, or the row itself. `clock`: what a writer takes for the time.
 * `wild-clock`: the same, with jumps beyond the lag. `counter`: a number that each writer draws in advance. `sequence`: a
 * number of the database's that a transaction draws before it writes anything.
 */
export type KeyFrom = 'database' | 'clock' | 'wild-clock' | 'counter' | 'sequence';

/** A table of the workload: one kind of update key, and one way to land it. */
export interface ChangedTable extends RigTable, WatchedTable {
  /** The name in SQL. */
  readonly quoted: string;
  /** Statements that make it. */
  readonly create: readonly string[];
  readonly keyFrom: KeyFrom;
  readonly hasNullKeys: boolean;
  /** The key's text for a moment (of clocks) or a number (of counters). */
  readonly keyText: (value: number, chance: Chance) => string;
  /** SQL of each column as text, the same texts as `read.columns` gives. */
  readonly sourceColumns: readonly string[];
  /** SQL of the update key as the text that `place` understands. */
  readonly keyColumn: string;
  readonly truncates: 'never' | 'continue' | 'restart';
}

/** One kind of update key. */
export type UpdateKey = Pick<ChangedTable, 'keyFrom' | 'keyText' | 'keyColumn' | 'place'> & {
  /** Undefined for what is no column. */
  readonly type: string | undefined;
  /** SQL of it among the columns that are compared, in the source and where it landed. */
  readonly source?: string;
  readonly lake?: string;
};

/** The text of a key that no writer makes. */
export function ofDatabase(): never {
  throw new Error('the database makes this key');
}

/** The place of whole numbers. */
export const wholePlace = (text: string): bigint => BigInt(text);

/** The place of decimals with ten digits behind the point. */
export function decimalPlace(text: string): bigint {
  const [whole, fraction = ''] = text.split('.') as [string, string?];
  return BigInt(whole + fraction.padEnd(10, '0'));
}

/** The place of a moment in units of 100 ns; without an offset it is in UTC. */
export function momentPlace(text: string): bigint {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))? ?(Z|[+-]\d\d(?::?\d\d)?)?$/.exec(text);
  if (parts === null) throw new SyntaxError(`no moment: ${text}`);
  const [, day, clock, fraction = '', zone = 'Z'] = parts;
  const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone;
  return BigInt(Date.parse(`${day}T${clock}${offset}`)) * 10_000n + BigInt(fraction.padEnd(7, '0'));
}

/** ISO 8601 in UTC without a zone, with seven digits behind the second, the last four of them at random. */
export function momentText(atMs: number, chance: Chance, digits: number): string {
  const isRound = atMs % MINUTE_MS === 0;
  const finer = Array.from({ length: digits - 3 }, () => (isRound ? 0 : chance.between(0, 9))).join('');
  return `${new Date(atMs).toISOString().replace('Z', '')}${finer}`;
}
