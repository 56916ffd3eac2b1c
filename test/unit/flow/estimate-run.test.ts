import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { landingCost } from '../../../shared/core/cost.ts';
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
        seconds: 22,
        secondsFrom: 'assumed',
        chunks: 1,
        parts: 1,
        messages: 1,
        exceedsInvocation: false,
      }),
    ]);
    expect(run).toMatchObject({ firstMessages: 1, furtherMessages: 0, concurrency: 4, wallSeconds: 22 });
    const { lambdaUsd, s3RequestsUsd, s3MonthUsd } = run.totals;
    const cost = landingCost({ memoryMb: MEMORY_MB, seconds: 22, parts: 1, bytes: 30_000_000 });
    expect(lambdaUsd + s3RequestsUsd).toBeCloseTo(cost.usd, 9);
    expect(s3MonthUsd).toBeCloseTo(0.03 * 0.023, 9);
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
      { landedBytes: 10_000_000, landedFrom: 'past', seconds: 102, secondsFrom: 'past' },
      { landedBytes: 20_000_000, landedFrom: 'source', seconds: 202, secondsFrom: 'source' },
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
        'public.long': { listed: catalogTable('t', { rows: 100_000_000 }) },
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
    const { tables } = estimate({ 'public.t': { listed }, 'public.k': { settings: { primary_key: 'id' }, listed } });
    expect(tables.map(({ exceedsInvocation }) => exceedsInvocation)).toEqual([true, false]);
  });

  it('lets as many extractors work at once as max_concurrency says', () => {
    const tables = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`public.t${n}`, { listed: LISTED }]));
    const wall = (max_concurrency: number) => estimate(tables, { max_concurrency }).wallSeconds;
    expect([wall(2), wall(4), wall(6), wall(10)]).toEqual([66, 44, 22, 22]);
    expect(estimate({}).wallSeconds).toBe(0);
  });
});
