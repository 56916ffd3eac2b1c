import { errorText } from '../core/errors.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import { scheduledTimeOf } from '../core/run-id.ts';
import type { RunRef } from '../ledger/ledger.ts';
import { reportPage } from '../report/page.ts';
import { type RunBefore, reportModel } from './report-model.ts';
import { type RunDetail, readRun } from './run-detail.ts';
import type { ExtractServices, Log } from './services.ts';

type ReportServices = Pick<ExtractServices, 'ledger' | 'clock'> & {
  readonly directions: Pick<ExtractServices['directions'], 'replayCommand'>;
};

/** Runs that a run is compared with. */
const EARLIER_RUNS = 5;

/**
 * The report of a run as an HTML document, as the run stands now, or as it is `known` to stand; undefined for a run
 * without a plan.
 * @throws LandingError when the ledger cannot be read
 */
export async function runReport(run: RunRef, services: ReportServices, known?: RunDetail): Promise<string | undefined> {
  const { ledger, clock, directions } = services;
  const [detail, before] = await Promise.all([known ?? readRun(run, { ledger }), runsBefore(run, services)]);
  if (detail === undefined) return undefined;
  return reportPage(reportModel(detail, { before, directions, nowMs: clock.now() }));
}

/**
 * Writes the report of a run beside its records, in place of an earlier one. What keeps it from being written is logged:
 * nothing depends on it. True when it was written.
 */
export async function writeReport(
  run: RunRef,
  services: ReportServices,
  log: Log,
  known?: RunDetail,
): Promise<boolean> {
  try {
    const html = await runReport(run, services, known);
    if (html === undefined) return false;
    await services.ledger.notes.writeReport(run, html);
    return true;
  } catch (thrown) {
    log.error('The run report was not written', {
      source: run.source,
      run_id: run.runId,
      error_message: errorText(thrown),
    });
    return false;
  }
}

/** The last runs of the source that are older than this one, the oldest first. */
async function runsBefore({ source, runId }: RunRef, { ledger }: ReportServices): Promise<RunBefore[]> {
  const runs = await ledger.listRuns(source);
  const timeMs = scheduledTimeOf(runId) ?? Number.POSITIVE_INFINITY;
  const last = runs.filter((each) => (scheduledTimeOf(each) ?? timeMs) < timeMs).slice(-EARLIER_RUNS);
  return await mapConcurrently(last, EARLIER_RUNS, async (each) => ({
    runId: each,
    summary: await ledger.readSummary({ source, runId: each }),
  }));
}
