import { errorText } from '../core/errors.ts';
import type { AnnouncementRecord, RunSummary, TableOutcome } from '../core/records.ts';
import type { RunRef } from '../ledger/ledger.ts';
import { announceRunEnd, awaitsSender, type RunEndServices, runEndOf } from './announce-run-end.ts';
import { claimAnnouncement, giveBackAnnouncement, takeOverAnnouncement } from './announcements.ts';
import { haveAllEnded } from './ended-tables.ts';
import { type RunDetail, readRun, type TableDetail } from './run-detail.ts';
import type { Log } from './services.ts';
import { writeReport } from './write-report.ts';

/**
 * To be called when a table has ended. The caller that finds every planned table ended writes the summary and the report,
 * and sends the run's email. Who sends it is claimed before the summary is written, so that another caller takes over
 * when he does not come to it.
 * @throws LandingError
 */
export async function finishRun(run: RunRef, services: RunEndServices, log: Log): Promise<void> {
  const plan = await services.ledger.readPlan(run);
  if (plan === undefined) return;
  if (!(await haveAllEnded(plan, services.ledger))) return;
  const standing = await services.ledger.readSummary(run);
  const claim = await (standing === undefined ? claimAnnouncement : takeOverAnnouncement)(runEndOf(run), services);
  try {
    const detail = standing === undefined ? await readRun(run, services) : undefined;
    const summary = standing ?? (await writeSummary(run, detail, services, log));
    if (claim === undefined || summary === undefined) return;
    await writeReport(run, services, log, detail && { ...detail, summary });
    const told = await announceRunEnd(summary, claim, services, log);
    if (told === 'waits') await leaveToSender(summary, claim, services, log);
  } catch (thrown) {
    if (claim !== undefined) await giveBack(claim, services, log);
    throw thrown;
  }
}

/**
 * Whoever is waited for may have come here while the claim was ours, and have gone: then the end is told of now after all.
 */
async function leaveToSender(
  summary: RunSummary,
  claim: AnnouncementRecord,
  services: RunEndServices,
  log: Log,
): Promise<void> {
  await giveBackAnnouncement(claim, services.ledger);
  if (await awaitsSender(summary, services)) return;
  await finishRun({ source: summary.source, runId: summary.run_id }, services, log);
}

/** The summary that stands; also when another one wrote it first. */
async function writeSummary(
  run: RunRef,
  detail: RunDetail | undefined,
  services: RunEndServices,
  log: Log,
): Promise<RunSummary | undefined> {
  if (detail === undefined) return undefined;
  const summary = summaryOf(detail, services.clock.now());
  if (!(await services.ledger.createSummary(summary))) return await services.ledger.readSummary(run);
  log.info('Run ended', { run_id: run.runId, source: run.source, seconds: summary.seconds });
  return summary;
}

async function giveBack(claim: AnnouncementRecord, { ledger }: RunEndServices, log: Log): Promise<void> {
  await giveBackAnnouncement(claim, ledger).catch((thrown: unknown) => {
    log.warn('What became of the email was not noted', { error_message: errorText(thrown) });
  });
}

function summaryOf(run: RunDetail, nowMs: number): RunSummary {
  return {
    version: 1,
    source: run.source,
    run_id: run.runId,
    ended_at: new Date(nowMs).toISOString(),
    seconds: Math.max(0, (nowMs - Date.parse(run.plan.planned_at)) / 1000),
    tables: run.tables.flatMap((table) => outcomeOf(table) ?? []),
  };
}

const NOTHING = { rows: 0, bytes: 0, error_code: null, error_message: null, superseded_by: null } as const;

/** How a table ended; undefined for one that has not. */
function outcomeOf(detail: TableDetail): TableOutcome | undefined {
  const { table, manifest, failure, superseded } = detail;
  if (manifest !== undefined) {
    const { status, rows, bytes, window, cost } = manifest;
    const because = window?.full_because ?? null;
    return {
      ...NOTHING,
      table,
      status,
      rows,
      bytes,
      ...(because !== null && { full_because: because }),
      ...secondsOf(manifest.parts.map((part) => part.started_at).toSorted()[0], manifest.committed_at),
      ...(cost !== undefined && { cost_usd: cost.usd }),
    };
  }
  if (failure !== undefined) {
    const { error_code: code, error_message: message, failed_at: failedAt } = failure;
    const end = { error_code: code, error_message: message };
    return { ...NOTHING, table, status: 'failed', ...end, ...secondsOf(detail.startedAt, failedAt) };
  }
  if (superseded === undefined) return undefined;
  return { ...NOTHING, table, status: 'superseded', superseded_by: superseded.superseded_by };
}

function secondsOf(startedAt: string | undefined, endedAt: string): Pick<TableOutcome, 'seconds'> {
  if (startedAt === undefined) return {};
  return { seconds: Math.max(0, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000) };
}
