import { type OverdueTable, overdueEmail } from '../alert/overdue-email.ts';
import { durationText } from '../config/duration.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import type { OverdueRecord } from '../core/records.ts';
import type { RunEndServices } from './announce-run-end.ts';
import { readLastLanded } from './failure-story.ts';
import type { OverdueFinding, OverdueRun } from './find-overdue.ts';
import { type RunDetail, readRun, type TableDetail } from './run-detail.ts';

/** What the on-call team was told. */
export interface ToldOverdue {
  readonly source: string;
  readonly run_id: string;
  readonly tables: readonly string[];
}

type TellServices = Pick<RunEndServices, 'ledger' | 'alerts' | 'clock' | 'directions'>;

const READ_CONCURRENCY = 8;

/**
 * One email about the tables of a due time of which none was sent yet; undefined when there are none. It is noted behind
 * the email: one that was sent twice is better than one that was not.
 * @throws QueueError when the email was not taken, LandingError
 */
export async function tellOverdue(overdue: OverdueRun, services: TellServices): Promise<ToldOverdue | undefined> {
  const { ledger, alerts, clock, directions } = services;
  const { source, runId, dueMs } = overdue;
  const run = { source: source.name, runId };
  const told = new Set((await ledger.notes.readOverdue(run))?.tables.map(({ table }) => table));
  const findings = overdue.findings.filter(({ table }) => !told.has(table.name));
  if (findings.length === 0) return undefined;
  const details = await readDetails(source.name, findings, services);
  const tables = await mapConcurrently(findings, READ_CONCURRENCY, (finding) =>
    overdueTable(source.name, finding, details, services),
  );
  const nowIso = new Date(clock.now()).toISOString();
  const email = overdueEmail(
    {
      ...run,
      dueAt: new Date(dueMs).toISOString(),
      lookedAt: nowIso,
      schedule: source.schedule ?? '',
      timeZone: source.timeZone,
      isPlanned: details.size > 0,
      tables,
    },
    directions,
  );
  await alerts.publish(email);
  const names = findings.map(({ table }) => table.name);
  await ledger.notes.updateOverdue(run, (standing) => withTold(standing, run, names, nowIso));
  return { source: source.name, run_id: runId, tables: names };
}

function withTold(
  standing: OverdueRecord | undefined,
  { source, runId }: { readonly source: string; readonly runId: string },
  names: readonly string[],
  announcedAt: string,
): OverdueRecord {
  const before = (standing?.tables ?? []).filter(({ table }) => !names.includes(table));
  const now = names.map((table) => ({ table, announced_at: announcedAt }));
  return { version: 1, source, run_id: runId, tables: [...before, ...now] };
}

/** Of a rate many runs may lie behind the last landing: the newest tells how the tables stand. */
const MAX_RUNS = 5;

async function readDetails(
  source: string,
  findings: readonly OverdueFinding[],
  services: TellServices,
): Promise<Map<string, RunDetail>> {
  const runIds = new Set(findings.flatMap((finding) => finding.runIds.slice(-MAX_RUNS)));
  const details = await mapConcurrently([...runIds], READ_CONCURRENCY, (runId) => readRun({ source, runId }, services));
  return new Map(details.flatMap((detail) => (detail === undefined ? [] : [[detail.runId, detail]])));
}

async function overdueTable(
  source: string,
  { table, runIds }: OverdueFinding,
  details: ReadonlyMap<string, RunDetail>,
  { ledger }: TellServices,
): Promise<OverdueTable> {
  const runs = runIds.flatMap((runId) => details.get(runId) ?? []);
  const own = runs.flatMap((run) => run.tables.filter((each) => each.table === table.name)).at(-1);
  return {
    table: table.name,
    dueWithin: durationText(table.dueWithinMs ?? 0),
    state: own === undefined ? (runs.length === 0 ? 'no run' : 'not in the run') : stateText(own),
    lastLanded: await readLastLanded(source, table.name, ledger),
  };
}

function stateText({ standing, rows, failure, failedAttempts, superseded }: TableDetail): string {
  switch (standing) {
    case 'planned':
      return 'no message was sent for it';
    case 'queued':
      return 'waits in the queue';
    case 'reading':
      return `being read, ${rows.toLocaleString('en-US')} rows so far`;
    case 'retrying':
      return `tried again after ${failedAttempts.at(-1)?.error_code ?? 'a failure'}`;
    case 'failed':
      return `failed (${failure?.error_code ?? 'unknown'})`;
    case 'superseded':
      return `gave way to run ${superseded?.superseded_by ?? 'unknown'}`;
    case 'landed':
    case 'empty':
      return 'landed, but readers do not see it yet';
  }
}
