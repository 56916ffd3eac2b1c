import type { KeyValues } from '../../core/key.ts';
import type { TableQuery, TableSurvey } from '../source.ts';
import type { KeyColumn } from './key-columns.ts';
import { baseQuery, columnReference, filteredTable } from './query-text.ts';
import type { ReadPlan } from './read-plan.ts';
import type { ReadSession } from './read-session.ts';
import type { TableSize } from './table-size.ts';

type KeyBounds = Pick<TableSurvey, 'bounds' | 'boundsFrom'>;

/** What is to be cut. */
export interface KeyedTable {
  readonly query: TableQuery;
  readonly plan: ReadPlan;
  readonly size: TableSize;
  readonly rows: number;
}

const NO_BOUNDS: KeyBounds = { bounds: [], boundsFrom: 'none' };

/** int8, int2, int4 */
const INTEGER_OIDS = new Set([20, 21, 23]);

/** Of so few rows every key is looked at. */
const MAX_ROWS_NOT_SAMPLED = 50_000;
/**
 * TABLESAMPLE SYSTEM takes whole pages, whose rows often are neighbours in the key. With 50 pages for a chunk the
 * rows of chunks differ by 14 % (1/√50), so that not even one of 1,000 has twice its share.
 */
const PAGES_PER_CHUNK = 50;
const MIN_PAGES = 1_000;
const MIN_ROWS_PER_CHUNK = 30;

/**
 * Keys that cut the table into `chunks` ranges of about as many rows each, or into fewer where keys are lacking.
 * They strictly increase in the server's order: all comparing but that of integers is its own.
 */
export async function cutKey(session: ReadSession, table: KeyedTable, chunks: number): Promise<KeyBounds> {
  if (chunks === 1 || table.rows === 0) return NO_BOUNDS;
  const bounds = await evenSteps(session, table, chunks);
  if (bounds !== undefined) return bounds.length === 0 ? NO_BOUNDS : { bounds, boundsFrom: 'min-max' };
  const cuts = (await sampledCuts(session, table, chunks)) ?? (await cutsOf(session, table.plan.base, table, chunks));
  return cuts.bounds.length === 0 ? NO_BOUNDS : { bounds: cuts.bounds, boundsFrom: 'sample' };
}

/** Even steps over an integer that is dense: no chunk can have more than twice its share. Undefined for other keys. */
async function evenSteps(session: ReadSession, table: KeyedTable, chunks: number): Promise<KeyValues[] | undefined> {
  const { base, columnCount, condition, key } = table.plan;
  const [column, ...others] = key;
  if (column === undefined || others.length > 0 || !INTEGER_OIDS.has(column.typeOid)) return undefined;
  const alias = columnReference(column.position);
  const [[least, greatest] = []] = await session.texts(
    `SELECT min(${alias}), max(${alias}) FROM ${filteredTable(base, columnCount, condition)}`,
  );
  if (typeof least !== 'string' || typeof greatest !== 'string') return [];
  const [min, max] = [BigInt(least), BigInt(greatest)];
  const span = max - min + 1n;
  if (BigInt(table.rows) * 2n < span) return undefined;
  const count = span < BigInt(chunks) ? Number(span) : chunks;
  return Array.from({ length: count - 1 }, (_, i) => [String(min + (span * BigInt(i + 1)) / BigInt(count))]);
}

interface Cuts {
  readonly bounds: readonly KeyValues[];
  /** Rows that the keys were chosen among; 0 when there are no bounds. */
  readonly rows: number;
}

/** Undefined when the table is too small for a sample, or cannot be sampled, or the sample came out too small. */
async function sampledCuts(session: ReadSession, table: KeyedTable, chunks: number): Promise<Cuts | undefined> {
  const { query, plan, rows, size } = table;
  const pages = Math.max(PAGES_PER_CHUNK * chunks, MIN_PAGES);
  if (!size.canBeSampled || rows <= MAX_ROWS_NOT_SAMPLED || pages >= size.pages) return undefined;
  const percent = ((100 * pages) / size.pages).toFixed(9);
  const sampled = baseQuery(query, plan.tableColumns, ` TABLESAMPLE SYSTEM (${percent}) REPEATABLE (0)`);
  const cuts = await cutsOf(session, sampled, table, chunks);
  return cuts.rows < MIN_ROWS_PER_CHUNK * chunks ? undefined : cuts;
}

/** Keys of the rows at which the share of rows before them passes 1/chunks, 2/chunks, … */
async function cutsOf(session: ReadSession, base: string, table: KeyedTable, chunks: number): Promise<Cuts> {
  const { columnCount, condition, key } = table.plan;
  const rows = await session.texts(cutsSql(key, filteredTable(base, columnCount, condition), chunks));
  const bounds = rows.map((row) => row.slice(0, -1) as string[]);
  return { bounds, rows: Number(rows[0]?.at(-1) ?? 0) };
}

function cutsSql(key: readonly KeyColumn[], from: string, chunks: number): string {
  const columns = key.map((column) => columnReference(column.position)).join(', ');
  const named = key.map((column, i) => `${columnReference(column.position)} AS k${i + 1}`).join(', ');
  const ranked = key.map((_, i) => `ranked.k${i + 1}`);
  return `SELECT DISTINCT ON (${ranked.join(', ')}) ${ranked.map((column) => `${column}::text`).join(', ')}, total
  FROM (SELECT ${named}, row_number() OVER (ORDER BY ${columns}) - 1 AS place, count(*) OVER () AS total
          FROM ${from}) AS ranked
 WHERE place > 0 AND place * ${chunks} / total > (place - 1) * ${chunks} / total
 ORDER BY ${ranked.join(', ')}`;
}
