import type { StateChange, TableManifest, TableState } from './records.ts';
import { scheduledTimeOf } from './run-id.ts';

/** Changes that a table's state remembers. */
export const STATE_HISTORY_LIMIT = 100;

/**
 * The state of a table once a run of it has landed; undefined when that says nothing new: the run is not newer than the
 * one whose watermark stands, or an operator has set the watermark since the run was planned.
 */
export function nextState(standing: TableState | undefined, manifest: TableManifest): TableState | undefined {
  const { window, run_id: runId, scheduled_time: scheduledTime } = manifest;
  if (window === undefined || (standing?.generation ?? 0) !== window.generation) return undefined;
  if (standing !== undefined && !isNewerRun(runId, standing.run_id)) return undefined;
  const watermark = window.up_to ?? window.watermark;
  const isFull = window.kind === 'full';
  const { newest, horizon, taken_at: at } = window;
  return {
    version: 1,
    source: manifest.source,
    table: manifest.table,
    generation: window.generation,
    run_id: runId,
    mode: window.mode,
    update_key: window.update_key,
    type: window.type,
    watermark,
    seen: newest === null ? null : { newest, horizon, at },
    epoch: window.epoch,
    query_hash: manifest.query_hash ?? '',
    full_run_id: isFull ? runId : (standing?.full_run_id ?? null),
    full_at: isFull ? scheduledTime : (standing?.full_at ?? null),
    history: remembered(standing?.history ?? [], {
      at: manifest.committed_at,
      by: 'run',
      run_id: runId,
      watermark,
      full_because: window.full_because,
    }),
  };
}

/** The history with one more change, and without the oldest when it grows too long. */
export function remembered(history: readonly StateChange[], change: StateChange): StateChange[] {
  return [...history, change].slice(-STATE_HISTORY_LIMIT);
}

/** True when the run was due after the other one; there is none before the first. */
export function isNewerRun(runId: string, other: string | null | undefined): boolean {
  if (other === null || other === undefined) return true;
  return (scheduledTimeOf(runId) ?? Number.NEGATIVE_INFINITY) > (scheduledTimeOf(other) ?? Number.NEGATIVE_INFINITY);
}
