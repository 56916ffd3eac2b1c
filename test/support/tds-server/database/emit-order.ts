import { same } from './catalog.ts';
import { coerced, type Emitted } from './emitted.ts';
import type { OutputColumn, Place } from './place.ts';
import { SqlServerError } from './sql-error.ts';
import type { Expression, OrderItem, Query } from './syntax-tree.ts';
import { isText } from './type-names.ts';

/** ORDER BY: a place among the columns, a name of theirs, or else any value of the query's tables. */
export function emitOrder(
  order: readonly OrderItem[],
  columns: readonly OutputColumn[],
  items: readonly Emitted[] | undefined,
  place: Place,
): string {
  if (order.length === 0) return '';
  const sorted = order.map(({ value, descending }) => {
    const at = placeAmong(value, columns);
    const sql = at === undefined ? ordered(place.value(value)) : orderedColumn(at, columns[at]!, items);
    return `${sql}${descending ? ' DESC' : ''}`;
  });
  return ` ORDER BY ${sorted.join(', ')}`;
}

function placeAmong(value: Expression, columns: readonly OutputColumn[]): number | undefined {
  if (value.kind === 'literal' && value.type?.kind === 'int') {
    const place = Number(value.text);
    if (place >= 1 && place <= columns.length) return place - 1;
    throw new SqlServerError(
      108,
      16,
      1,
      `The ORDER BY position number ${place} is out of range of the number of items in the select list.`,
    );
  }
  if (value.kind !== 'column' || value.qualifier.length > 0) return undefined;
  const at = columns.findIndex(({ name }) => same(name, value.name));
  return at < 0 ? undefined : at;
}

const ordered = ({ sql, type, collation }: Emitted): string =>
  type !== undefined && isText(type) ? `${sql} COLLATE ${collation ?? 'NOCASE'}` : sql;

function orderedColumn(at: number, { type, collation }: OutputColumn, items: readonly Emitted[] | undefined): string {
  const item = items?.[at];
  return ordered(item === undefined ? { sql: `c${at + 1}`, type, collation } : item);
}

/** TOP, OFFSET and FETCH. `counted` is the query itself, for a TOP of so many percent. */
export function emitLimit(
  { body, offset, fetch }: Pick<Query, 'body' | 'offset' | 'fetch'>,
  counted: string,
  place: Place,
): string {
  const count = (value: Expression): string => coerced(place.value(value), { kind: 'bigint' }).sql;
  if (offset !== undefined) return ` LIMIT ${fetch === undefined ? -1 : count(fetch)} OFFSET ${count(offset)}`;
  if (body.kind !== 'select' || body.top === undefined) return '';
  if (!body.top.percent) return ` LIMIT ${count(body.top.count)}`;
  const percent = coerced(place.value(body.top.count), { kind: 'float' }).sql;
  return ` LIMIT (SELECT CAST(ceil(count(*) * ${percent} / 100.0) AS INTEGER) FROM (${counted}))`;
}
