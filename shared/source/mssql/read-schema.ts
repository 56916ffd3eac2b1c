import type { Schema } from 'apache-arrow';
import type { MssqlLimits } from './options.ts';
import { tableQuery } from './query-text.ts';
import type { ReadPlan } from './read-plan.ts';
import type { ReadSession } from './read-session.ts';
import { rowPlanner } from './row-plan.ts';
import { columnsStatement, rowsStatement } from './rows-statement.ts';
import { sendStatement } from './start-read.ts';
import type { Statement } from './statement.ts';

/**
 * As a stream's. A custom `sql` that is read in any order may be of any shape, so that only running it tells its
 * columns: it is cancelled before its first row is looked at.
 */
export async function readSchema(session: ReadSession, plan: ReadPlan, limits: MssqlLimits): Promise<Schema> {
  const statement = columnsStatement(plan);
  if (statement !== undefined) return await withoutRows(session, plan, statement, limits);
  const { decoder } = await send(session, plan, rowsStatement(plan), limits);
  await session.abandon();
  return decoder.schema;
}

/**
 * The same, but a custom `sql` is not run where it can be asked for no row as a derived table, as most can. What the
 * server refuses of that may be its own way of being written, so that running it decides.
 */
export async function describeSchema(session: ReadSession, plan: ReadPlan, limits: MssqlLimits): Promise<Schema> {
  if (columnsStatement(plan) !== undefined) return await readSchema(session, plan, limits);
  const sql = tableQuery(plan.query, { columns: undefined, describesOnly: true });
  try {
    return await withoutRows(session, plan, { sql, parameters: [] }, limits);
  } catch (thrown) {
    if (!session.connection.isClean) throw thrown;
    return await readSchema(session, plan, limits);
  }
}

async function withoutRows(session: ReadSession, plan: ReadPlan, statement: Statement, limits: MssqlLimits) {
  const { feed, decoder } = await send(session, plan, statement, limits);
  await feed.next();
  return decoder.schema;
}

async function send(session: ReadSession, { query }: ReadPlan, statement: Statement, limits: MssqlLimits) {
  return await sendStatement(session, statement, rowPlanner(query, [], limits), limits.stallTimeoutMs);
}
