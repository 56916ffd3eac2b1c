import type { KeyValues } from '../core/key.ts';
import type {
  Consistency,
  LandedColumn,
  PartRecord,
  PlannedChunk,
  TablePlan,
  TableState,
  WindowRecord,
} from '../core/records.ts';
import type { Source, TableSurvey } from '../source/source.ts';
import { assertContract } from './assert-contract.ts';
import type { Extraction } from './extraction.ts';
import { landedColumns } from './landed-columns.ts';
import { openTable, queryHash, queryOf } from './open-table.ts';
import { planWindow, readWindow } from './plan-window.ts';
import type { Reading } from './reading.ts';
import type { ExtractServices } from './services.ts';

const WHOLE: readonly PlannedChunk[] = [{ from: null, to: null }];

/**
 * Surveys a table and freezes its chunks, and which changes of it the run lands, unless another attempt has frozen them
 * already. `state` is how far earlier runs came.
 */
export async function planReads(
  extraction: Extraction,
  state: TableState | undefined,
  services: ExtractServices,
): Promise<TablePlan> {
  const { table, planned, deadline, log } = extraction;
  const chunks = planned.chunks ?? { count: 1 };
  const look = async (source: Source): Promise<Look> => {
    const window = table.mode === 'full-refresh' ? undefined : await planWindow(extraction, state, source, services);
    const query = queryOf(table, undefined, {}, readWindow(window));
    return { window, survey: await source.survey(query, chunks, deadline.signal) };
  };
  const { source, opened } = await openTable(extraction.source, table, services, look, log);
  await source.close();
  const { window, survey } = opened;
  if (survey.key.length === 0 && planned.chunks !== undefined) {
    log.warn('The table has no key to cut into chunks; it is read in one piece');
  }
  const columns = landedColumns(survey.schema);
  await assertContract(extraction, columns, services);
  const plan = planOf(extraction, services.clock.now(), {
    ordered_by: survey.key,
    primary_key: table.primaryKey.length > 0 ? table.primaryKey : survey.primaryKey,
    columns,
    consistency: 'per-part',
    ...chunksOf(survey),
    ...(window !== undefined && { window }),
  });
  return await services.ledger.createTablePlan(plan);
}

interface Look {
  readonly window: WindowRecord | undefined;
  readonly survey: TableSurvey;
}

function chunksOf({ bounds, boundsFrom }: TableSurvey): Pick<TablePlan, 'chunks' | 'bounds_from'> {
  const borders: (KeyValues | null)[] = [null, ...bounds, null];
  const chunks = borders.slice(1).map((to, index) => ({ from: borders[index] ?? null, to }));
  return { chunks, bounds_from: boundsFrom };
}

/** Keeps what an empty table looks like: there will be no part to tell. */
export async function planEmptyTable(
  extraction: Extraction,
  { stream, columns, primaryKey }: Reading,
  services: ExtractServices,
): Promise<TablePlan> {
  const { key: orderedBy, consistency } = stream;
  const shape = shapeOfWhole(orderedBy, primaryKey, columns, consistency);
  return await services.ledger.createTablePlan(planOf(extraction, services.clock.now(), shape));
}

/** How a table without chunks of its own is read: as its first part was. */
export function planOfPart(extraction: Extraction, part: PartRecord): TablePlan {
  const { ordered_by: orderedBy, primary_key: primaryKey, columns, consistency, started_at: startedAt } = part;
  const shape = shapeOfWhole(orderedBy, primaryKey, columns, consistency);
  return planOf(extraction, Date.parse(startedAt), shape, part.query_hash);
}

function shapeOfWhole(
  orderedBy: readonly string[],
  primaryKey: readonly string[],
  columns: readonly LandedColumn[],
  consistency: Consistency,
): TableShape {
  return {
    ordered_by: orderedBy,
    primary_key: primaryKey,
    columns,
    consistency,
    chunks: WHOLE,
    bounds_from: 'none',
  };
}

type TableShape = Omit<TablePlan, 'version' | 'source' | 'table' | 'run_id' | 'planned_at' | 'query_hash'>;

function planOf(
  { message, table: config }: Extraction,
  atMs: number,
  shape: TableShape,
  hash: string = queryHash(config),
): TablePlan {
  const { source, table, runId } = message;
  const plannedAt = new Date(atMs).toISOString();
  return { version: 1, source, table, run_id: runId, planned_at: plannedAt, query_hash: hash, ...shape };
}
