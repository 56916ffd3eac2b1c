import type { SourceConfig } from '../config/config.ts';
import { asLandfallError, type LandfallError } from '../core/errors.ts';
import { scheduledTimeOf } from '../core/run-id.ts';
import type { RunEndServices } from './announce-run-end.ts';
import { RUN_END } from './announcements.ts';
import { findOverdue } from './find-overdue.ts';
import { finishRun } from './finish-run.ts';
import { addMetrics } from './metrics.ts';
import type { ExtractServices, Log } from './services.ts';
import { type ToldOverdue, tellOverdue } from './tell-overdue.ts';

/** Runs of a source that are looked at for an end that nobody told of. */
const MAX_RUNS = 20;
const MAX_RUN_AGE_MS = 3 * 86_400_000;

export type WatchServices = RunEndServices & Pick<ExtractServices, 'metrics'>;

/**
 * Looks whether every table has landed that should have by now, and whether the last runs that are over were ended: an
 * email tells of what is missing, whatever kept it. To be called again and again, every quarter of an hour or so.
 * @throws LandfallError the first one, after every source was looked at
 */
export async function watchDeadlines(services: WatchServices, log: Log): Promise<ToldOverdue[]> {
  const told: ToldOverdue[] = [];
  const failures: LandfallError[] = [];
  const attempt = async (source: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (thrown) {
      const error = asLandfallError(thrown);
      failures.push(error);
      log.error('The deadlines were not watched', { source, error_code: error.code, error_message: error.message });
    }
  };
  for (const source of services.config.sources.values()) {
    await attempt(source.name, () => endRuns(source, services, log));
    await attempt(source.name, async () => {
      for (const overdue of await findOverdue(source, services.ledger, services.clock.now())) {
        const email = await tellOverdue(overdue, services);
        if (email !== undefined) told.push(email);
      }
    });
    countSource(source, told, services, log);
  }
  for (const fields of told) log.warn('Tables did not land in time', { ...fields });
  if (failures[0] !== undefined) throw failures[0];
  return told;
}

/**
 * An alarm needs a value to tell a run that is missing from a fleet that is not there yet, so that no run is said here
 * again and again.
 */
function countSource(source: SourceConfig, told: readonly ToldOverdue[], services: WatchServices, log: Log): void {
  if (source.schedule === undefined) return;
  const isAwaited = [...source.tables.values()].some(
    ({ disabled, dueWithinMs }) => !disabled && dueWithinMs !== undefined,
  );
  const overdue = told.filter((email) => email.source === source.name).flatMap(({ tables }) => tables);
  addMetrics(services.metrics, log, source.name, {
    RunsStarted: 0,
    ...(isAwaited && { TablesOverdue: overdue.length }),
  });
}

/** The worker that ended the last table of a run may have come to no summary and no email. */
async function endRuns(source: SourceConfig, services: RunEndServices, log: Log): Promise<void> {
  const sinceMs = services.clock.now() - MAX_RUN_AGE_MS;
  const runIds = await services.ledger.listRuns(source.name);
  const recent = runIds.filter((runId) => (scheduledTimeOf(runId) ?? 0) > sinceMs).slice(-MAX_RUNS);
  for (const runId of recent) {
    const run = { source: source.name, runId };
    const told = await services.ledger.notes.readAnnouncement(run, RUN_END);
    if (typeof told?.announced_at !== 'string') await finishRun(run, services, log);
  }
}
