import { chunkCount } from '../../chunk-count.ts';
import type { ChunkRequest, TableQuery, TableSurvey } from '../../source.ts';
import { tableSize } from '../catalog.ts';
import { isIntegerType } from '../key/key-type.ts';
import type { MssqlLimits } from '../options.ts';
import { qualifiedName } from '../query-text.ts';
import { isPart, planRead, type ReadPlan } from '../read-plan.ts';
import { readSchema } from '../read-schema.ts';
import type { ReadSession } from '../read-session.ts';
import { landedKey } from '../start-read.ts';
import { integerBounds, isDense } from './bounds.ts';
import { readKeys } from './read-keys.ts';
import { sampledBounds } from './sampled-bounds.ts';
import { SurveyText } from './survey-text.ts';

type Bounds = Pick<TableSurvey, 'bounds' | 'boundsFrom'>;

const NO_BOUNDS: Bounds = { bounds: [], boundsFrom: 'none' };

/** What a survey asks with. */
export interface Surveying {
  readonly session: ReadSession;
  readonly limits: MssqlLimits;
  readonly text: SurveyText;
}

/** What is to be cut into how many chunks. */
export interface Cut {
  readonly chunks: number;
  /** Of what is read, perhaps an estimate. */
  readonly rows: number;
  /** Of the table that they are in; undefined for what is none. */
  readonly tableRows: number | undefined;
}

/** Looks at a table without reading its rows. Ends the session itself only where nothing else can. */
export async function surveyTable(
  session: ReadSession,
  query: TableQuery,
  chunks: ChunkRequest,
  limits: MssqlLimits,
): Promise<TableSurvey> {
  const plan = await planRead(session, query);
  const tableRows = await rowsByStatistics(session, query);
  // They know nothing of a filter, a range or a window.
  const estimated = query.where === undefined && !isPart(query) && isAll(query) ? tableRows : undefined;
  const hasKey = plan.key.length > 0;
  const surveying = { session, limits, text: new SurveyText(plan) };
  const wantsBounds = hasKey && !('count' in chunks && chunks.count <= 1);
  const rows = estimated ?? (wantsBounds ? await countedRows(surveying) : undefined);
  const cut =
    wantsBounds && rows !== undefined
      ? await boundsOf(surveying, plan, { chunks: chunkCount(chunks, rows), rows, tableRows })
      : NO_BOUNDS;
  const schema = await readSchema(session, plan, limits);
  return { schema, key: plan.key.map(({ name }) => name), primaryKey: landedKey(plan, { schema }), rows, ...cut };
}

/** Whether the window has all rows, or nearly. */
function isAll({ window }: TableQuery): boolean {
  return window === undefined || (window.after === null && window.upTo !== null);
}

/** Of the whole table; undefined for a view, a custom `sql` and the changes of a table. */
async function rowsByStatistics(session: ReadSession, query: TableQuery): Promise<number | undefined> {
  const isOfChanges = query.window?.by === 'change-tracking' && query.window.after !== null;
  if (query.sql !== undefined || isOfChanges) return undefined;
  return (await session.run(() => tableSize(session.catalog, qualifiedName(query))))?.rows;
}

async function countedRows({ session, limits, text }: Surveying): Promise<number> {
  const { rows } = await readKeys(session, text.count(), limits);
  return Number(rows[0]![0]);
}

async function boundsOf(surveying: Surveying, { key }: ReadPlan, cut: Cut): Promise<Bounds> {
  const { chunks, rows } = cut;
  if (chunks === 1) return NO_BOUNDS;
  if (key.length === 1 && isIntegerType(key[0]!.type)) {
    const even = await evenSteps(surveying, chunks, rows);
    if (even !== undefined) return even;
  }
  const bounds = await sampledBounds(surveying, cut);
  return bounds.length === 0 ? NO_BOUNDS : { bounds, boundsFrom: 'sample' };
}

/** Undefined when the integers lie too far apart. */
async function evenSteps(
  { session, limits, text }: Surveying,
  chunks: number,
  rows: number,
): Promise<Bounds | undefined> {
  const found = (await readKeys(session, text.extremes(), limits)).rows[0];
  if (found === undefined) return NO_BOUNDS;
  const [least, greatest] = found.map(BigInt) as [bigint, bigint];
  if (!isDense(least, greatest, rows)) return undefined;
  const bounds = integerBounds(least, greatest, chunks);
  return bounds.length === 0 ? NO_BOUNDS : { bounds, boundsFrom: 'min-max' };
}
