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

/**
 * The batch that gives the rows. A custom `sql` is sent as it stands, so that WITH, ORDER BY, DECLARE and EXEC work.
 * `columns` are the names to read of a whole table; undefined reads all of them.
 */
export function tableQuery(query: TableQuery, columns: readonly string[] | undefined): string {
  if (query.sql !== undefined) return query.sql;
  const list = columns === undefined ? '*' : columns.map(quoteIdentifier).join(', ');
  const where = query.where === undefined ? '' : ` WHERE (\n${query.where}\n)`;
  return `SELECT ${list} FROM ${qualifiedName(query)}${where}`;
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
