import { beforeEach, describe, expect, it } from '@jest/globals';
import type { WindowRecord } from '../../../shared/core/records.ts';
import { type CleanedTable, cleanRuns, MAX_REMOVALS } from '../../../shared/flow/clean-runs.ts';
import { REMOVED_IN_A_ROW } from '../../../shared/flow/old-runs.ts';
import { hourlyRun, latestAt, objectsOf } from '../../support/landed-history.ts';
import { configOf, NOW_MS, RunHistory, TABLE } from './run-history.ts';

let history: RunHistory;
beforeEach(() => {
  history = new RunHistory();
});

const apply = { apply: true, wholeHistory: false };

function clean(keepRuns = 2, request = apply, tables: object = { [TABLE]: { keep_runs: keepRuns } }) {
  const config = configOf(tables as Record<string, object>);
  return cleanRuns(request, { config, ledger: history.ledger, parts: history.parts, clock: { now: () => NOW_MS } });
}

function landRuns(amount: number, parts = 1): void {
  for (let number = 0; number < amount; number += 1) history.land({ runId: hourlyRun(number), parts });
}

function oldOf([table]: readonly CleanedTable[]): (readonly [runId: string, outcome: string])[] {
  return (table?.old ?? []).map(({ runId, outcome }) => [runId, outcome]);
}

function runs(...numbers: number[]): string[] {
  return numbers.map(hourlyRun);
}

describe('cleanRuns', () => {
  it('looks only, unless it is told to remove', async () => {
    landRuns(4, 2);
    expect(await clean(2, { ...apply, apply: false })).toEqual([
      {
        source: 'shop',
        table: TABLE,
        keepRuns: 2,
        kept: 2,
        old: runs(0, 1).map((runId) => ({ runId, objects: 3, bytes: 200, outcome: 'found' })),
      },
    ]);
    expect(history.wholeRuns()).toEqual(runs(0, 1, 2, 3));
    expect(history.removed.size).toBe(0);
  });

  it('removes what is older than the newest runs, and notes it', async () => {
    landRuns(5, 2);
    expect(oldOf(await clean())).toEqual(runs(0, 1, 2).map((runId) => [runId, 'removed']));
    expect(history.wholeRuns()).toEqual(runs(3, 4));
    expect(history.objects.size).toBe(6);
    expect(history.removalOf(hourlyRun(2))).toEqual({
      version: 1,
      source: 'shop',
      table: TABLE,
      run_id: hourlyRun(2),
      removed_at: '2026-12-01T00:00:00.000Z',
      parts: 2,
      bytes: 200,
      done: true,
    });
    expect(await clean()).toMatchObject([{ kept: 2, old: [] }]);
  });

  it('takes the note, the marker, the parts, the note in that order', async () => {
    landRuns(2);
    const calls: string[] = [];
    await cleanRuns(apply, {
      config: configOf({ [TABLE]: { keep_runs: 1 } }),
      clock: { now: () => NOW_MS },
      ledger: { ...history.ledger, recordRemoved: async ({ done }) => void calls.push(`removed, done ${done}`) },
      parts: { delete: async (keys) => void calls.push(...keys.map((key) => key.split('/').at(-1)!)) },
    });
    expect(calls).toEqual(['removed, done false', '_SUCCESS', 'part-000-00000.csv', '_SUCCESS', 'removed, done true']);
  });

  it('leaves a table that has not landed, is not full-refresh, or has no keep_runs', async () => {
    const tables = ['public.orders', 'public.events', 'public.ledger', 'public.dropped'];
    for (const table of tables) {
      for (const number of [0, 1, 2]) history.land({ runId: hourlyRun(number), parts: 1, table });
    }
    history.latest.delete('public.orders');
    const report = await clean(1, apply, {
      'public.orders': { keep_runs: 1 },
      'public.events': {},
      'public.ledger': { mode: 'incremental', update_key: 'id' },
    });
    expect(report).toEqual([{ source: 'shop', table: 'public.orders', keepRuns: 1, kept: 0, old: [] }]);
    expect(history.objects.size).toBe(3 * tables.length * 2);
  });

  it('counts no run that failed or is in flight, and neither touches it', async () => {
    history.land({ runId: hourlyRun(0), parts: 1 });
    for (const number of [1, 3]) {
      history.runs.add(hourlyRun(number));
      history.objects.add(`raw/${TABLE}/run_id=${hourlyRun(number)}/part-000-00000.csv`);
    }
    history.land({ runId: hourlyRun(2), parts: 1 });
    history.land({ runId: hourlyRun(4), parts: 1 });
    expect(oldOf(await clean())).toEqual([[hourlyRun(0), 'removed']]);
    expect(history.objects.size).toBe(2 + 4);
  });

  it('counts runs that landed no row as the others', async () => {
    for (const number of [0, 1]) history.land({ runId: hourlyRun(number), parts: 1 });
    history.land({ runId: hourlyRun(2), parts: 0 });
    history.land({ runId: hourlyRun(3), parts: 1 });
    expect(oldOf(await clean(3))).toEqual([[hourlyRun(0), 'removed']]);
    expect(oldOf(await clean(1))).toEqual(runs(1, 2).map((runId) => [runId, 'removed']));
    expect(history.removalOf(hourlyRun(2))).toMatchObject({ parts: 0, done: true });
  });

  it('leaves what is newer than the run that readers see', async () => {
    landRuns(2);
    history.commit({ runId: hourlyRun(2), parts: 1 });
    history.commit({ runId: hourlyRun(3), parts: 1 });
    expect(oldOf(await clean(1))).toEqual([[hourlyRun(0), 'removed']]);
    expect(history.wholeRuns()).toEqual(runs(1, 2, 3));
  });

  it('leaves an older run that readers see', async () => {
    landRuns(4);
    const latest = history.latest.get(TABLE)!;
    const first = latestAt(history.manifests.get(`${TABLE} ${hourlyRun(0)}`)!, history.ledger.urlOf);
    history.latest.set(TABLE, { ...latest, runs: [...first.runs, ...latest.runs] });
    expect(oldOf(await clean(1))).toEqual(runs(1, 2).map((runId) => [runId, 'removed']));
    history.latest.set(TABLE, { ...latest, entries: [...first.entries, ...latest.entries] });
    expect(oldOf(await clean(1))).toEqual([]);
    const beside = first.entries.map((entry) => ({ ...entry, url: entry.url.replace('-00000.', '-00001.') }));
    history.latest.set(TABLE, { ...latest, entries: beside });
    expect(oldOf(await clean(1))).toEqual([]);
    history.latest.set(TABLE, latest);
    expect(oldOf(await clean(1))).toEqual([[hourlyRun(0), 'removed']]);
  });

  it('removes its own parts only from a folder that all runs share', async () => {
    const manifests = [0, 1, 2].map((number) => history.land({ runId: hourlyRun(number), parts: 2, folder: 'raw/o/' }));
    history.objects.add('raw/o/part-000-00000.csv');
    expect(oldOf(await clean(1))).toEqual(runs(0, 1).map((runId) => [runId, 'removed']));
    expect([...history.objects].toSorted()).toEqual(
      [...objectsOf(manifests[2]!), 'raw/o/part-000-00000.csv'].toSorted(),
    );
  });

  it('leaves what landed while the table had another mode', async () => {
    history.runs.add(hourlyRun(0));
    history.commit({ runId: hourlyRun(0), parts: 1 }, { window: { kind: 'changes' } as WindowRecord });
    for (const number of [1, 2]) history.land({ runId: hourlyRun(number), parts: 1 });
    expect(oldOf(await clean(1))).toEqual([[hourlyRun(1), 'removed']]);
    expect(history.wholeRuns()).toEqual(runs(0, 2));
  });

  it('removes nothing when the run that readers see has no time', async () => {
    landRuns(3);
    history.latest.set(TABLE, { ...history.latest.get(TABLE)!, run_id: 'mended by hand' });
    expect(oldOf(await clean(1))).toEqual([]);
  });

  it('ends a removal that was begun, also when keep_runs has grown since', async () => {
    landRuns(3);
    const runId = hourlyRun(1);
    const ref = { source: 'shop', table: TABLE, run_id: runId };
    await history.ledger.recordRemoved({ version: 1, ...ref, removed_at: '', parts: 1, bytes: 100, done: false });
    expect(oldOf(await clean(3))).toEqual([[runId, 'removed']]);
    expect(history.wholeRuns()).toEqual(runs(0, 2));
    expect(history.removalOf(runId)).toMatchObject({ done: true });
  });

  it('removes a limited number of runs in one call, the oldest ones, and the rest in the next', async () => {
    landRuns(MAX_REMOVALS + 3);
    const old = oldOf(await clean(1));
    expect(old).toHaveLength(MAX_REMOVALS + 2);
    expect(old.slice(-3)).toEqual([
      [hourlyRun(MAX_REMOVALS - 1), 'removed'],
      [hourlyRun(MAX_REMOVALS), 'waiting'],
      [hourlyRun(MAX_REMOVALS + 1), 'waiting'],
    ]);
    expect(oldOf(await clean(1))).toHaveLength(2);
    expect(history.wholeRuns()).toEqual([hourlyRun(MAX_REMOVALS + 2)]);
  });

  it('does not read a long history again and again, and finds late runs in all of it when asked', async () => {
    const total = REMOVED_IN_A_ROW + 60;
    landRuns(total);
    history.manifests.delete(`${TABLE} ${hourlyRun(0)}`);
    await clean(1);
    history.commit({ runId: hourlyRun(0), parts: 1 });
    history.reads.length = 0;
    expect(oldOf(await clean(1))).toEqual([]);
    expect(history.reads.length).toBeLessThanOrEqual(REMOVED_IN_A_ROW + 16);
    expect(history.reads.filter((read) => read.startsWith('manifest'))).toEqual([]);
    expect(oldOf(await clean(1, { apply: true, wholeHistory: true }))).toEqual([[hourlyRun(0), 'removed']]);
  });
});
