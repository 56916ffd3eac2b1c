import { describe, expect, it } from '@jest/globals';
import type { RunPlan } from '../../../shared/core/records.ts';
import { haveAllEnded } from '../../../shared/flow/ended-tables.ts';
import type { EndedTables, Ledger, RunRef, TableRef } from '../../../shared/ledger/ledger.ts';
import { mulberry32 } from '../../support/seeded-random.ts';

const TABLES = 10_000;
const CONTAINERS = 8;

/** The ends of one run, and how often they were asked for. */
class Ends {
  readonly #kinds = { committed: new Set<string>(), failed: new Set<string>(), superseded: new Set<string>() };
  looks = 0;
  lists = 0;

  add(table: string, kind: keyof EndedTables = 'committed'): void {
    this.#kinds[kind].add(table);
  }

  /** As one container has it. */
  ledger(runId = 'run'): Ledger {
    const isAsked = (run: RunRef) => run.source === 'shop' && run.runId === runId;
    const asked = {
      hasEnded: async (ref: TableRef) => {
        this.looks += 1;
        return isAsked(ref) && Object.values(this.#kinds).some((tables) => tables.has(ref.table));
      },
      listEnded: async (run: RunRef): Promise<EndedTables> => {
        this.lists += 1;
        const none = new Set<string>();
        return isAsked(run) ? structuredClone(this.#kinds) : { committed: none, failed: none, superseded: none };
      },
    };
    return asked as Partial<Ledger> as Ledger;
  }
}

function planOf(tables: readonly string[], runId = 'run'): RunPlan {
  const planned = tables.map((table) => ({
    table,
    folder: `${table}/`,
    format: 'csv',
    compression: 'none',
    on_empty: 'skip',
  }));
  const times = { scheduled_time: '2026-11-22T03:00:00.000Z', planned_at: '2026-11-22T03:00:01.000Z' };
  return { version: 1, source: 'shop', run_id: runId, ...times, tables: planned as RunPlan['tables'] };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

describe('the end of a run of few tables', () => {
  it.each(['committed', 'failed', 'superseded'] as const)('comes when the last of them is %s', async (kind) => {
    const ends = new Ends();
    const plan = planOf(['a', 'b', 'c', 'd', 'e']);
    const ledger = ends.ledger();
    for (const table of ['e', 'a', 'd', 'c']) {
      ends.add(table);
      expect(await haveAllEnded(plan, ledger)).toBe(false);
    }
    ends.add('b', kind);
    expect(await haveAllEnded(plan, ledger)).toBe(true);
    expect(await haveAllEnded(plan, ledger)).toBe(true);
  });

  it('is found by a container that has seen nothing of it', async () => {
    const ends = new Ends();
    const plan = planOf(names(50));
    for (const table of names(50)) ends.add(table);
    expect(await haveAllEnded(plan, ends.ledger())).toBe(true);
    expect(ends.lists).toBe(1);
  });

  it('of one table needs no list', async () => {
    const ends = new Ends();
    ends.add('a');
    expect(await haveAllEnded(planOf(['a']), ends.ledger())).toBe(true);
    expect([ends.looks, ends.lists]).toEqual([1, 0]);
  });

  it('is never that of another run', async () => {
    const ends = new Ends();
    for (const table of ['a', 'b']) ends.add(table);
    const ledger = ends.ledger('earlier');
    expect(await haveAllEnded(planOf(['a', 'b'], 'earlier'), ledger)).toBe(true);
    expect(await haveAllEnded(planOf(['a', 'b'], 'later'), ledger)).toBe(false);
    expect(await haveAllEnded(planOf(['a', 'b'], 'earlier'), ledger)).toBe(true);
  });
});

describe('looking at the same time', () => {
  it('the last one to end sees all of them ended, whatever the others have looked at', async () => {
    const ends = new Ends();
    const plan = planOf(names(40));
    const ledgers = Array.from({ length: 4 }, () => ends.ledger());
    const seen = await Promise.all(
      names(40).map(async (table, index) => {
        await new Promise((done) => void setTimeout(done, (index * 7) % 5));
        ends.add(table);
        return await haveAllEnded(plan, ledgers[index % 4]!);
      }),
    );
    expect(seen).toContain(true);
  });
});

const inOrder = names(TABLES);
const random = mulberry32(1);
const straggler = 'table in the middle';
const ORDERS: readonly (readonly [string, readonly string[]])[] = [
  ['as planned', inOrder],
  ['backwards', inOrder.toReversed()],
  [
    'at random',
    inOrder
      .map((table) => [random(), table] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, table]) => table),
  ],
  [`with a ${straggler} last`, [...inOrder.filter((table) => table !== 't5000'), 't5000']],
  ['from the middle', [...inOrder.slice(5_000), ...inOrder.slice(0, 5_000)]],
];

describe('a run of ten thousand tables in eight containers', () => {
  it.each(ORDERS)('that end %s is listed a few times, and ends once', async (_, order) => {
    const ends = new Ends();
    const plan = planOf(inOrder);
    const ledgers = Array.from({ length: CONTAINERS }, () => ends.ledger());
    const over: number[] = [];
    for (const [index, table] of order.entries()) {
      ends.add(table);
      if (await haveAllEnded(plan, ledgers[(index * 5) % CONTAINERS]!)) over.push(index);
    }
    expect(over).toEqual([TABLES - 1]);
    expect(ends.lists).toBeLessThan(10 * CONTAINERS);
    expect(ends.looks).toBeLessThan(3 * TABLES);
  });
});
