import { keyMissing } from './key/key-errors.ts';
import { type KeyParameter, rangeText } from './key/range-text.ts';
import { sourceText, tableQuery, whereText } from './query-text.ts';
import { isPart, type ReadPlan } from './read-plan.ts';
import type { Statement } from './statement.ts';
import { changedKeys, trackedStatement } from './window/tracked-text.ts';

/** The rows of a plan without their columns. */
export interface WantedRows {
  /** What FROM names. */
  readonly from: string;
  /** WHERE with its conditions, or nothing. */
  readonly where: string;
  readonly parameters: readonly KeyParameter[];
}

/** For what is asked about the rows as a whole. */
export function wantedRows(plan: ReadPlan): WantedRows {
  const { query } = plan;
  if (query.window?.by === 'change-tracking' && query.window.after !== null) {
    return changedKeys(plan, query.window.after);
  }
  const { condition, parameters } = conditionsOf(plan);
  return { from: sourceText(query), where: whereText(query, condition), parameters };
}

/**
 * The statement that gives the rows.
 * @throws SourceError KEY_UNUSABLE for a range of a table that has no key any more.
 */
export function rowsStatement(plan: ReadPlan): Statement {
  const { query, columns, key, parts } = plan;
  if (key.length === 0 && isPart(query)) throw keyMissing(query);
  if (query.window?.by === 'change-tracking') return trackedStatement(plan, query.window);
  const { condition, parameters } = conditionsOf(plan);
  const repeated = parts.filter(({ isHidden }) => isHidden).map(({ name }) => name);
  const order = key.map(({ name }) => name);
  return { sql: tableQuery(query, { columns, repeated, order, condition }), parameters };
}

/** The statement that gives the columns and no row; undefined for a custom `sql` of any shape, which has none. */
export function columnsStatement(plan: ReadPlan): Statement | undefined {
  const { query, columns, key, chosen } = plan;
  if (query.window?.by === 'change-tracking') return trackedStatement(plan, query.window, true);
  if (query.sql !== undefined && key.length === 0 && chosen === undefined) return undefined;
  return { sql: tableQuery(query, { columns, describesOnly: true }), parameters: [] };
}

function conditionsOf({ query, key, chosen }: ReadPlan) {
  const texts = [rangeText(key, query.range), ...(chosen === undefined ? [] : [chosen])];
  const conditions = texts.flatMap(({ condition }) => condition ?? []);
  return {
    condition: conditions.length === 0 ? undefined : conditions.join(' AND '),
    parameters: texts.flatMap(({ parameters }) => parameters),
  };
}
