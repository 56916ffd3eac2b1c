import type { TableConfig } from '../config/config.ts';
import { distanceText } from '../config/key-distance.ts';
import { FULL_REFRESH_SLACK_MS } from '../config/limits.ts';
import { SourceError } from '../core/errors.ts';
import type { FullReason, TableState, WindowRecord } from '../core/records.ts';
import type { BoundRequest, ReadWindow, Source, SourceBound } from '../source/source.ts';
import type { Extraction } from './extraction.ts';
import { queryOf } from './open-table.ts';
import { outdatedBecause } from './outdated-state.ts';
import type { ExtractServices } from './services.ts';

/**
 * Takes the upper bound of a run's rows, and says which of them the run lands. `state` is how far earlier runs came.
 * @throws LandfallError as Source.takeBound does.
 */
export async function planWindow(
  extraction: Extraction,
  state: TableState | undefined,
  source: Source,
  services: ExtractServices,
): Promise<WindowRecord> {
  const { table, deadline, log } = extraction;
  const because = reasonForAll(extraction, state);
  const request = boundRequest(table, state, because === null, services.clock.now());
  const bound = await source.takeBound(queryOf(table, undefined, {}), request, deadline.signal);
  const fullBecause = because ?? bound.lost ?? null;
  if (fullBecause !== null && fullBecause !== 'first-run') {
    expectSettled(table, bound);
    log.warn('The whole table is to land', { full_because: fullBecause, watermark: state?.watermark ?? null });
  }
  // Behind the look, so that what was seen never passes for older than it is.
  return windowOf(table, state, fullBecause, bound, new Date(services.clock.now()).toISOString());
}

/** Without a bound there are rows but none may land yet: readers would lose those that they have. */
function expectSettled({ name }: TableConfig, { upTo, newest }: SourceBound): void {
  if (upTo !== null || newest === null) return;
  throw new SourceError(
    'UPDATE_KEY_UNSETTLED',
    `${name} is to land whole, but transactions that began long ago may still write update keys before its newest, ${newest}.`,
    { remedy: 'End the transactions that have been open for so long, then replay the table.' },
  );
}

/** Why all of the table must land, as far as that is known before the database is asked; null when changes will do. */
function reasonForAll({ table, run }: Extraction, state: TableState | undefined): FullReason | null {
  if (state === undefined) return 'first-run';
  if (state.watermark === null) return state.history.at(-1)?.by === 'reset' ? 'reset' : 'first-run';
  const outdated = outdatedBecause(table, state);
  if (outdated !== undefined) return outdated;
  if (run.full_refresh === true) return 'asked';
  const { fullRefreshEveryMs } = table;
  if (fullRefreshEveryMs === undefined || state.full_at === null) return null;
  const sinceMs = Date.parse(run.scheduled_time) - Date.parse(state.full_at);
  return sinceMs >= fullRefreshEveryMs - FULL_REFRESH_SLACK_MS ? 'scheduled' : null;
}

function boundRequest(table: TableConfig, state: TableState | undefined, goesOn: boolean, nowMs: number): BoundRequest {
  const known = state !== undefined && outdatedBecause(table, state) === undefined ? state : undefined;
  const watermark = goesOn ? (known?.watermark ?? null) : null;
  if (table.updateKey === undefined) return { by: 'change-tracking', watermark, epoch: known?.epoch ?? null };
  const { updateKey: column, lag, lookback } = table;
  const seen = known?.seen ?? undefined;
  return {
    by: 'update-key',
    column,
    lag,
    lookback,
    watermark,
    type: known?.type,
    seen: seen && { newest: seen.newest, horizon: seen.horizon, ageMs: nowMs - Date.parse(seen.at) },
  };
}

function windowOf(
  table: TableConfig,
  state: TableState | undefined,
  fullBecause: FullReason | null,
  bound: SourceBound,
  takenAt: string,
): WindowRecord {
  const { updateKey, lookback, nulls } = table;
  const isFull = fullBecause !== null;
  const { type, upTo, lag, hasNulls, newest, horizon, epoch } = bound;
  const watermark = isFull ? null : (state?.watermark ?? null);
  return {
    mode: updateKey === undefined ? 'change-tracking' : 'incremental',
    kind: isFull ? 'full' : 'changes',
    full_because: fullBecause,
    update_key: updateKey ?? null,
    type,
    watermark,
    read_after: isFull || updateKey === undefined ? watermark : bound.after,
    up_to: upTo,
    lag,
    lookback: lookback === undefined || bound.after === watermark ? null : distanceText(lookback),
    nulls: updateKey === undefined ? null : nulls,
    has_nulls: hasNulls,
    taken_at: takenAt,
    newest,
    horizon,
    epoch,
    based_on: isFull ? null : (state?.run_id ?? null),
    generation: state?.generation ?? 0,
  };
}

/** The window of a run's plan as its reads ask for it. */
export function readWindow(window: WindowRecord | undefined): ReadWindow | undefined {
  if (window === undefined) return undefined;
  const { update_key: column, read_after: after, up_to: upTo, kind, nulls } = window;
  if (column !== null) {
    return { by: 'update-key', column, after, upTo, nulls: kind === 'full' && nulls === 'include-once' };
  }
  return { by: 'change-tracking', after, upTo: upTo as string };
}
