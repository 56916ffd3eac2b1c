import { describe, expect, it } from '@jest/globals';
import { chainUpTo, chainWith, isWhole, latestOf, NO_RUNS, type RunChain } from '../../../shared/core/latest-view.ts';
import type { TableManifest } from '../../../shared/core/records.ts';
import { manifest as landedManifest, part } from '../ledger/records.ts';

const urlOf = (key: string) => `s3://lake/${key}`;

function manifestOf(runId: string, parts: number): TableManifest {
  const manifest = landedManifest({ source: 'shop', table: 'public.orders', runId });
  return {
    ...manifest,
    parts: Array.from({ length: parts }, (_, sequence) => ({
      ...part('attempt-1', sequence),
      key: `${runId}/${sequence}`,
      bytes: 10 + sequence,
      rows: 2 + sequence,
    })),
  };
}

const chainOf = (...runs: readonly [string, number][]): RunChain =>
  runs.reduce<RunChain>((chain, [runId, parts]) => chainWith(chain, manifestOf(runId, parts), urlOf), NO_RUNS);

describe('the chain of runs that readers see', () => {
  it('has the parts of its runs in their order, with size and rows', () => {
    expect(chainOf(['r1', 2], ['r2', 0], ['r3', 1])).toStrictEqual({
      runs: [
        { run_id: 'r1', parts: 2 },
        { run_id: 'r2', parts: 0 },
        { run_id: 'r3', parts: 1 },
      ],
      entries: [
        { url: 's3://lake/r1/0', mandatory: true, meta: { content_length: 10, record_count: 2 } },
        { url: 's3://lake/r1/1', mandatory: true, meta: { content_length: 11, record_count: 3 } },
        { url: 's3://lake/r3/0', mandatory: true, meta: { content_length: 10, record_count: 2 } },
      ],
    });
  });

  it.each([
    ['r1', chainOf(['r1', 2])],
    ['r2', chainOf(['r1', 2], ['r2', 0])],
    ['r3', chainOf(['r1', 2], ['r2', 0], ['r3', 1])],
  ])('is cut behind %s with the parts up to it', (runId, expected) => {
    expect(chainUpTo(chainOf(['r1', 2], ['r2', 0], ['r3', 1]), runId)).toStrictEqual(expected);
  });

  it('is not cut behind a run that is none of it', () => {
    expect(chainUpTo(chainOf(['r1', 2]), 'r0')).toBeUndefined();
    expect(chainUpTo(NO_RUNS, 'r0')).toBeUndefined();
  });

  it('is what the latest record says, with the schema of all runs', () => {
    const columns = [{ name: 'id', source_type: 'bigint', landed_type: 'Int64' }];
    const chain = chainOf(['r1', 1]);
    expect(latestOf(manifestOf('r1', 1), 'runs/r1.json', columns, chain)).toStrictEqual({
      version: 1,
      source: 'shop',
      table: 'public.orders',
      run_id: 'r1',
      manifest: 'runs/r1.json',
      columns,
      primary_key: [],
      runs: chain.runs,
      entries: chain.entries,
    });
  });
});

describe('a run that lands the whole table', () => {
  it('has no window, or one that is full', () => {
    const window = { kind: 'changes' } as TableManifest['window'] & object;
    expect(isWhole({})).toBe(true);
    expect(isWhole({ window: { ...window, kind: 'full' } })).toBe(true);
    expect(isWhole({ window })).toBe(false);
  });
});
