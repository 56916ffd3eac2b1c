import type { Compression, Dialect, Format, TableConfig } from '../config/config.ts';
import { DEADLINE_RESERVE_MS, FUNCTION_TIMEOUT_SECONDS, MAX_CHUNKS } from '../config/limits.ts';
import { landingCost, PRICES, storageCostUsd } from '../core/cost.ts';
import { messageSeconds, readingSeconds } from '../core/landing-model.ts';
import type { CatalogTable } from '../source/source.ts';
import type { PastLanding, TablePast } from './past-landings.ts';

/** Where a number comes from: this table's own past, other tables of the source, its catalog, or what is usual. */
export type Basis = 'past' | 'source' | 'catalog' | 'assumed' | 'unknown';

export interface TableFacts {
  readonly table: TableConfig;
  /** As the catalog has it; undefined for a custom `sql`, and where the database was not asked. */
  readonly listed: CatalogTable | undefined;
  readonly past: TablePast;
}

/** What the tables of a source have in common. */
export interface SourceRates {
  readonly dialect: Dialect;
  /** Rows that one extractor lands in a second; undefined before the first run. */
  readonly rowsPerSecond: number | undefined;
  /** Landed bytes for each byte in the database, by format and compression. */
  readonly landedRatios: ReadonlyMap<string, number>;
}

/** What landing a table in the next run would take; undefined for what nobody can tell. */
export interface TableEstimate {
  readonly table: string;
  readonly rows: number | undefined;
  readonly rowsFrom: Basis;
  /** In the database; undefined where the catalog does not say. */
  readonly sourceBytes: number | undefined;
  readonly landedBytes: number | undefined;
  readonly landedFrom: Basis;
  readonly chunks: number;
  readonly parts: number;
  /** Messages of a run without failures, continuations among them. */
  readonly messages: number;
  /** Of extractors, all chunks together. */
  readonly seconds: number | undefined;
  readonly secondsFrom: Basis;
  readonly lambdaUsd: number;
  readonly s3RequestsUsd: number;
  readonly s3MonthUsd: number;
  /** False for a table that the catalog does not have. */
  readonly isListed: boolean;
  /** True for a table without a key that takes longer than one Lambda invocation has. */
  readonly exceedsInvocation: boolean;
}

/** Of a row in the database, where its catalog does not say. */
const ASSUMED_ROW_BYTES = 200;

/** Landed bytes for each byte in the database, by experience with tables of business: many short texts, numbers and times. */
const ASSUMED_RATIOS: Readonly<Record<Format, number>> = { parquet: 0.3, csv: 0.8, jsonl: 2, json: 2 };
/** What of a text format a compression leaves; Parquet's ratio is that of zstd. */
const ASSUMED_COMPRESSION: Readonly<Record<Compression, number>> = { none: 1, gzip: 0.2, zstd: 0.2, snappy: 1 };
const UNCOMPRESSED_PARQUET = 2;

const INVOCATION_SECONDS = FUNCTION_TIMEOUT_SECONDS - DEADLINE_RESERVE_MS / 1000;

export const formatKey = ({ format, compression }: Pick<TableConfig, 'format' | 'compression'>) =>
  `${format}/${compression}`;

export function estimateTable(facts: TableFacts, rates: SourceRates, memoryMb: number): TableEstimate {
  const { table, listed } = facts;
  const { rows, rowsFrom } = expectedRows(facts);
  const { landedBytes, landedFrom } = expectedBytes(facts, rows, rates);
  const hasKey = table.primaryKey.length > 0 || (table.sql === undefined && (listed?.primaryKey.length ?? 0) > 0);
  const chunks = hasKey ? chunkCount(table, rows) : 1;
  const parts = partCount(table, hasKey, chunks, rows, landedBytes);
  const { reading, readingFrom } = expectedReading(facts, rows, rates, memoryMb);
  const hops = Math.max(1, Math.ceil((reading ?? 0) / chunks / INVOCATION_SECONDS));
  const messages = chunks * (hasKey ? hops : 1);
  const seconds = reading === undefined ? undefined : reading + messages * messageSeconds(memoryMb);
  const cost = landingCost({ memoryMb, seconds: seconds ?? 0, parts, bytes: landedBytes ?? 0 });
  const lambdaTimeUsd = cost.gb_seconds * PRICES.lambdaPerGbSecond;
  return {
    table: table.name,
    rows,
    rowsFrom,
    sourceBytes: listed?.bytes,
    landedBytes,
    landedFrom,
    chunks,
    parts,
    messages,
    seconds,
    secondsFrom: readingFrom,
    lambdaUsd: lambdaTimeUsd + messages * PRICES.lambdaPerRequest,
    s3RequestsUsd: Math.max(0, cost.usd - lambdaTimeUsd - PRICES.lambdaPerRequest),
    s3MonthUsd: storageCostUsd(landedBytes ?? 0),
    isListed: listed !== undefined || table.sql !== undefined,
    exceedsInvocation: !hasKey && (reading ?? 0) > INVOCATION_SECONDS,
  };
}

/** What changed is like what changed before; all of a table is what the catalog counts, but for a condition. */
function expectedRows({ table, listed, past }: TableFacts): { rows: number | undefined; rowsFrom: Basis } {
  const known = median(past.landings.filter(({ isWhole }) => isWhole !== past.hasWatermark).map(({ rows }) => rows));
  const isCounted = table.sql === undefined && table.where === undefined && !past.hasWatermark;
  if (isCounted && listed?.rows !== undefined) return { rows: listed.rows, rowsFrom: 'catalog' };
  if (known !== undefined) return { rows: known, rowsFrom: 'past' };
  return listed?.rows === undefined
    ? { rows: undefined, rowsFrom: 'unknown' }
    : { rows: listed.rows, rowsFrom: 'catalog' };
}

function expectedBytes(
  { table, listed, past }: TableFacts,
  rows: number | undefined,
  { landedRatios }: SourceRates,
): { landedBytes: number | undefined; landedFrom: Basis } {
  const landed = sums(past.landings);
  if (rows !== undefined && landed.rows > 0) {
    return { landedBytes: Math.round((landed.bytes / landed.rows) * rows), landedFrom: 'past' };
  }
  if (listed?.bytes === undefined) return { landedBytes: undefined, landedFrom: 'unknown' };
  const share = rows === undefined || !listed.rows ? 1 : rows / listed.rows;
  const ratio = landedRatios.get(formatKey(table));
  return ratio === undefined
    ? { landedBytes: Math.round(listed.bytes * share * assumedRatio(table)), landedFrom: 'assumed' }
    : { landedBytes: Math.round(listed.bytes * share * ratio), landedFrom: 'source' };
}

export function assumedRatio({ format, compression }: Pick<TableConfig, 'format' | 'compression'>): number {
  if (format === 'parquet') return ASSUMED_RATIOS.parquet * (compression === 'none' ? UNCOMPRESSED_PARQUET : 1);
  return ASSUMED_RATIOS[format] * ASSUMED_COMPRESSION[compression];
}

/** By the rows that one extractor landed in a second so far; before the first run by the CPU time that was measured. */
function expectedReading(
  { table, listed, past }: TableFacts,
  rows: number | undefined,
  { dialect, rowsPerSecond }: SourceRates,
  memoryMb: number,
): { reading: number | undefined; readingFrom: Basis } {
  if (rows === undefined) return { reading: undefined, readingFrom: 'unknown' };
  const own = rateOf(past.landings);
  if (own !== undefined) return { reading: rows / own, readingFrom: 'past' };
  if (rowsPerSecond !== undefined) return { reading: rows / rowsPerSecond, readingFrom: 'source' };
  const rowBytes = listed?.rows && listed.bytes !== undefined ? listed.bytes / listed.rows : ASSUMED_ROW_BYTES;
  const work = { dialect, format: table.format, rows, sourceBytes: rows * rowBytes, messages: 0 };
  return { reading: readingSeconds(work, memoryMb), readingFrom: 'assumed' };
}

/** Few rows say nothing: they take as long as the connecting does. */
const FEWEST_ROWS = 1_000;

export function rateOf(landings: readonly PastLanding[]): number | undefined {
  const { rows, seconds } = sums(landings.filter((landing) => landing.rows >= FEWEST_ROWS));
  return rows > 0 && seconds > 0 ? rows / seconds : undefined;
}

function chunkCount({ chunks }: TableConfig, rows: number | undefined): number {
  if (chunks === undefined || rows === 0) return 1;
  const wanted = 'count' in chunks ? chunks.count : Math.ceil((rows ?? 0) / chunks.rows);
  return Math.max(1, Math.min(MAX_CHUNKS, wanted));
}

function partCount(
  { fileMaxBytes, fileMaxRows, onEmpty }: TableConfig,
  hasKey: boolean,
  chunks: number,
  rows: number | undefined,
  bytes: number | undefined,
): number {
  if (rows === 0) return onEmpty === 'write' ? 1 : 0;
  if (!hasKey) return 1;
  const byRows = fileMaxRows === undefined ? 1 : Math.ceil((rows ?? 0) / chunks / fileMaxRows);
  const bySize = Math.ceil((bytes ?? 0) / chunks / fileMaxBytes);
  return chunks * Math.max(1, byRows, bySize);
}

export function sums(landings: readonly PastLanding[]): Pick<PastLanding, 'rows' | 'bytes' | 'seconds'> {
  return landings.reduce(
    (sum, { rows, bytes, seconds }) => ({
      rows: sum.rows + rows,
      bytes: sum.bytes + bytes,
      seconds: sum.seconds + seconds,
    }),
    { rows: 0, bytes: 0, seconds: 0 },
  );
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
