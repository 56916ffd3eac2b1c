import { isWhole } from '../core/latest-view.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import type { TableManifest } from '../core/records.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** What a table landed in an earlier run. */
export interface PastLanding {
  readonly rows: number;
  readonly bytes: number;
  /** Of all parts together. */
  readonly seconds: number;
  /** False for a run that landed only what changed. */
  readonly isWhole: boolean;
}

/** What the ledger knows of a table. */
export interface TablePast {
  /** The newest first; a few. */
  readonly landings: readonly PastLanding[];
  /** Whether the next run would land only what changed since an earlier one. */
  readonly hasWatermark: boolean;
}

export const NO_PAST: TablePast = { landings: [], hasWatermark: false };

/** Runs that are looked at, and landings of one table that are enough to expect the next one by. */
const RUNS_LOOKED_AT = 10;
const LANDINGS_KEPT = 3;
const READ_CONCURRENCY = 16;

/** What the newest runs of a source landed of the tables. */
export async function pastLandings(
  source: string,
  tables: readonly { readonly name: string; readonly mode: string }[],
  ledger: Ledger,
): Promise<ReadonlyMap<string, TablePast>> {
  const landings = new Map<string, PastLanding[]>(tables.map(({ name }) => [name, []]));
  const runs = (await ledger.listRuns(source)).slice(-RUNS_LOOKED_AT).toReversed();
  for (const runId of runs) {
    const lacking = [...landings].filter(([, known]) => known.length < LANDINGS_KEPT);
    if (lacking.length === 0) break;
    const { committed } = await ledger.listEnded({ source, runId });
    const landed = lacking.filter(([table]) => committed.has(table));
    await mapConcurrently(landed, READ_CONCURRENCY, async ([table, known]) => {
      const manifest = await ledger.readManifest({ source, runId, table });
      if (manifest !== undefined) known.push(landingOf(manifest));
    });
  }
  const pasts = await mapConcurrently(tables, READ_CONCURRENCY, async ({ name, mode }) => {
    const state = mode === 'full-refresh' ? undefined : await ledger.readState(source, name);
    const hasWatermark = (state?.watermark ?? null) !== null;
    return [name, { landings: landings.get(name) ?? [], hasWatermark }] as const;
  });
  return new Map(pasts);
}

function landingOf(manifest: TableManifest): PastLanding {
  const { rows, bytes, parts } = manifest;
  const seconds = parts.reduce((sum, part) => sum + part.read_seconds, 0);
  return { rows, bytes, seconds, isWhole: isWhole(manifest) };
}
