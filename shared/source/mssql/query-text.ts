import type { Isolation } from '../../config/config.ts';
import { SourceError } from '../../core/errors.ts';
import type { TableQuery } from '../source.ts';
import { bracketed } from './quoting.ts';

/** SQL Server's `sysname` holds 128 UTF-16 units. */
const MAX_NAME_UNITS = 128;

/**
 * A name in brackets, with `]` doubled.
 * @throws SourceError for a name that no object of SQL Server can have.
 */
export function quoteIdentifier(name: string): string {
  if (name.length === 0 || name.length > MAX_NAME_UNITS) throw invalidName(name);
  return bracketed(name);
}

function invalidName(name: string): SourceError {
  const shown = name.length === 0 ? '""' : `"${name.slice(0, MAX_NAME_UNITS)}…" of ${name.length} characters`;
  return new SourceError('NAME_INVALID', `${shown} cannot be the name of a schema, table or column.`, {
    retry: 'permanent',
    remedy: `SQL Server's names have 1 to ${MAX_NAME_UNITS} characters: correct it in the configuration.`,
  });
}

/** A Unicode literal, with `'` doubled. */
export function quoteText(text: string): string {
  return `N'${text.replaceAll("'", "''")}'`;
}

/** The table as SQL names it, also for OBJECT_ID(). Without a schema it is the login's default one. */
export function qualifiedName(query: TableQuery): string {
  const table = quoteIdentifier(query.table);
  return query.schema === undefined ? table : `${quoteIdentifier(query.schema)}.${table}`;
}

/** What of a query is read, and in which order. */
export interface RowsText {
  /** Names of the columns of a whole table; undefined for all. */
  readonly columns: readonly string[] | undefined;
  /** Names of columns that are read once more, behind the others. */
  readonly repeated?: readonly string[];
  /** Names of the columns that order the rows. */
  readonly order?: readonly string[];
  /** Which of the rows, beside `where`. */
  readonly condition?: string | undefined;
  /** Only the description of the columns, without a row. */
  readonly describesOnly?: boolean;
}

/**
 * The batch that gives the rows. A custom `sql` of which all rows are wanted in any order is sent as it stands, so that
 * WITH, ORDER BY, DECLARE and EXEC work.
 */
export function tableQuery(query: TableQuery, text: RowsText): string {
  const { columns, repeated = [], order = [], condition, describesOnly = false } = text;
  const isAsItStands = order.length === 0 && condition === undefined && !describesOnly;
  if (query.sql !== undefined && isAsItStands) return query.sql;
  const list = [
    ...(columns === undefined ? ['*'] : columns.map(quoteIdentifier)),
    ...repeated.map((name, i) => repeatedColumn(name, i)),
  ].join(', ');
  const top = describesOnly ? 'TOP (0) ' : '';
  const sorted = order.length === 0 || describesOnly ? '' : ` ORDER BY ${order.map(quoteIdentifier).join(', ')}`;
  return `SELECT ${top}${list} FROM ${sourceText(query)}${whereText(query, condition)}${sorted}`;
}

/**
 * A column that is read once more, under a name of its own: ORDER BY could not tell two columns of one name apart. `table`
 * is what stands before its name, such as `t.`.
 */
export function repeatedColumn(name: string, place: number, table = ''): string {
  return `${table}${quoteIdentifier(name)} AS ${quoteIdentifier(`landfall key ${place + 1}`)}`;
}

/** What FROM names: the table, or the custom `sql` as a derived table, which neither WITH nor ORDER BY may begin or end. */
export function sourceText(query: TableQuery): string {
  // A derived table may not end in a semicolon either, as statements do.
  return query.sql === undefined ? qualifiedName(query) : `(\n${query.sql.replace(/[\s;]+$/, '')}\n) AS [landfall]`;
}

/** WHERE with the table's own filter and the condition, as far as there are any. */
export function whereText({ sql, where }: TableQuery, condition?: string): string {
  const filter = sql === undefined && where !== undefined ? [`(\n${where}\n)`] : [];
  const conditions = [...filter, ...(condition === undefined ? [] : [condition])];
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

type IsolationLevel = Exclude<Isolation, 'auto'>;

const ISOLATION_SQL: Readonly<Record<IsolationLevel, string>> = {
  snapshot: 'SNAPSHOT',
  'read-committed': 'READ COMMITTED',
  'read-uncommitted': 'READ UNCOMMITTED',
};

/**
 * What makes a session read the same rows and texts, whatever the login's, the database's or an earlier query's
 * settings. The row count of DONE needs NOCOUNT OFF; ROWCOUNT and TEXTSIZE would cut the result without an error;
 * LANGUAGE, DATEFORMAT and DATEFIRST decide how a custom `sql` converts dates; the ANSI settings are those that
 * indexed views and persisted computed columns require. To be sent as a batch before a transaction begins: settings
 * made inside sp_executesql end with it.
 */
export function sessionSettings(isolation: IsolationLevel, lockTimeoutMs: number): string {
  return `SET TRANSACTION ISOLATION LEVEL ${ISOLATION_SQL[isolation]};
SET LOCK_TIMEOUT ${lockTimeoutMs};
SET DEADLOCK_PRIORITY LOW;
SET NOCOUNT OFF;
SET ROWCOUNT 0;
SET TEXTSIZE 2147483647;
SET LANGUAGE us_english;
SET DATEFORMAT mdy;
SET DATEFIRST 7;
SET ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, ARITHABORT, CONCAT_NULL_YIELDS_NULL, QUOTED_IDENTIFIER ON;
SET NUMERIC_ROUNDABORT OFF;`;
}
