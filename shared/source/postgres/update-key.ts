import { SourceError } from '../../core/errors.ts';
import type { TableQuery } from '../source.ts';
import { describeKeyTypes, hasSystemColumns } from './catalog.ts';
import { isKnownToBeOrdered } from './column-types.ts';
import { type BaseColumns, expectOrder, type KeyColumn } from './key-columns.ts';
import { qualifiedName } from './query-text.ts';
import type { ReadSession } from './read-session.ts';

/**
 * What an update key's values are, which decides how its bound is taken: transaction ids (`xmin`, `xid8`), numbers,
 * moments, or anything else with an order.
 */
export type UpdateKeyKind = 'xmin' | 'xid8' | 'integer' | 'numeric' | 'date' | 'timestamp' | 'timestamptz' | 'ordered';

/** A column that tells which rows have changed. Its `type` has no modifier, so that no bound is rounded to one. */
export interface UpdateKey extends KeyColumn {
  readonly kind: UpdateKeyKind;
}

/** The system column with the id of the transaction that wrote the row. No column of a table can have its name. */
export const XMIN = 'xmin';

const XID_OID = 28;
/** float4, float8 */
const FLOAT_OIDS = new Set([700, 701]);

const KIND_BY_OID: Readonly<Record<number, UpdateKeyKind>> = {
  20: 'integer', // int8
  21: 'integer', // int2
  23: 'integer', // int4
  1082: 'date',
  1114: 'timestamp',
  1184: 'timestamptz',
  1700: 'numeric',
  5069: 'xid8',
};

/**
 * The name of the update key that the query's window is about; undefined without one.
 * @throws SourceError for a window of change tracking, which PostgreSQL does not have.
 */
export function updateKeyName({ name, window }: TableQuery): string | undefined {
  if (window?.by === 'change-tracking') throw withoutChangeTracking(name);
  return window?.column;
}

export function withoutChangeTracking(table: string): SourceError {
  return new SourceError(
    'CHANGE_TRACKING_OFF',
    `The mode of ${table} is change-tracking, which only SQL Server has; its database is PostgreSQL.`,
    {
      retry: 'permanent',
      remedy:
        'Set `mode: incremental` with an `update_key`, such as xmin, and `full_refresh_every` where rows are deleted.',
    },
  );
}

/** @throws SourceError when the rows of a whole table come from what does not keep their transactions, such as a view. */
export async function expectXmin(session: ReadSession, query: TableQuery): Promise<void> {
  if (await session.run(() => hasSystemColumns(session.catalog, qualifiedName(query)))) return;
  throw unusable(XMIN, 'xid', query.name, 'only the rows of tables and materialized views have one', TABLES_HAVE_XMIN);
}

const TABLES_HAVE_XMIN = 'Name a column of it as `update_key`, or land the table that its rows come from.';

/** @throws SourceError when the columns lack it. */
export function expectUpdateKey(column: string, names: readonly string[], { name, sql }: TableQuery): void {
  if (names.includes(column)) return;
  const ofQuery = sql !== undefined && column === XMIN ? ' xmin itself can be had of whole tables only.' : '';
  throw new SourceError('COLUMN_NOT_FOUND', `The update key of ${name} is "${column}", which it does not have.`, {
    retry: 'permanent',
    remedy: `Correct \`update_key\`; columns that exist: ${names.join(', ')}.${ofQuery}`,
  });
}

/**
 * The update key among the columns that the base query gives.
 * @throws SourceError when it is not there, or its type cannot tell what has changed.
 */
export async function planUpdateKey(
  session: ReadSession,
  column: string,
  columns: BaseColumns,
  query: TableQuery,
): Promise<UpdateKey> {
  expectUpdateKey(column, columns.names, query);
  const position = columns.names.indexOf(column);
  const typeOid = columns.fields[position]!.dataTypeID;
  const described = await session.run(() => describeKeyTypes(session.catalog, [{ oid: typeOid, modifier: -1 }]));
  const { name: type, isPseudo, operatorSchema } = described[0]!;
  const key = { name: column, position, typeOid, type, operatorSchema };
  if (typeOid === XID_OID && query.sql === undefined && column === XMIN) return { ...key, type: 'xid8', kind: 'xmin' };
  const refuse = (why: string, cause?: unknown) => unusable(column, type, query.name, why, ANOTHER_COLUMN, cause);
  if (typeOid === XID_OID) throw refuse('its numbers begin anew after 4,294,967,295');
  if (FLOAT_OIDS.has(typeOid)) throw refuse('its numbers are not exact');
  if (isPseudo) throw refuse('its type has no order');
  if (KIND_BY_OID[typeOid] === undefined && !isKnownToBeOrdered(typeOid)) {
    await expectOrder(session, position, columns, (cause) => refuse('its type has no order', cause));
  }
  return { ...key, kind: KIND_BY_OID[typeOid] ?? 'ordered' };
}

const ANOTHER_COLUMN =
  'Name another `update_key`: xmin of a whole table, or a column of type timestamptz, timestamp, date, bigint, numeric ' +
  'or xid8 that grows with every change of a row.';

function unusable(column: string, type: string, table: string, why: string, remedy: string, cause?: unknown) {
  const message = `Column "${column}" (${type}) cannot be the update key of ${table}: ${why}.`;
  return new SourceError('UPDATE_KEY_UNUSABLE', message, { retry: 'permanent', remedy, cause });
}
