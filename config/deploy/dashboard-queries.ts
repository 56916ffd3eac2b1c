import type { Content } from './dashboard-widgets.ts';
import { REGION } from './dashboard-widgets.ts';
import type { StackContext } from './stack-context.ts';

/** CloudWatch Logs Insights searches so many log groups at once. */
const MAX_LOG_GROUPS = 50;

const MAX_TABLES = 100;

/** What each table landed and cost. A table is no dimension of a metric, so that only the lines of the logs know it. */
const BY_TABLE = [
  'filter ispresent(ExtractSeconds)',
  'stats sum(RowsLanded) as rows, sum(BytesLanded) as bytes, sum(ExtractSeconds) as seconds, sum(CostUsd) as cost_usd by source, table',
  'sort cost_usd desc',
  `limit ${MAX_TABLES}`,
];

/** What did not go well, and why. */
const TROUBLE = [
  'filter ispresent(error_code) and ispresent(ExtractSeconds)',
  'stats sum(TablesFailed) as failed, sum(Retries) as tried_again by source, table, error_code',
  'sort failed desc, tried_again desc',
  `limit ${MAX_TABLES}`,
];

/** A pair of tables for each group of sources that one query can search. */
export function queryRows(context: StackContext): Content[][] {
  const logGroups = context.sources.map(({ name }) => context.namesOf(name).logGroupName);
  const groups = Array.from({ length: Math.ceil(logGroups.length / MAX_LOG_GROUPS) }, (_, index) =>
    logGroups.slice(index * MAX_LOG_GROUPS, (index + 1) * MAX_LOG_GROUPS),
  );
  return groups.map((group) => [
    table('Tables: rows, bytes, seconds, cost', group, BY_TABLE),
    table('Failures and retries by table', group, TROUBLE),
  ]);
}

function table(title: string, logGroups: readonly string[], steps: readonly string[]): Content {
  const query = [...logGroups.map((name) => `SOURCE '${name}'`), ...steps].join(' | ');
  return { type: 'log', properties: { title, region: REGION, view: 'table', query } };
}
