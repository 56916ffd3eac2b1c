import { mapConcurrently } from '../shared/core/map-concurrently.ts';
import { readRun, type TableDetail } from '../shared/flow/run-detail.ts';
import type { Ledger, TableRef } from '../shared/ledger/ledger.ts';
import type { Console } from './console.ts';
import { WatchView } from './watch-view.ts';
import type { ExpectedRows, WatchedTable } from './watched-table.ts';
import { isEnded, tableKey } from './watched-table.ts';
import type { FleetOperation } from './with-fleet-operation.ts';

const LOCAL_POLL_MS = 1_000;
const AWS_POLL_MS = 5_000;
const READ_CONCURRENCY = 16;

type WatchOperation = Pick<FleetOperation, 'ledger' | 'clock' | 'signal' | 'fleet' | 'drain'>;

/**
 * Shows the way of the tables until all of them have ended, and says how they stand then. A local fleet works on them
 * meanwhile, and the look ends with its work, whatever became of the tables.
 * @throws the signal's reason when it is aborted, LandingError
 */
export async function watchTables(
  watched: readonly WatchedTable[],
  operation: WatchOperation,
  console: Console,
): Promise<TableDetail[]> {
  const { fleet, clock, signal, ledger, drain } = operation;
  const view = new WatchView(console.err, () => clock.now(), await readExpectedRows(watched, ledger));
  const sources = [...new Set(watched.map(({ source }) => source))];
  const work = fleet === undefined ? undefined : workOf(sources.map(drain));
  const pollMs = fleet === undefined ? AWS_POLL_MS : LOCAL_POLL_MS;
  try {
    const known = new Map<string, TableDetail>();
    for (;;) {
      signal.throwIfAborted();
      // Before the look, which then sees all that came of the work.
      const isWorkDone = work?.isDone() ?? false;
      const open = watched.filter((table) => !isEnded(known.get(tableKey(table)), table));
      for (const detail of await readTables(open, ledger)) known.set(tableKey(detail), detail);
      view.update(watched.map((table) => ({ table, detail: known.get(tableKey(table)) })));
      const hasEnded = watched.every((table) => isEnded(known.get(tableKey(table)), table));
      if (isWorkDone || (work === undefined && hasEnded))
        return watched.flatMap((table) => known.get(tableKey(table)) ?? []);
      await pauseBetweenLooks(pollMs, work?.done, operation);
    }
  } finally {
    view.end();
  }
}

/** Ends early when the work does. @throws what the work fails with, or when the signal is aborted */
async function pauseBetweenLooks(
  pollMs: number,
  done: Promise<void> | undefined,
  { clock, signal }: WatchOperation,
): Promise<void> {
  const early = new AbortController();
  const pause = clock.sleep(pollMs, AbortSignal.any([signal, early.signal]));
  await Promise.race(done === undefined ? [pause] : [pause, done]).finally(() => early.abort());
}

function workOf(drains: readonly Promise<void>[]) {
  let isDone = false;
  const done = Promise.all(drains).then(() => {
    isDone = true;
  });
  // Whoever waits for it hears of a failure; while nobody does, it must not end the process.
  done.catch(() => undefined);
  return { done, isDone: () => isDone };
}

async function readTables(tables: readonly TableRef[], ledger: Ledger): Promise<TableDetail[]> {
  const runs = Map.groupBy(tables, ({ source, runId }) => JSON.stringify([source, runId]));
  const details: TableDetail[] = [];
  for (const [first, ...others] of runs.values()) {
    if (first === undefined) continue;
    const names = new Set([first, ...others].map(({ table }) => table));
    details.push(...((await readRun(first, { ledger }, names))?.tables ?? []));
  }
  return details;
}

/** What the tables had when they last landed whole, for want of a better guess. */
async function readExpectedRows(tables: readonly TableRef[], ledger: Ledger): Promise<ExpectedRows> {
  const expected = new Map<string, number>();
  await mapConcurrently(tables, READ_CONCURRENCY, async (ref) => {
    const runId = (await ledger.readLatest(ref.source, ref.table))?.run_id;
    const manifest = runId === undefined ? undefined : await ledger.readManifest({ ...ref, runId });
    if (manifest !== undefined && manifest.window === undefined) expected.set(tableKey(ref), manifest.rows);
  });
  return expected;
}
