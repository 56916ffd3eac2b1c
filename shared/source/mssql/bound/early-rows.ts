import type { TableQuery } from '../../source.ts';
import type { MssqlLimits } from '../options.ts';
import { qualifiedName } from '../query-text.ts';
import type { ReadSession } from '../read-session.ts';
import type { Statement } from '../statement.ts';
import { readValues } from './read-values.ts';

/**
 * Rows of a table of whose database nothing tracked has changed since its tracking began. TRUNCATE TABLE sets that
 * beginning to the version of now, which is the same still: only the number of rows tells that it happened.
 */
export async function countEarlyRows(
  session: ReadSession,
  query: TableQuery,
  limits: MssqlLimits,
): Promise<string | undefined> {
  const counted = await readValues(session, earlyRowsStatement(query), limits);
  return counted.get('version') === counted.get('begin') ? (counted.get('rows') ?? undefined) : undefined;
}

/** Whether the rows that were counted at a version are there still, less the deleted and with the inserted ones since. */
export async function hasEarlyRows(
  session: ReadSession,
  query: TableQuery,
  counted: { readonly version: string; readonly rows: string },
  limits: MssqlLimits,
): Promise<boolean> {
  const values = await readValues(session, rowsSinceStatement(query, counted.version), limits);
  const [rows, inserted, deleted] = ['rows', 'inserted', 'deleted'].map((name) => BigInt(values.get(name) ?? '0'));
  return rows === BigInt(counted.rows) + inserted! - deleted!;
}

/** In one row: `version`, `begin` and `rows`. */
export function earlyRowsStatement(query: TableQuery): Statement {
  const table = qualifiedName(query);
  return {
    sql:
      'SELECT CAST(CHANGE_TRACKING_CURRENT_VERSION() AS varchar(20)) AS [version],' +
      ` (SELECT CAST(begin_version AS varchar(20)) FROM sys.change_tracking_tables WHERE object_id = OBJECT_ID(@table)) AS [begin],` +
      ` (SELECT COUNT_BIG(*) FROM ${table}) AS [rows]`,
    parameters: [{ name: 'table', kind: 'text', value: table }],
  };
}

/** In one row, so of one snapshot: `rows` of now, and `inserted` and `deleted` behind the version. */
export function rowsSinceStatement(query: TableQuery, version: string): Statement {
  const table = qualifiedName(query);
  const changes = (operation: string) =>
    `(SELECT COUNT_BIG(*) FROM CHANGETABLE(CHANGES ${table}, @version) AS c WHERE c.[SYS_CHANGE_OPERATION] = N'${operation}')`;
  return {
    sql: `SELECT (SELECT COUNT_BIG(*) FROM ${table}) AS [rows], ${changes('I')} AS [inserted], ${changes('D')} AS [deleted]`,
    parameters: [{ name: 'version', kind: 'bigint', value: version }],
  };
}
