import type { SourceConfig } from '../config/config.ts';
import { PRICES } from '../core/cost.ts';
import {
  estimateTable,
  formatKey,
  rateOf,
  type SourceRates,
  sums,
  type TableEstimate,
  type TableFacts,
} from './estimate-table.ts';

/** What the next run of a source would take. */
export interface RunEstimate {
  readonly source: string;
  readonly tables: readonly TableEstimate[];
  /** Messages that the scheduler sends, one for each table; extractors send the others. */
  readonly firstMessages: number;
  readonly furtherMessages: number;
  /** Extractors at the same time, at most. */
  readonly concurrency: number;
  /** From the first message to the last landing. */
  readonly wallSeconds: number;
  readonly memoryMb: number;
  readonly totals: RunTotals;
}

export interface RunTotals {
  readonly rows: number;
  readonly sourceBytes: number;
  readonly landedBytes: number;
  readonly seconds: number;
  readonly lambdaUsd: number;
  readonly s3RequestsUsd: number;
  readonly s3MonthUsd: number;
  readonly sqsUsd: number;
  /** Of landing, without storing; undefined where no rows, or no bytes, are expected. */
  readonly usdPerMillionRows: number | undefined;
  readonly usdPerLandedGb: number | undefined;
}

/** Sent, received and deleted. */
export const REQUESTS_PER_MESSAGE = 3;

/** A pure estimate: from what the catalog and earlier runs say, and by the cost model where they say nothing. */
export function estimateRun(config: SourceConfig, facts: readonly TableFacts[], memoryMb: number): RunEstimate {
  const rates = sourceRates(config, facts);
  const tables = facts.map((each) => estimateTable(each, rates, memoryMb));
  const messages = total(tables, (table) => table.messages);
  return {
    source: config.name,
    tables,
    firstMessages: tables.length,
    furtherMessages: messages - tables.length,
    concurrency: config.maxConcurrency,
    wallSeconds: wallSeconds(tables, config.maxConcurrency),
    memoryMb,
    totals: totalsOf(tables, messages),
  };
}

function totalsOf(tables: readonly TableEstimate[], messages: number): RunTotals {
  const sums = {
    rows: total(tables, (table) => table.rows ?? 0),
    sourceBytes: total(tables, (table) => table.sourceBytes ?? 0),
    landedBytes: total(tables, (table) => table.landedBytes ?? 0),
    seconds: total(tables, (table) => table.seconds ?? 0),
    lambdaUsd: total(tables, (table) => table.lambdaUsd),
    s3RequestsUsd: total(tables, (table) => table.s3RequestsUsd),
    s3MonthUsd: total(tables, (table) => table.s3MonthUsd),
    sqsUsd: messages * REQUESTS_PER_MESSAGE * PRICES.sqsPerRequest,
  };
  const usd = sums.lambdaUsd + sums.s3RequestsUsd + sums.sqsUsd;
  return {
    ...sums,
    usdPerMillionRows: sums.rows > 0 ? (usd / sums.rows) * 1e6 : undefined,
    usdPerLandedGb: sums.landedBytes > 0 ? (usd / sums.landedBytes) * 1e9 : undefined,
  };
}

function total(tables: readonly TableEstimate[], of: (table: TableEstimate) => number): number {
  return tables.reduce((sum, table) => sum + of(table), 0);
}

/** What tables that have landed say of those that have not. */
function sourceRates({ dialect }: SourceConfig, facts: readonly TableFacts[]): SourceRates {
  const landedRatios = new Map<string, number>();
  for (const [key, group] of Map.groupBy(facts, ({ table }) => formatKey(table))) {
    const known = group.flatMap(({ listed, past }) => {
      const landed = sums(past.landings.filter(({ isWhole }) => isWhole));
      if (!listed?.bytes || !listed.rows || landed.rows === 0) return [];
      return [{ source: listed.bytes / listed.rows, landed: landed.bytes / landed.rows, rows: listed.rows }];
    });
    const source = known.reduce((sum, each) => sum + each.source * each.rows, 0);
    const landed = known.reduce((sum, each) => sum + each.landed * each.rows, 0);
    if (source > 0) landedRatios.set(key, landed / source);
  }
  return { dialect, rowsPerSecond: rateOf(facts.flatMap(({ past }) => past.landings)), landedRatios };
}

/**
 * Extractors take messages in their order, each when the one before has ended; further chunks of a table come behind the
 * first messages of all.
 */
function wallSeconds(tables: readonly TableEstimate[], concurrency: number): number {
  const firsts = tables.map(({ seconds = 0, chunks }) => seconds / chunks);
  const others = tables.flatMap(({ seconds = 0, chunks }) =>
    Array.from({ length: chunks - 1 }, () => seconds / chunks),
  );
  const freeAt = Array.from({ length: concurrency }, () => 0);
  for (const seconds of [...firsts, ...others]) {
    const first = freeAt.indexOf(Math.min(...freeAt));
    freeAt[first] = freeAt[first]! + seconds;
  }
  return Math.max(...freeAt);
}
