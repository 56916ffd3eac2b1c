import { describe, expect, it } from '@jest/globals';
import type { LatestPointer, TableManifest, TableState, WindowRecord } from '../../shared/core/records.ts';
import type { LoggedBound, LoggedRead } from './database/read-log.ts';
import type { Row } from './database/table-history.ts';
import { windowOfRecord } from './invariants/window-spans.ts';
import { scenarioOf } from './scenario/scenario-of.ts';
import { World } from './world/world.ts';

const [FIRST, SECOND, THIRD] = ['20261122T030000Z', '20261122T040000Z', '20261122T050000Z'] as const;
const LEDGER = 'raw/_landfall/';
const WHOLE = { kind: 'full', watermark: null, read_after: null, based_on: null } as const;

/** One table of three rows, with versions 1, 2 and 3 above a million, whose runs a test writes by hand. */
class HandWritten {
  readonly world: World;
  readonly #parts = new Map<string, string>();

  constructor() {
    const { tables, ...scenario } = scenarioOf(1);
    const incremental = { boundBy: 'versions', nulls: 'skip', schemaContract: 'evolve' } as const;
    const unset = { lookback: undefined, fullRefreshEveryMs: undefined, nullEvery: undefined };
    const table = { ...tables[0]!, name: 't', collations: ['numeric'] as const, keys: [['1'], ['2'], ['3']] };
    this.world = new World({
      ...scenario,
      tables: [{ ...table, format: 'csv', incremental: { ...incremental, ...unset } }],
    });
  }

  get history() {
    return this.world.database.table('t').history;
  }

  /** A run that takes its bound and reads by now; `rows` land of it. */
  land(runId: string, window: Partial<WindowRecord>, rows: readonly Row[] = []): void {
    const upTo = String(this.history.settledVersion());
    const record = { nulls: 'skip', up_to: upTo, generation: 0, full_because: null, ...window } as WindowRecord;
    const { version } = this.history;
    const bound = { upTo: record.up_to, after: record.read_after };
    this.world.database.bounds.push({ table: 't', version, bound } as LoggedBound);
    const read = { table: 't', window: windowOfRecord(record), version, newestVersion: version };
    this.world.database.reads.push(read as LoggedRead);
    const key = `raw/shop/t/run_id=${runId}/part-000-00000.csv`;
    const lines = rows.map((row) => `${row.key.join()},,${row.stamp}\r\n`);
    this.put(key, `k1,note,stamp\r\n${lines.join('')}`);
    this.#parts.set(runId, key);
    this.put(`${LEDGER}runs/shop/${runId}/tables/t.json`, { window: record });
    const parts = [{ key, bytes: this.world.bucket.get(key).body.length }];
    const manifest = { table: 't', run_id: runId, folder: key, format: 'csv', columns: [], window: record, parts };
    this.put(`${LEDGER}runs/shop/${runId}/manifests/t.json`, manifest as unknown as TableManifest);
  }

  latest(...runIds: readonly string[]): void {
    const entries = runIds.map((runId) => ({ url: `s3://lake/${this.#parts.get(runId)}` }));
    const runs = runIds.map((runId) => ({ run_id: runId, parts: 1 }));
    const latest = { table: 't', run_id: runIds.at(-1), columns: [], runs, entries };
    this.put(`${LEDGER}latest/shop/t.json`, latest as unknown as LatestPointer);
  }

  state(runId: string, watermark: number, by: 'run' | 'set' = 'run', generation = 0): void {
    const state = { table: 't', run_id: runId, watermark: String(watermark), generation, history: [{ by }] };
    this.put(`${LEDGER}state/shop/t.json`, state as unknown as TableState);
  }

  symlinks(runId: string, ...runIds: readonly string[]): void {
    const text = runIds.map((of) => `s3://lake/${this.#parts.get(of)}\n`).join('');
    this.put(`${LEDGER}symlinks/shop/t/manifest.txt`, text, { 'landfall-run': runId });
  }

  put(key: string, content: object | string, metadata: Record<string, string> = {}): void {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    this.world.bucket.put(key, Buffer.from(text), metadata, {}, undefined);
  }
}

const VERSION = 1_000_003;

/** The second run's window: from the watermark of the first one on. */
const CHANGES = {
  kind: 'changes',
  watermark: String(VERSION),
  read_after: String(VERSION),
  based_on: FIRST,
} as const;

/** What the watch says when the whole table has landed, the row 2 was updated, and then `rest` is written. */
function verdictOn(rest: (hand: HandWritten, updated: Row) => void): string | undefined {
  const hand = new HandWritten();
  const { history } = hand;
  hand.land(FIRST, WHOLE, history.state().rows);
  hand.latest(FIRST);
  hand.state(FIRST, VERSION);
  hand.symlinks(FIRST, FIRST);
  history.change(
    () => true,
    ({ key }) => key[0] === '2',
    [],
  );
  expect(hand.world.watch.violation).toBeUndefined();
  rest(hand, history.state().rows.find(({ key }) => key[0] === '2')!);
  return hand.world.watch.violation?.invariant;
}

describe('the watch over what is made of changes', () => {
  it.each<[string, string | undefined, (hand: HandWritten, updated: Row) => void]>([
    [
      'changes that go on from a whole run',
      undefined,
      (hand, updated) => {
        hand.land(SECOND, CHANGES, [updated]);
        hand.latest(FIRST, SECOND);
        hand.symlinks(SECOND, FIRST, SECOND);
        hand.state(SECOND, VERSION + 1);
      },
    ],
    [
      'a row that is older than it was at the bound',
      'latest-whole',
      (hand) => {
        hand.land(SECOND, CHANGES);
        hand.latest(FIRST, SECOND);
      },
    ],
    [
      'an older row that changed once more while it was read',
      undefined,
      (hand) => {
        hand.land(SECOND, CHANGES);
        hand.history.change(
          () => true,
          ({ key }) => key[0] === '2',
          [],
        );
        Object.assign(hand.world.database.reads.at(-1)!, { newestVersion: hand.history.version });
        hand.latest(FIRST, SECOND);
      },
    ],
    [
      'a row that is missing',
      'latest-whole',
      (hand, updated) => {
        hand.land(SECOND, WHOLE, [updated]);
        hand.latest(SECOND);
      },
    ],
    [
      'a row that was gone when the table landed whole',
      'latest-whole',
      (hand) => {
        const before = hand.history.state().rows;
        hand.history.change(
          ({ key }) => key[0] !== '1',
          () => false,
          [],
        );
        hand.land(SECOND, WHOLE, before);
        hand.latest(SECOND);
      },
    ],
    [
      'a chain that leaves out the run it goes on from',
      'latest-whole',
      (hand, updated) => {
        hand.land(SECOND, CHANGES, [updated]);
        hand.latest(SECOND);
      },
    ],
    ['a gap behind a watermark', 'window-chain', (hand) => hand.land(SECOND, { ...CHANGES, watermark: '1000004' })],
    ['a read that begins too late', 'window-chain', (hand) => hand.land(SECOND, { ...CHANGES, read_after: '1000004' })],
    ['changes of a run that never was', 'window-chain', (hand) => hand.land(THIRD, { ...CHANGES, based_on: SECOND })],
    ['a state before its manifest', 'state-forward', (hand) => hand.state(SECOND, VERSION + 1)],
    ['a state with the watermark of another run', 'state-forward', (hand) => hand.state(FIRST, VERSION + 1)],
    ['an operator who changes no generation', 'state-forward', (hand) => hand.state(FIRST, VERSION - 1, 'set')],
    ['an operator who sets a watermark', undefined, (hand) => hand.state(FIRST, VERSION - 1, 'set', 1)],
    [
      'a run that undoes what an operator has set',
      'state-forward',
      (hand, updated) => {
        hand.state(FIRST, VERSION - 1, 'set', 1);
        hand.land(SECOND, CHANGES, [updated]);
        hand.state(SECOND, VERSION + 1, 'run', 1);
      },
    ],
    ['a list that is ahead of latest', 'symlinks-follow', (hand) => hand.symlinks(SECOND, FIRST)],
    ['a list that stays', 'symlinks-follow', (hand) => hand.symlinks(FIRST, FIRST)],
  ])('judges %s', (_, expected, rest) => {
    expect(verdictOn(rest)).toBe(expected);
  });
});
