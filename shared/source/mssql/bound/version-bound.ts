import type { SourceBound, TableQuery, UpdateKeyBoundRequest } from '../../source.ts';
import type { MssqlLimits } from '../options.ts';
import { sourceText, whereText } from '../query-text.ts';
import { bracketed } from '../quoting.ts';
import type { ReadSession } from '../read-session.ts';
import type { Statement } from '../statement.ts';
import type { UpdateKey } from '../window/update-key.ts';
import { versionsForeign, versionsOfReplica, watermarkAhead } from './bound-errors.ts';
import { readValues } from './read-values.ts';

/**
 * The bound of rowversion: what lies before the least version of a transaction that still runs is final.
 * @see https://learn.microsoft.com/sql/t-sql/functions/min-active-rowversion-transact-sql
 */
export async function versionBound(
  session: ReadSession,
  query: TableQuery,
  column: UpdateKey,
  request: UpdateKeyBoundRequest,
  limits: MssqlLimits,
): Promise<SourceBound> {
  const { watermark } = request;
  if (session.isReadOnly) throw versionsOfReplica(query, column);
  const values = await readValues(session, versionBoundStatement(query, column, watermark), limits);
  const upTo = values.get('upTo')!;
  if (watermark !== null && values.get('isAhead') === '1') throw watermarkAhead(query, watermark, upTo);
  const beyond = values.get('beyond');
  if (typeof beyond === 'string') await expectOwn(session, query, column, beyond, limits);
  return {
    type: column.type,
    upTo,
    after: watermark,
    newest: null,
    horizon: null,
    epoch: null,
    hasNulls: values.get('hasNulls') === '1',
    lag: null,
    lost: undefined,
  };
}

/** By a second look, as the row may have come since the first one counted. */
async function expectOwn(
  session: ReadSession,
  query: TableQuery,
  column: UpdateKey,
  beyond: string,
  limits: MssqlLimits,
): Promise<void> {
  const values = await readValues(session, foreignVersionStatement(column, beyond), limits);
  if (values.get('isForeign') === '1') throw versionsForeign(query, column, beyond);
}

/** In one row: `isForeign`, 1 for a version that the database has not given yet. */
export function foreignVersionStatement({ compared }: UpdateKey, version: string): Statement {
  const { parameter: kind, value } = compared;
  return {
    sql: `SELECT CASE WHEN ${value('@version')} > @@DBTS THEN 1 ELSE 0 END AS [isForeign]`,
    parameters: [{ name: 'version', kind, value: version }],
  };
}

/**
 * In one row: `upTo`, `isAhead` (1 when the watermark lies behind it), `hasNulls`, and `beyond`: a version of a row that
 * lies beyond the database's last one, which no row of its own has.
 */
export function versionBoundStatement(query: TableQuery, column: UpdateKey, watermark: string | null): Statement {
  const name = bracketed(column.name);
  const { parameter: kind, value } = column.compared;
  const isAhead = watermark === null ? '0' : `CASE WHEN [upTo] < ${value('@watermark')} THEN 1 ELSE 0 END`;
  const rows = (condition: string) => `${sourceText(query)}${whereText(query, condition)}`;
  const isNull = `EXISTS (SELECT 1 FROM ${rows(`${name} IS NULL`)})`;
  const hasNulls = column.isNullable ? `CASE WHEN ${isNull} THEN 1 ELSE 0 END` : '0';
  const beyond = `(SELECT TOP (1) ${name} FROM ${rows(`${name} > @@DBTS`)})`;
  const upTo = 'CAST(CAST(MIN_ACTIVE_ROWVERSION() AS bigint) - 1 AS binary(8))';
  return {
    sql:
      `SELECT [upTo], ${isAhead} AS [isAhead], ${hasNulls} AS [hasNulls], ${beyond} AS [beyond]` +
      ` FROM (SELECT ${upTo} AS [upTo]) AS [landfall bound]`,
    parameters: watermark === null ? [] : [{ name: 'watermark', kind, value: watermark }],
  };
}
