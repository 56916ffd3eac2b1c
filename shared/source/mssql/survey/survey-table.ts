import type { Schema } from 'apache-arrow';
import type { ChunkRequest, TableQuery, TableSurvey } from '../../source.ts';
import { tableSize } from '../catalog.ts';
import { isIntegerType } from '../key/key-type.ts';
import type { MssqlLimits } from '../options.ts';
import { qualifiedName, tableQuery } from '../query-text.ts';
import { isPart, planRead, type ReadPlan, rowsStatement } from '../read-plan.ts';
import type { ReadSession } from '../read-session.ts';
import { rowPlanner } from '../row-plan.ts';
import { landedKey, sendStatement } from '../start-read.ts';
import { integerBounds, isDense } from './bounds.ts';
import { chunkCount } from './chunk-count.ts';
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
  // They know nothing of a filter or a range.
  const estimated = query.where === undefined && !isPart(query) ? tableRows : undefined;
  const hasKey = plan.key.length > 0;
  const surveying = { session, limits, text: new SurveyText(query, plan.key, query.range) };
  const wantsBounds = hasKey && !('count' in chunks && chunks.count <= 1);
  const rows = estimated ?? (wantsBounds ? await countedRows(surveying) : undefined);
  const cut =
    wantsBounds && rows !== undefined
      ? await boundsOf(surveying, plan, { chunks: chunkCount(chunks, rows), rows, tableRows })
      : NO_BOUNDS;
  const schema = await schemaOf(session, plan, limits);
  return { schema, key: plan.key.map(({ name }) => name), primaryKey: landedKey(plan, { schema }), rows, ...cut };
}

/** Of the whole table; undefined for a view and a custom `sql`. */
async function rowsByStatistics(session: ReadSession, query: TableQuery): Promise<number | undefined> {
  if (query.sql !== undefined) return undefined;
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

/**
 * As a stream's. A custom `sql` that is read in any order may be of any shape, so that only running it tells its
 * columns: it is cancelled before its first row is looked at.
 */
async function schemaOf(session: ReadSession, plan: ReadPlan, limits: MssqlLimits): Promise<Schema> {
  const { query, columns, key } = plan;
  const isAnySql = query.sql !== undefined && key.length === 0;
  const order = key.map(({ name }) => name);
  const statement = isAnySql
    ? rowsStatement(plan)
    : { sql: tableQuery(query, { columns, order, describesOnly: true }), parameters: [] };
  const { feed, decoder } = await sendStatement(
    session,
    statement,
    rowPlanner(query, [], limits),
    limits.stallTimeoutMs,
  );
  if (isAnySql) await session.abandon();
  else await feed.next();
  return decoder.schema;
}
