import { ExtractionRequest, type RowPlanner } from './extraction-request.ts';
import { KeyedBatches } from './key/keyed-batches.ts';
import type { MssqlLimits } from './options.ts';
import type { ReadPlan } from './read-plan.ts';
import type { ReadSession } from './read-session.ts';
import { RowFeed } from './row-feed.ts';
import { noColumns, rowPlanner } from './row-plan.ts';
import { rowsStatement } from './rows-statement.ts';
import { type Statement, send } from './statement.ts';
import type { RunningRead } from './table-stream.ts';
import type { RowDecoder } from './tds/row-decoder.ts';
import { requireChanges } from './window/tracked-table.ts';

/** A statement that was sent and has told its columns. */
export interface SentStatement {
  readonly feed: RowFeed;
  readonly decoder: RowDecoder;
}

/** Sends the query of a plan and waits for its columns. */
export async function startRead(
  session: ReadSession,
  plan: ReadPlan,
  limits: MssqlLimits,
): Promise<Omit<RunningRead, 'consistency'>> {
  const exactColumns = plan.parts.filter(({ isHidden }) => isHidden).length;
  const planRows = rowPlanner(plan.query, plan.primaryKey, limits, exactColumns);
  const sent = await sendStatement(session, rowsStatement(plan), planRows, limits.stallTimeoutMs);
  const keyed = new KeyedBatches(sent.decoder, plan.parts, session.where);
  return {
    ...sent,
    keyed,
    key: plan.key.map(({ name }) => name),
    primaryKey: landedKey(plan, keyed),
    // SQL of a user's own may leave settings, temporary tables or another database behind.
    isReusable: plan.query.sql === undefined,
    confirm: confirmation(session, plan),
  };
}

/** Changes that were forgotten while they were read may be missing among the rows. */
function confirmation(session: ReadSession, { query }: ReadPlan): (() => Promise<void>) | undefined {
  const { window } = query;
  if (window?.by !== 'change-tracking' || window.after === null) return undefined;
  const { after } = window;
  return async () => await requireChanges(session, query, after);
}

/** The catalog's key when all of its columns land. */
export function landedKey({ primaryKey }: ReadPlan, { schema }: Pick<KeyedBatches, 'schema'>): readonly string[] {
  const names = new Set(schema.fields.map((field) => field.name));
  return primaryKey.every((name) => names.has(name)) ? primaryKey : [];
}

/**
 * Sends a statement and waits for its columns. The rows come behind them, and wait on the server's side until they are
 * asked for.
 */
export async function sendStatement(
  session: ReadSession,
  { sql, parameters }: Statement,
  planRows: RowPlanner,
  stallTimeoutMs: number,
): Promise<SentStatement> {
  const feed = new RowFeed(session.where, stallTimeoutMs);
  send(session.connection, new ExtractionRequest(sql, feed, planRows), parameters);
  const decoder = await feed.decoder();
  if (decoder === undefined) throw noColumns(session.where);
  return { feed, decoder };
}
