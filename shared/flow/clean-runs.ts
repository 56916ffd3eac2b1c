import type { LandfallConfig } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { successKey } from '../core/object-key.ts';
import type { RemovedRecord, TableManifest } from '../core/records.ts';
import type { PartStore } from '../landing/part-store.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { findOldRuns, type KeptTable, type OldRun } from './old-runs.ts';

export interface CleanRunsRequest {
  /** False to look only. */
  readonly apply: boolean;
  /** As in OldRunsRequest. */
  readonly wholeHistory: boolean;
}

export interface CleanRunsServices {
  readonly config: LandfallConfig;
  readonly ledger: Pick<Ledger, 'listRuns' | 'readLatest' | 'readManifest' | 'readRemoved' | 'recordRemoved' | 'urlOf'>;
  readonly parts: PartStore;
  readonly clock: Pick<Clock, 'now'>;
}

export interface CleanedRun extends OldRun {
  /** `waiting`: one call removes a limited number; the next call goes on. */
  readonly outcome: 'found' | 'removed' | 'waiting';
}

export interface CleanedTable extends KeptTable {
  /** Landed runs that stay; none for a table that has not landed yet. */
  readonly kept: number;
  /** The oldest first. */
  readonly old: readonly CleanedRun[];
}

/** Removals of one call, over all tables: a few minutes' work. */
export const MAX_REMOVALS = 1_000;

/**
 * Removes the parts of landed runs of full-refresh tables beyond the newest `keep_runs`, when asked to; the run that
 * readers see, and whatever is newer, stays. The ledger's records of a removed run stay too: they are its history, and by
 * them a message of it that comes late finds the table committed.
 * @throws LandingError; what was removed before stays so, and the next call goes on, also within a run.
 */
export async function cleanRuns(request: CleanRunsRequest, services: CleanRunsServices): Promise<CleanedTable[]> {
  const cleaned: CleanedTable[] = [];
  let allowed = MAX_REMOVALS;
  for (const [source, tables] of keptTables(services.config)) {
    const runIds = await services.ledger.listRuns(source);
    for (const table of tables) {
      const { kept, old } = await landedRuns(table, runIds, request, services);
      const oldestFirst = old.toReversed();
      const removed = request.apply ? oldestFirst.slice(0, allowed) : [];
      for (const { runId } of removed) await removeRun(table, runId, services);
      allowed -= removed.length;
      const rest = oldestFirst.slice(removed.length);
      cleaned.push({
        ...table,
        kept,
        old: [...withOutcome(removed, 'removed'), ...withOutcome(rest, request.apply ? 'waiting' : 'found')],
      });
    }
  }
  return cleaned;
}

/** By source: the tables whose old runs are to go. */
function keptTables({ sources }: LandfallConfig): ReadonlyMap<string, readonly KeptTable[]> {
  const bySource = [...sources.values()].map((source): [string, KeptTable[]] => {
    const tables = [...source.tables.values()].flatMap(({ name, mode, keepRuns }) =>
      mode === 'full-refresh' && keepRuns !== undefined ? [{ source: source.name, table: name, keepRuns }] : [],
    );
    return [source.name, tables];
  });
  return new Map(bySource.filter(([, tables]) => tables.length > 0));
}

/** Without a run that readers see, nothing tells which runs came before it. */
async function landedRuns(
  table: KeptTable,
  runIds: readonly string[],
  { wholeHistory }: CleanRunsRequest,
  { ledger }: CleanRunsServices,
): Promise<Pick<CleanedTable, 'kept'> & { readonly old: readonly OldRun[] }> {
  const latest = await ledger.readLatest(table.source, table.table);
  return latest === undefined ? { kept: 0, old: [] } : findOldRuns(table, { latest, runIds, wholeHistory }, ledger);
}

/**
 * The note goes first, so that nobody marks the run as whole again; then the marker, which readers may wait for; then the
 * objects that the manifest names and no others.
 */
async function removeRun(
  { source, table }: KeptTable,
  runId: string,
  { ledger, parts, clock }: CleanRunsServices,
): Promise<void> {
  const manifest = await ledger.readManifest({ source, table, runId });
  if (manifest === undefined) return;
  await ledger.recordRemoved(removal(manifest, false, clock.now()));
  if (manifest.parts.length > 0) {
    const marker = successKey({ folder: manifest.folder, runId });
    await parts.delete([marker]);
    // Once more, as whoever looked for the note just before it was there may have marked the run meanwhile.
    await parts.delete([...manifest.parts.map(({ key }) => key), marker]);
  }
  await ledger.recordRemoved(removal(manifest, true, clock.now()));
}

function removal(manifest: TableManifest, done: boolean, nowMs: number): RemovedRecord {
  const { source, table, run_id: runId, parts, bytes } = manifest;
  const removedAt = new Date(nowMs).toISOString();
  return { version: 1, source, table, run_id: runId, removed_at: removedAt, parts: parts.length, bytes, done };
}

function withOutcome(runs: readonly OldRun[], outcome: CleanedRun['outcome']): CleanedRun[] {
  return runs.map((run) => ({ ...run, outcome }));
}
