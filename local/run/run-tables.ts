import { chooseTables, type TableChoice } from '../../shared/config/choose-tables.ts';
import { requireTables } from '../../shared/config/require-tables.ts';
import { runIdOf } from '../../shared/core/run-id.ts';
import { queueDrained } from '../fleet/drain.ts';
import type { LocalFleet } from '../fleet/fleet.ts';
import { reportRun, type TableReport } from './report.ts';
import { resumeRuns } from './resume-runs.ts';

export interface RunResult {
  readonly runId: string;
  /** The sources that were run. */
  readonly sources: readonly string[];
  readonly tables: readonly TableReport[];
}

/**
 * One run of the chosen tables on a local fleet, to its end; what earlier runs left goes on beside it.
 * @throws ConfigError for unknown names, or without any table, before anything is sent; the signal's reason when
 *   interrupted.
 */
export async function runTables(
  fleet: LocalFleet,
  choice: TableChoice,
  nowMs: number,
  signal: AbortSignal,
): Promise<RunResult> {
  const chosen = chooseTables(fleet.config, choice);
  requireTables(fleet.config, chosen.keys());
  for (const [source, tables] of chosen) {
    await resumeRuns(fleet, source);
    await fleet.schedule(source, nowMs, tables);
    fleet.startExtractors(source);
  }
  await Promise.all([...chosen.keys()].map((source) => drained(fleet, source, signal)));
  const runId = runIdOf(nowMs);
  const reports: TableReport[] = [];
  for (const source of chosen.keys()) {
    const plan = await fleet.ledger.readPlan({ source, runId });
    if (plan !== undefined) reports.push(...(await reportRun(fleet.ledger, plan)));
  }
  return { runId, sources: [...chosen.keys()], tables: reports };
}

export async function drained(fleet: LocalFleet, source: string, signal: AbortSignal): Promise<void> {
  await queueDrained(fleet.sqs, fleet.queues.get(source)!.queueUrl, signal);
}
