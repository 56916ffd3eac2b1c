import type { SourceConfig, TableConfig } from '../config/config.ts';
import { lastDueMs } from '../config/due-time.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import { runIdOf, scheduledTimeOf } from '../core/run-id.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** A table whose deadline has passed without a landing. */
export interface OverdueFinding {
  readonly table: TableConfig;
  readonly dueMs: number;
  /** Runs in which it was to land meanwhile, the oldest first. */
  readonly runIds: readonly string[];
}

/** A due time of a source with the tables that have not landed since. */
export interface OverdueRun {
  readonly source: SourceConfig;
  readonly dueMs: number;
  /** Of the run that was due, whether or not there is one. */
  readonly runId: string;
  readonly findings: readonly OverdueFinding[];
}

/** A deadline that passed longer ago is no news, as after a holiday of the watchdog itself. */
const NEWS_MS = 3 * 86_400_000;

/** Runs that start over lie milliseconds behind the one they go back to. */
const RESTARTS_MS = 1_000;

const READ_CONCURRENCY = 16;

/**
 * The tables of a source that were due, should have landed by now and have not: of each its last due time whose deadline
 * has passed. A landing of that run counts, and that of any later one.
 * @throws LandingError
 */
export async function findOverdue(source: SourceConfig, ledger: Ledger, nowMs: number): Promise<OverdueRun[]> {
  const { schedule } = source;
  const awaited = [...source.tables.values()].filter((table) => !table.disabled && table.dueWithinMs !== undefined);
  if (schedule === undefined || awaited.length === 0) return [];
  const runIds = await ledger.listRuns(source.name);
  const findings = await mapConcurrently(awaited, READ_CONCURRENCY, (table) =>
    findingOf({ source, schedule, runIds, ledger, nowMs }, table),
  );
  const byDueTime = Map.groupBy(
    findings.filter((finding) => finding !== undefined),
    ({ dueMs }) => dueMs,
  );
  return [...byDueTime]
    .toSorted(([a], [b]) => a - b)
    .map(([dueMs, ofRun]) => ({ source, dueMs, runId: runIdOf(dueMs), findings: ofRun }));
}

interface Look {
  readonly source: SourceConfig;
  readonly schedule: string;
  /** Of the source, the oldest first. */
  readonly runIds: readonly string[];
  readonly ledger: Ledger;
  readonly nowMs: number;
}

async function findingOf(look: Look, table: TableConfig): Promise<OverdueFinding | undefined> {
  const { source, schedule, runIds, ledger, nowMs } = look;
  const latest = await ledger.readLatest(source.name, table.name);
  const landedMs = latest && scheduledTimeOf(latest.run_id);
  const isRate = schedule.startsWith('rate(');
  // A rate goes on from what landed; before that, from the first run that there was.
  const rateFromMs = landedMs ?? scheduledTimeOf(runIds[0] ?? '');
  const deadlineMs = nowMs - (table.dueWithinMs ?? 0);
  const dueMs = lastDueMs({ schedule, timeZone: source.timeZone, rateFromMs }, deadlineMs);
  if (dueMs === undefined || dueMs < deadlineMs - NEWS_MS || (landedMs !== undefined && landedMs >= dueMs)) {
    return undefined;
  }
  const isOfDueTime = (timeMs: number) =>
    isRate ? timeMs > (landedMs ?? Number.NEGATIVE_INFINITY) : timeMs >= dueMs && timeMs < dueMs + RESTARTS_MS;
  return { table, dueMs, runIds: runIds.filter((runId) => isOfDueTime(scheduledTimeOf(runId) ?? Number.NaN)) };
}
