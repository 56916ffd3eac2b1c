import { mapConcurrently } from '../core/map-concurrently.ts';
import { successKey } from '../core/object-key.ts';
import type { LatestPointer, TableManifest } from '../core/records.ts';
import { scheduledTimeOf } from '../core/run-id.ts';
import { isNewerRun } from '../core/table-state.ts';
import type { Ledger } from '../ledger/ledger.ts';

export interface KeptTable {
  readonly source: string;
  readonly table: string;
  /** Landed runs that stay, the newest ones; 1 or more. */
  readonly keepRuns: number;
}

/** A landed run that `keep_runs` does not keep. */
export interface OldRun {
  readonly runId: string;
  /** Parts, and the marker beside them. */
  readonly objects: number;
  readonly bytes: number;
}

export interface LandedRuns {
  /** Landed runs that stay, as far as keep_runs counts them. */
  readonly kept: number;
  /** The newest first. */
  readonly old: readonly OldRun[];
}

export interface OldRunsRequest {
  readonly latest: LatestPointer;
  /** Ids of the runs of the source, the oldest first. */
  readonly runIds: readonly string[];
  /** False to stop behind so many removed runs that older ones are taken for removed too. */
  readonly wholeHistory: boolean;
}

type OldRunsLedger = Pick<Ledger, 'readManifest' | 'readRemoved' | 'urlOf'>;

/** Runs that are looked at beside each other. */
const LOOK_AT_ONCE = 16;

/**
 * Removed runs in a row behind which the search ends. Runs are removed from the oldest on, so behind the first one only
 * such are left that were replayed since: their dead letters are kept for 14 days, which are fewer daily runs than these.
 */
export const REMOVED_IN_A_ROW = 100;

/**
 * Looks through the runs before `latest`, from the newest on, for what keep_runs does not keep. A run is never old that has
 * no manifest, or is part of what readers see, or landed while the table had another mode.
 * @throws LandingError
 */
export async function findOldRuns(
  table: KeptTable,
  { latest, runIds, wholeHistory }: OldRunsRequest,
  ledger: OldRunsLedger,
): Promise<LandedRuns> {
  const earlier = runIds.filter((runId) => isBefore(runId, latest)).toReversed();
  const isVisible = visibleIn(latest, ledger);
  const old: OldRun[] = [];
  let kept = 1;
  let removedInARow = 0;
  for (let start = 0; start < earlier.length; start += LOOK_AT_ONCE) {
    const page = earlier.slice(start, start + LOOK_AT_ONCE);
    const looks = await mapConcurrently(page, LOOK_AT_ONCE, (runId) => lookAt(table, runId, ledger));
    for (const { manifest, removal } of looks) {
      if (removal === 'done') removedInARow += 1;
      if (removedInARow === REMOVED_IN_A_ROW && !wholeHistory) return { kept, old };
      if (manifest === undefined) continue;
      removedInARow = 0;
      if (isVisible(manifest) || manifest.window !== undefined) continue;
      // What was begun is ended, also when keep_runs has grown since: half a run is of no use.
      if (removal === 'none' && kept < table.keepRuns) kept += 1;
      else old.push(oldRun(manifest));
    }
  }
  return { kept, old };
}

interface Look {
  readonly removal: 'none' | 'begun' | 'done';
  /** Undefined also once it is known that nothing is left to be removed. */
  readonly manifest: TableManifest | undefined;
}

async function lookAt({ source, table }: KeptTable, runId: string, ledger: OldRunsLedger): Promise<Look> {
  const ref = { source, table, runId };
  const removed = await ledger.readRemoved(ref);
  if (removed?.done === true) return { removal: 'done', manifest: undefined };
  return { removal: removed === undefined ? 'none' : 'begun', manifest: await ledger.readManifest(ref) };
}

function isBefore(runId: string, latest: LatestPointer): boolean {
  return scheduledTimeOf(runId) !== undefined && isNewerRun(latest.run_id, runId);
}

/** Whether a run is part of what readers see: by its id, its parts, or its folder where that is its own. */
function visibleIn(latest: LatestPointer, ledger: Pick<OldRunsLedger, 'urlOf'>): (manifest: TableManifest) => boolean {
  const runIds = new Set([latest.run_id, ...latest.runs.map(({ run_id: runId }) => runId)]);
  const urls = new Set(latest.entries.map(({ url }) => url));
  const markers = new Set(latest.entries.map(({ url }) => url.replace(/[^/]*$/, '_SUCCESS')));
  return ({ run_id: runId, folder, parts }) =>
    runIds.has(runId) ||
    parts.some(({ key }) => urls.has(ledger.urlOf(key))) ||
    markers.has(ledger.urlOf(successKey({ folder, runId })));
}

function oldRun({ run_id: runId, parts, bytes }: TableManifest): OldRun {
  return { runId, objects: parts.length === 0 ? 0 : parts.length + 1, bytes };
}
