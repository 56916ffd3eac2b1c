import { summaryEmail } from '../alert/summary-email.ts';
import { errorText } from '../core/errors.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import type { RunPlan, RunSummary, TableOutcome } from '../core/records.ts';
import type { RunRef } from '../ledger/ledger.ts';
import type { ExtractServices, Log } from './services.ts';

type FinishServices = Pick<ExtractServices, 'config' | 'ledger' | 'alerts' | 'clock'>;

/** Records read at the same time when a run's summary is put together. */
const READ_CONCURRENCY = 16;

/**
 * To be called when a table has ended. The caller that finds every planned table ended, and is the first to write
 * the summary, sends the run's one summary email.
 */
export async function finishRun(run: RunRef, services: FinishServices, log: Log): Promise<void> {
  const plan = await services.ledger.readPlan(run);
  if (plan === undefined) return;
  const ended = await services.ledger.listEnded(run);
  const isEnded = (table: string) =>
    ended.committed.has(table) || ended.failed.has(table) || ended.superseded.has(table);
  if (!plan.tables.every(({ table }) => isEnded(table))) return;
  if ((await services.ledger.readSummary(run)) !== undefined) return;
  const summary = await summarize(plan, services);
  if (!(await services.ledger.createSummary(summary))) return;
  log.info('Run ended', { run_id: run.runId, source: run.source, seconds: summary.seconds });
  await announceSummary(summary, services, log);
}

async function announceSummary(summary: RunSummary, services: FinishServices, log: Log): Promise<void> {
  const anyFailed = summary.tables.some((table) => table.status === 'failed');
  if (!anyFailed && services.config.alerts?.on !== 'always') return;
  try {
    await services.alerts.publish(summaryEmail(summary));
  } catch (thrown) {
    log.error('The run summary was not sent', { run_id: summary.run_id, error_message: errorText(thrown) });
  }
}

async function summarize(plan: RunPlan, services: FinishServices): Promise<RunSummary> {
  const nowMs = services.clock.now();
  return {
    version: 1,
    source: plan.source,
    run_id: plan.run_id,
    ended_at: new Date(nowMs).toISOString(),
    seconds: Math.max(0, (nowMs - Date.parse(plan.planned_at)) / 1000),
    tables: await readOutcomes(plan, services),
  };
}

/** How each planned table stands now; tables that have not ended are left out. */
export async function readOutcomes(plan: RunPlan, services: Pick<ExtractServices, 'ledger'>): Promise<TableOutcome[]> {
  const outcomes = await mapConcurrently(plan.tables, READ_CONCURRENCY, ({ table }) =>
    readOutcome(plan, table, services),
  );
  return outcomes.filter((outcome) => outcome !== undefined);
}

async function readOutcome(
  plan: RunPlan,
  table: string,
  services: Pick<ExtractServices, 'ledger'>,
): Promise<TableOutcome | undefined> {
  const ref = { source: plan.source, runId: plan.run_id, table };
  const manifest = await services.ledger.readManifest(ref);
  if (manifest !== undefined) {
    const { status, rows, bytes, window } = manifest;
    const because = window?.full_because ?? null;
    return { ...NOTHING, table, status, rows, bytes, ...(because !== null && { full_because: because }) };
  }
  const failure = await services.ledger.readFailure(ref);
  if (failure !== undefined) {
    const { error_code: code, error_message: message } = failure;
    return { ...NOTHING, table, status: 'failed', error_code: code, error_message: message };
  }
  const superseded = await services.ledger.readSuperseded(ref);
  if (superseded === undefined) return undefined;
  return { ...NOTHING, table, status: 'superseded', superseded_by: superseded.superseded_by };
}

const NOTHING = { rows: 0, bytes: 0, error_code: null, error_message: null, superseded_by: null } as const;
