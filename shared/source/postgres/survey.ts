import { chunkCount } from '../chunk-count.ts';
import type { ChunkRequest, TableQuery, TableSurvey } from '../source.ts';
import { cutKey } from './key-bounds.ts';
import { filteredTable, qualifiedName } from './query-text.ts';
import { planRead, type ReadPlan } from './read-plan.ts';
import type { ReadSession } from './read-session.ts';
import { type TableSize, tableSize } from './table-size.ts';
import { windowSettings } from './update-window.ts';

/** What a custom query or a view has: its rows are known when they are counted. */
const NO_SIZE: TableSize = { rows: undefined, pages: 0, canBeSampled: false };

/**
 * Columns, key and bounds of the whole table, or of the window's rows, whatever `range` says, in the session's snapshot.
 * @throws SourceError when the database refuses the query, or it cannot be read as asked.
 */
export async function surveyTable(
  session: ReadSession,
  query: TableQuery,
  request: ChunkRequest,
): Promise<TableSurvey> {
  const plan = await planRead(session, query);
  const { schema, primaryKey } = plan;
  await session.setLocal(windowSettings(query.window));
  const size = await knownSize(session, query);
  const rows = size.rows ?? (needsRows(plan, request) ? await countRows(session, plan) : undefined);
  const chunks = plan.key.length === 0 ? 1 : chunkCount(request, rows ?? 0);
  const { bounds, boundsFrom } = await cutKey(session, { query, plan, size, rows: rows ?? 0 }, chunks);
  return { schema, primaryKey, key: plan.key.map((column) => column.name), bounds, boundsFrom, rows };
}

/**
 * Of a table with `where` no statistics say how many rows are left, nor does a sample reach them evenly. The same goes
 * for a window, unless it begins at the first row: that leaves out but the newest.
 */
async function knownSize(session: ReadSession, query: TableQuery): Promise<TableSize> {
  if (query.sql !== undefined || query.where !== undefined) return NO_SIZE;
  if (query.window !== undefined && (query.window.after !== null || query.window.upTo === null)) return NO_SIZE;
  return await session.run(() => tableSize(session.catalog, qualifiedName(query)));
}

function needsRows(plan: ReadPlan, request: ChunkRequest): boolean {
  return plan.key.length > 0 && !('count' in request && request.count <= 1);
}

async function countRows(session: ReadSession, { base, columnCount, condition }: ReadPlan): Promise<number> {
  const [[count] = []] = await session.texts(`SELECT count(*) FROM ${filteredTable(base, columnCount, condition)}`);
  return Number(count);
}
