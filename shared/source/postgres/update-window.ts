import type { ReadWindow, UpdateKeyWindow } from '../source.ts';
import { columnReference } from './query-text.ts';
import type { UpdateKey } from './update-key.ts';

const AFTER = 'landfall.after';
const UP_TO = 'landfall.up_to';

/**
 * Which rows of the derived table lie in the window, as SQL that can stand beside AND; empty for all. The values are read
 * from settings, as those of a range are.
 */
export function windowCondition(key: UpdateKey, window: UpdateKeyWindow): string {
  const column = columnReference(key.position);
  const inside = key.kind === 'xmin' ? transactionsInside(column, window) : valuesInside(column, key, window);
  if (!window.nulls || key.kind === 'xmin') return inside;
  return inside === 'false' ? `${column} IS NULL` : `(${inside} OR ${column} IS NULL)`;
}

/** The settings that the condition reads, by their names. */
export function windowSettings(window: ReadWindow | undefined): ReadonlyMap<string, string> {
  if (window === undefined) return new Map();
  const settings: [string, string | null][] = [
    [AFTER, window.after],
    [UP_TO, window.upTo],
  ];
  return new Map(settings.filter((setting): setting is [string, string] => setting[1] !== null));
}

function valuesInside(column: string, { operatorSchema, type }: UpdateKey, { after, upTo }: UpdateKeyWindow): string {
  if (upTo === null) return 'false';
  const compare = (operator: '>' | '<=', setting: string): string =>
    `${column} OPERATOR(${operatorSchema}.${operator}) current_setting('${setting}')::${type}`;
  const below = compare('<=', UP_TO);
  return after === null ? below : `${compare('>', AFTER)} AND ${below}`;
}

/** Subqueries, or the settings would be parsed again for every row; no index can serve xmin anyway. */
function transactionsInside(column: string, { after, upTo }: UpdateKeyWindow): string {
  if (upTo === null) return 'false';
  if (after === null) return '';
  const value = (setting: string): string => `(SELECT current_setting('${setting}')::int8)`;
  return `(${transactionsBetween(`${column}::text::int8`, value(AFTER), value(UP_TO))})`;
}

/**
 * Whether a transaction lies in (after, upTo], as SQL over int8 terms. `xmin` is the lower 32 bits of its id while the
 * bounds have all 64, so that the distances behind `after` are compared modulo 2^32: rows that were written 2^32
 * transactions earlier come again, and none is missed. Of a window over half of the numbers or more every row is.
 */
export function transactionsBetween(xmin: string, after: string, upTo: string): string {
  return `${upTo} - ${after} >= 2147483648 OR ((${xmin} - ${after} - 1) & 4294967295) < ${upTo} - ${after}`;
}
