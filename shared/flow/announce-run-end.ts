import { summaryEmail } from '../alert/summary-email.ts';
import { errorText } from '../core/errors.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import type { AnnouncementRecord, FailureRecord, RunSummary } from '../core/records.ts';
import type { RunRef } from '../ledger/ledger.ts';
import {
  type Cause,
  giveBackAnnouncement,
  holdsAnnouncement,
  isUnderway,
  noteAnnounced,
  RUN_END,
} from './announcements.ts';
import type { ExtractServices, Log } from './services.ts';

export type RunEndServices = Pick<ExtractServices, 'config' | 'ledger' | 'alerts' | 'clock' | 'directions'>;

/** Records read at the same time. */
const READ_CONCURRENCY = 16;

export function runEndOf({ source, runId }: RunRef): Cause {
  return { source, runId, errorCode: RUN_END, table: '', replayedAtMs: 0 };
}

/**
 * Tells of a run's end: of every run where the team wants to hear of all, else only when a table failed that no email has
 * named yet. `waits`: somebody is about to send an email of his own about a table; he comes to the end of the run next,
 * and then it is known whether he could.
 * @throws LandingError
 */
export async function announceRunEnd(
  summary: RunSummary,
  claim: AnnouncementRecord,
  services: RunEndServices,
  log: Log,
): Promise<'done' | 'waits'> {
  const { ledger, alerts, config, directions } = services;
  const run = { source: summary.source, runId: summary.run_id };
  const failures = await readFailures(summary, services);
  const untold = await untoldOf(run, failures, services);
  if (untold === 'waits') return 'waits';
  if (untold.length > 0 || config.alerts?.on === 'always') {
    const story = { failures, reportKey: ledger.notes.reportKey(run) };
    if (!(await holdsAnnouncement(claim, ledger))) return 'done';
    try {
      await alerts.publish(summaryEmail(summary, story, directions));
    } catch (thrown) {
      log.error('The run summary was not sent', { run_id: run.runId, error_message: errorText(thrown) });
      await giveBackAnnouncement(claim, ledger);
      return 'done';
    }
  }
  await noteTold(run, untold, claim, services).catch((thrown: unknown) => {
    log.warn('What became of the email was not noted', { run_id: run.runId, error_message: errorText(thrown) });
  });
  return 'done';
}

/**
 * True while somebody is about to send an email about a failed table of the run.
 * @throws LandingError
 */
export async function awaitsSender(summary: RunSummary, services: RunEndServices): Promise<boolean> {
  const run = { source: summary.source, runId: summary.run_id };
  return (await untoldOf(run, await readFailures(summary, services), services)) === 'waits';
}

async function noteTold(
  run: RunRef,
  tables: readonly string[],
  claim: AnnouncementRecord,
  { ledger, clock }: RunEndServices,
): Promise<void> {
  const announcedAt = new Date(clock.now()).toISOString();
  await noteAnnounced(claim, announcedAt, ledger);
  await mapConcurrently(tables, READ_CONCURRENCY, (table) => ledger.markAnnounced({ ...run, table }, announcedAt));
}

/** By table, of those that the summary counts as failed. */
async function readFailures(
  { source, run_id: runId, tables }: RunSummary,
  { ledger }: RunEndServices,
): Promise<Map<string, FailureRecord>> {
  const failed = tables.filter(({ status }) => status === 'failed');
  const records = await mapConcurrently(failed, READ_CONCURRENCY, ({ table }) =>
    ledger.readFailure({ source, runId, table }),
  );
  return new Map(records.flatMap((record) => (record === undefined ? [] : [[record.table, record]])));
}

/** Tables that no email has named. */
async function untoldOf(
  run: RunRef,
  failures: ReadonlyMap<string, FailureRecord>,
  { ledger, clock }: RunEndServices,
): Promise<string[] | 'waits'> {
  const unannounced = [...failures.values()].filter(({ announced_at: announcedAt }) => announcedAt === null);
  if (unannounced.length === 0) return [];
  const nowMs = clock.now();
  const tables = new Set(unannounced.map(({ table }) => table));
  const claims = (await ledger.notes.listAnnouncements(run)).filter(
    ({ error_code: code, table }) => code !== RUN_END && tables.has(table),
  );
  if (claims.some((claim) => isUnderway(claim, nowMs))) return 'waits';
  for (const { table, announced_at: announcedAt } of claims) if (announcedAt !== null) tables.delete(table);
  return [...tables];
}
