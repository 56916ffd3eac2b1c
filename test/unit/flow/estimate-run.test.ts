import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { landingCost } from '../../../shared/core/cost.ts';
import { messageSeconds, readingSeconds } from '../../../shared/core/landing-model.ts';
import { estimateRun, type RunEstimate } from '../../../shared/flow/estimate-run.ts';
import { assumedRatio } from '../../../shared/flow/estimate-table.ts';
import { NO_PAST, type PastLanding, type TablePast } from '../../../shared/flow/past-landings.ts';
import type { CatalogTable } from '../../../shared/source/source.ts';
import { catalogTable } from './made-up-source.ts';

const MEMORY_MB = 1_769;

interface Known {
  readonly settings?: object;
  readonly listed?: CatalogTable | undefined;
  readonly past?: TablePast;
}

function estimate(tables: Readonly<Record<string, Known>>, source: object = {}): RunEstimate {
  const settings = Object.fromEntries(Object.entries(tables).map(([name, known]) => [name, known.settings ?? {}]));
  const sources = { shop: { dialect: 'postgres', secret: 'env:A', ...source, tables: settings } };
  const text = JSON.stringify({ version: 1, target: { bucket: 'lake' }, sources });
  const config = parseConfig(text, 'landfall.yaml').sources.get('shop')!;
  const facts = Object.entries(tables).map(([name, { listed, past = NO_PAST }]) => ({
    table: config.tables.get(name)!,
    listed,
    past,
  }));
  return estimateRun(config, facts, MEMORY_MB);
}

function past(rows: number, bytes: number, seconds: number, isWhole = true): PastLanding {
  return { rows, bytes, seconds, isWhole };
}

/** 1,000,000 rows and 100 MB in the database. */
const LISTED = catalogTable('t');

const MESSAGE_SECONDS = messageSeconds(MEMORY_MB);

/** What the cost model says of reading LISTED, a PostgreSQL table. */
function modelSeconds(memoryMb = MEMORY_MB, format: 'parquet' | 'csv' = 'parquet'): number {
  const work = { dialect: 'postgres', format, rows: 1_000_000, sourceBytes: 100_000_000, messages: 0 } as const;
  return readingSeconds(work, memoryMb);
}

describe('the estimate of a run', () => {
  it('assumes what nobody can tell before the first run, and says so', () => {
    const { tables, ...run } = estimate({ 'public.t': { listed: LISTED } });
    expect(tables).toEqual([
      expect.objectContaining({
        table: 'public.t',
        rows: 1_000_000,
        rowsFrom: 'catalog',
        sourceBytes: 100_000_000,
        landedBytes: 30_000_000,
        landedFrom: 'assumed',
        seconds: modelSeconds() + MESSAGE_SECONDS,
        secondsFrom: 'assumed',
        chunks: 1,
        parts: 1,
        messages: 1,
        exceedsInvocation: false,
      }),
    ]);
    expect(run).toMatchObject({ firstMessages: 1, furtherMessages: 0, concurrency: 4 });
    const seconds = modelSeconds() + MESSAGE_SECONDS;
    expect(run.wallSeconds).toBeCloseTo(seconds, 9);
    const { lambdaUsd, s3RequestsUsd, s3MonthUsd, sqsUsd, ...totals } = run.totals;
    const cost = landingCost({ memoryMb: MEMORY_MB, seconds, parts: 1, bytes: 30_000_000 });
    expect(lambdaUsd + s3RequestsUsd).toBeCloseTo(cost.usd, 9);
    expect(s3MonthUsd).toBeCloseTo(0.03 * 0.023, 9);
    expect(totals.usdPerMillionRows).toBeCloseTo(cost.usd + sqsUsd, 9);
    expect(totals.usdPerLandedGb).toBeCloseTo((cost.usd + sqsUsd) / 0.03, 9);
  });

  it('computes the first time by dialect, format, size of rows and memory', () => {
    const settings = { format: 'csv' };
    const seconds = (known: Known, source: object = {}) => estimate({ 'public.t': known }, source).tables[0]!.seconds!;
    const parquet = seconds({ listed: LISTED });
    expect(seconds({ settings, listed: LISTED })).toBeCloseTo(modelSeconds(MEMORY_MB, 'csv') + MESSAGE_SECONDS, 9);
    expect(seconds({ listed: LISTED }, { dialect: 'mssql', database: 'd' })).not.toBeCloseTo(parquet, 3);
    const wide = catalogTable('t', { bytes: 1_000_000_000 });
    expect(seconds({ listed: wide })).toBeGreaterThan(3 * parquet);
    const unsized = catalogTable('t', { bytes: undefined });
    expect(seconds({ listed: unsized })).toBeGreaterThan(parquet);
    expect(estimate({ 'public.t': { listed: catalogTable('t', { rows: 0, bytes: 0 }) } }).totals).toMatchObject({
      usdPerMillionRows: undefined,
      usdPerLandedGb: undefined,
    });
  });

  it("takes the table's own past, and that of its neighbours for a table without any", () => {
    const { tables } = estimate({
      'public.old': {
        listed: LISTED,
        past: { landings: [past(500_000, 5_000_000, 50), past(500_000, 5_000_000, 50)], hasWatermark: false },
      },
      'public.new': { listed: catalogTable('new', { rows: 2_000_000, bytes: 200_000_000 }) },
      'public.text': { settings: { format: 'csv' }, listed: LISTED },
    });
    expect(tables).toMatchObject([
      { landedBytes: 10_000_000, landedFrom: 'past', seconds: 100 + MESSAGE_SECONDS, secondsFrom: 'past' },
      { landedBytes: 20_000_000, landedFrom: 'source', seconds: 200 + MESSAGE_SECONDS, secondsFrom: 'source' },
      { landedFrom: 'assumed', landedBytes: 100_000_000 * assumedRatio({ format: 'csv', compression: 'none' }) },
    ]);
  });

  it('expects of changes what changed before, and of a query what it gave before', () => {
    const incremental = { mode: 'incremental', update_key: 'at' };
    const landings = [past(900, 9_000, 1, false), past(1_100, 11_000, 1, false), past(1_000_000, 10_000_000, 100)];
    const { tables } = estimate({
      'public.t': { settings: incremental, listed: LISTED, past: { landings, hasWatermark: true } },
      'public.first': { settings: incremental, listed: LISTED },
      query: { settings: { sql: 'select 1' }, past: { landings: [past(70, 700, 1)], hasWatermark: false } },
      unknown: { settings: { sql: 'select 1' } },
    });
    expect(tables.map(({ rows, rowsFrom }) => [rows, rowsFrom])).toEqual([
      [1_100, 'past'],
      [1_000_000, 'catalog'],
      [70, 'past'],
      [undefined, 'unknown'],
    ]);
    expect(tables[3]).toMatchObject({ seconds: undefined, landedBytes: undefined, parts: 1, isListed: true });
  });

  it('counts chunks of a key, parts of a size, and continuations', () => {
    const { tables, ...run } = estimate(
      {
        'public.count': { settings: { chunk_count: 4 }, listed: LISTED },
        'public.size': { settings: { chunk_size: 300_000 }, listed: LISTED },
        'public.files': { settings: { file_max_rows: 100_000 }, listed: LISTED },
        'public.keyless': { settings: { chunk_count: 4 }, listed: catalogTable('t', { primaryKey: [] }) },
        'public.long': {
          listed: catalogTable('t', { rows: 100_000_000 }),
          past: { landings: [past(50_000_000, 100_000_000, 1_000)], hasWatermark: false },
        },
        'public.empty': { listed: catalogTable('t', { rows: 0, bytes: 0 }) },
      },
      { max_concurrency: 2 },
    );
    expect(tables.map(({ chunks, parts, messages }) => [chunks, parts, messages])).toEqual([
      [4, 4, 4],
      [4, 4, 4],
      [1, 10, 1],
      [1, 1, 1],
      [1, 1, 3],
      [1, 0, 1],
    ]);
    expect(run).toMatchObject({ firstMessages: 6, furtherMessages: 8, concurrency: 2 });
  });

  it('warns of a table without a key that one invocation is too short for', () => {
    const listed = catalogTable('t', { rows: 100_000_000, primaryKey: [] });
    const slow = { landings: [past(50_000_000, 500_000_000, 1_000)], hasWatermark: false };
    const { tables } = estimate({
      'public.t': { listed, past: slow },
      'public.k': { settings: { primary_key: 'id' }, listed, past: slow },
    });
    expect(tables.map(({ exceedsInvocation }) => exceedsInvocation)).toEqual([true, false]);
  });

  it('lets as many extractors work at once as max_concurrency says', () => {
    const tables = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`public.t${n}`, { listed: LISTED }]));
    const wall = (max_concurrency: number) => estimate(tables, { max_concurrency }).wallSeconds;
    const one = modelSeconds() + MESSAGE_SECONDS;
    const expected = [3 * one, 2 * one, one, one];
    for (const [place, most] of [2, 4, 6, 10].entries()) expect(wall(most)).toBeCloseTo(expected[place]!, 9);
    expect(estimate({}).wallSeconds).toBe(0);
  });
});
