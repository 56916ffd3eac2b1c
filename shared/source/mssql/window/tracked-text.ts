import type { ChangeTrackingWindow } from '../../source.ts';
import { type KeyParameter, rangeText } from '../key/range-text.ts';
import { qualifiedName, quoteIdentifier, repeatedColumn } from '../query-text.ts';
import type { ReadPlan } from '../read-plan.ts';
import type { WantedRows } from '../rows-statement.ts';
import type { Statement } from '../statement.ts';

/** What a row of change tracking begins with. */
export const TRACKING_COLUMNS = ['_op', '_version'] as const;

const AFTER = 'after';
const UP_TO = 'upTo';

/** The keys of what changed, by themselves. */
export function changedKeys({ query, key }: ReadPlan, after: string): WantedRows {
  const { condition, parameters } = rangeText(key, query.range);
  return {
    from: `${changesOf(qualifiedName(query))} AS [landfall]`,
    where: condition === undefined ? '' : ` WHERE ${condition}`,
    parameters: [version(AFTER, after), ...parameters],
  };
}

/**
 * The statement that gives the rows of a window: the whole table as inserts of the version `upTo`, or else what changed
 * behind the version `after`. The columns have the same types either way.
 */
export function trackedStatement(
  plan: ReadPlan,
  { after, upTo }: ChangeTrackingWindow,
  describesOnly = false,
): Statement {
  return after === null ? allAsInserts(plan, upTo, describesOnly) : changesBehind(plan, after, describesOnly);
}

function allAsInserts(plan: ReadPlan, upTo: string, describesOnly: boolean): Statement {
  const select = [
    `CAST(N'I' AS nchar(1)) AS [_op]`,
    `@${UP_TO} AS [_version]`,
    ...(plan.columns ?? []).map((name) => `t.${quoteIdentifier(name)}`),
  ];
  const rest = `FROM ${qualifiedName(plan.query)} AS t`;
  return ordered(plan, { select, rest, table: 't.', parameters: [version(UP_TO, upTo)], describesOnly });
}

/** A row that is no longer there has its key from the change alone. */
function changesBehind(plan: ReadPlan, after: string, describesOnly: boolean): Statement {
  const { query, primaryKey } = plan;
  const isKey = new Set(primaryKey);
  const select = [
    'CAST(c.[SYS_CHANGE_OPERATION] AS nchar(1)) AS [_op]',
    'c.[SYS_CHANGE_VERSION] AS [_version]',
    ...(plan.columns ?? []).map((name) => `${isKey.has(name) ? 'c' : 't'}.${quoteIdentifier(name)}`),
  ];
  const table = qualifiedName(query);
  const joined = primaryKey.map(quoteIdentifier).map((name) => `t.${name} = c.${name}`);
  const rest = `FROM ${changesOf(table)} AS c LEFT JOIN ${table} AS t ON ${joined.join(' AND ')}`;
  return ordered(plan, { select, rest, table: 'c.', parameters: [version(AFTER, after)], describesOnly });
}

interface Parts {
  readonly select: readonly string[];
  /** FROM and what it names. */
  readonly rest: string;
  /** What stands before a key's column. */
  readonly table: string;
  readonly parameters: readonly KeyParameter[];
  readonly describesOnly: boolean;
}

function ordered({ query, key, parts }: ReadPlan, text: Parts): Statement {
  const { rest, table, describesOnly } = text;
  if (describesOnly) return { sql: `SELECT TOP (0) ${text.select.join(', ')} ${rest}`, parameters: text.parameters };
  const hidden = parts.filter(({ isHidden }) => isHidden).map(({ name }, i) => repeatedColumn(name, i, table));
  const select = [...text.select, ...hidden].join(', ');
  const { condition, parameters } = rangeText(key, query.range, table);
  const where = condition === undefined ? '' : ` WHERE ${condition}`;
  const order = key.map(({ name }) => `${table}${quoteIdentifier(name)}`).join(', ');
  const sql = `SELECT ${select} ${rest}${where}${order === '' ? '' : ` ORDER BY ${order}`}`;
  return { sql, parameters: [...text.parameters, ...parameters] };
}

/** @see https://learn.microsoft.com/sql/relational-databases/system-functions/changetable-transact-sql */
function changesOf(table: string): string {
  return `CHANGETABLE(CHANGES ${table}, @${AFTER})`;
}

function version(name: string, value: string): KeyParameter {
  return { name, kind: 'bigint', value };
}
