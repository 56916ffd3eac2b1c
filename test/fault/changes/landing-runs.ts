import type { TableManifest } from '../../../shared/core/records.ts';
import { type ChangesRig, SOURCE } from './changes-rig.ts';
import { type Around, nested } from './interrupted-ports.ts';
import type { ReadTable } from './landed-state.ts';

const MINUTE_MS = 60_000;
const MAX_DELIVERIES = 20;

/** What became of a table in a run of its own. */
export interface LandedRun {
  readonly runId: string;
  /** How each delivery ended, in their order. */
  readonly statuses: readonly string[];
  /** Of the newest run that landed since, which may be one that started over; undefined when none did. */
  readonly manifest: TableManifest | undefined;
}

/** One run of one table a while later, to its end; `around` the calls of each attempt. */
export async function landRun(
  rig: ChangesRig,
  table: string,
  { around = nested(), laterMs = 10 * MINUTE_MS }: { around?: Around; laterMs?: number } = {},
): Promise<LandedRun> {
  rig.clock.advance(laterMs);
  const before = await rig.ledger.readLatest(SOURCE, table);
  const runId = await rig.schedule([table]);
  const statuses: string[] = [];
  for (const { waiting } = rig.queue; waiting.length > 0; ) {
    if (statuses.length > MAX_DELIVERIES) throw new Error(`no end of deliveries: ${statuses.join(', ')}`);
    const next = waiting.shift()!;
    const status = await rig.deliver(next, { around: () => around });
    if (status === 'back') waiting.push({ ...next, attempt: next.attempt + 1 });
    statuses.push(status);
  }
  const latest = await rig.ledger.readLatest(SOURCE, table);
  const isNew = latest !== undefined && latest.run_id !== before?.run_id;
  return { runId, statuses, manifest: isNew ? await manifestOf(rig, table, latest.run_id) : undefined };
}

export async function manifestOf(rig: ChangesRig, table: string, runId: string): Promise<TableManifest | undefined> {
  return await rig.ledger.readManifest({ source: SOURCE, table, runId });
}

/** The rows that a reader sees now, as texts in the order of their primary keys' texts. */
export async function rebuiltRows(rig: ChangesRig, table: string, read: ReadTable): Promise<(string | null)[][]> {
  const latest = await rig.ledger.readLatest(SOURCE, table);
  const rows = latest === undefined ? new Map<string, string>() : await rig.lake.rebuild(latest, read);
  return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => JSON.parse(text) as (string | null)[]);
}
