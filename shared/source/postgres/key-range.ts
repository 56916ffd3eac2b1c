import type { KeyRange, KeyValues } from '../../core/key.ts';
import type { KeyColumn } from './key-columns.ts';
import { columnReference } from './query-text.ts';

type Side = 'from' | 'to';

/**
 * Which keys of the derived table lie in the range, as SQL; empty for all. COPY takes no parameters, so the values are
 * read from settings of the transaction, which are stable and so good for an index.
 */
export function rangeCondition(key: readonly KeyColumn[], range: KeyRange): string {
  const conditions: string[] = [];
  if (range.from !== undefined) conditions.push(comparison(key, 'from', range.from.inclusive ? '>=' : '>'));
  if (range.to !== undefined) conditions.push(comparison(key, 'to', '<'));
  return conditions.join(' AND ');
}

/** The settings that the condition reads, by their names. */
export function rangeSettings(range: KeyRange): ReadonlyMap<string, string> {
  return new Map([...settingsOf('from', range.from?.values ?? []), ...settingsOf('to', range.to ?? [])]);
}

function settingsOf(side: Side, values: KeyValues): [string, string][] {
  return values.map((value, i) => [settingName(side, i), value]);
}

function settingName(side: Side, place: number): string {
  return `landfall.${side}_${place + 1}`;
}

/** The one row comparison that an index over several columns can serve, where one schema has the operators of all. */
function comparison(key: readonly KeyColumn[], side: Side, operator: '<' | '>' | '>='): string {
  const columns = key.map((column) => columnReference(column.position));
  const values = key.map((column, i) => `current_setting('${settingName(side, i)}')::${column.type}`);
  const [schema, ...others] = new Set(key.map((column) => column.operatorSchema));
  if (others.length > 0) return stepwise(key, columns, values, operator);
  return `${row(columns)} OPERATOR(${schema}.${operator}) ${row(values)}`;
}

function row(items: readonly string[]): string {
  return items.length === 1 ? items[0]! : `(${items.join(', ')})`;
}

/** `(a, b) > (x, y)` spelled out: `(a >= x AND (a > x OR b > y))`. */
function stepwise(
  key: readonly KeyColumn[],
  columns: readonly string[],
  values: readonly string[],
  operator: '<' | '>' | '>=',
): string {
  const compare = (place: number, by: string): string =>
    `${columns[place]} OPERATOR(${key[place]!.operatorSchema}.${by}) ${values[place]}`;
  const strict = operator === '<' ? '<' : '>';
  const from = (place: number): string =>
    place === key.length - 1
      ? compare(place, operator)
      : `(${compare(place, `${strict}=`)} AND (${compare(place, strict)} OR ${from(place + 1)}))`;
  return from(0);
}
