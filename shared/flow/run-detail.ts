import { mapConcurrently } from '../core/map-concurrently.ts';
import type {
  AttemptRecord,
  Checkpoint,
  FailureRecord,
  RunPlan,
  RunSummary,
  SupersededRecord,
  TableManifest,
} from '../core/records.ts';
import type { EndedTables, Ledger, RunRef, TableRef } from '../ledger/ledger.ts';

/**
 * `planned`: no message was sent; `queued`: nobody has begun; `reading`: somebody is at work, or was when he was last seen;
 * `retrying`: the last attempt failed and another one follows.
 */
export type TableStanding =
  | 'planned'
  | 'queued'
  | 'reading'
  | 'retrying'
  | 'landed'
  | 'empty'
  | 'superseded'
  | 'failed';

/** How one table of a run stands, from everything that the ledger has of it. */
export interface TableDetail extends TableRef {
  readonly standing: TableStanding;
  /** Landed so far. */
  readonly rows: number;
  readonly bytes: number;
  /** Tries of its messages, as far as they are known. */
  readonly attempts: number;
  /** ISO 8601; undefined before anything of it was seen. */
  readonly startedAt: string | undefined;
  /** Undefined until the table has ended. */
  readonly endedAt: string | undefined;
  readonly chunks: { readonly total: number; readonly ended: number };
  /** Attempts that failed, the oldest first. */
  readonly failedAttempts: readonly AttemptRecord[];
  readonly manifest: TableManifest | undefined;
  /** Also of a table that landed at last: it failed first and was replayed. */
  readonly failure: FailureRecord | undefined;
  readonly superseded: SupersededRecord | undefined;
}

export interface RunDetail extends RunRef {
  readonly plan: RunPlan;
  /** Undefined until every table has ended. */
  readonly summary: RunSummary | undefined;
  /** In the order of the plan. */
  readonly tables: readonly TableDetail[];
}

/** Tables whose records are read at the same time. */
const READ_CONCURRENCY = 32;

/**
 * Tables that have not landed. When there are more of them it is listed first which ones have been begun: most of a long run
 * is still in the queue, and every table would be three requests that find nothing.
 */
const MANY_TABLES = 100;

type DetailServices = { readonly ledger: Ledger };

/** How a run and its tables, or `only` some of them, stand now; undefined for a run without a plan. */
export async function readRun(
  run: RunRef,
  { ledger }: DetailServices,
  only?: ReadonlySet<string>,
): Promise<RunDetail | undefined> {
  const plan = await ledger.readPlan(run);
  if (plan === undefined) return undefined;
  const [summary, ended, sent, attempts] = await Promise.all([
    ledger.readSummary(run),
    ledger.listEnded(run),
    ledger.readSent(run),
    ledger.notes.listAttempts(run),
  ]);
  const attemptsOf = Map.groupBy(attempts, ({ table }) => table);
  const asked = plan.tables.filter(({ table }) => only?.has(table) ?? true);
  const open = asked.filter(({ table }) => !ended.committed.has(table));
  const begun = open.length > MANY_TABLES ? await ledger.listBegun(run, Date.parse(plan.planned_at)) : undefined;
  const tables = await mapConcurrently(asked, READ_CONCURRENCY, ({ table }) => {
    const isBegun = begun?.has(table) ?? true;
    const known = { ended, isBegun, isSent: sent.has(table), attempts: attemptsOf.get(table) ?? [] };
    return detailOf({ ...runOf(run), table }, known, ledger);
  });
  return { ...runOf(run), plan, summary, tables };
}

function runOf({ source, runId }: RunRef): RunRef {
  return { source, runId };
}

interface Known {
  readonly ended: EndedTables;
  readonly isSent: boolean;
  /** False when nothing is there to be read of how far it is. */
  readonly isBegun: boolean;
  readonly attempts: readonly AttemptRecord[];
}

async function detailOf(
  ref: TableRef,
  { ended, isSent, isBegun, attempts }: Known,
  ledger: Ledger,
): Promise<TableDetail> {
  const { table } = ref;
  const [manifest, failure, superseded] = await Promise.all([
    ended.committed.has(table) ? ledger.readManifest(ref) : undefined,
    ended.failed.has(table) ? ledger.readFailure(ref) : undefined,
    ended.superseded.has(table) ? ledger.readSuperseded(ref) : undefined,
  ]);
  const failedAttempts = attempts.toSorted((a, b) => a.ended_at.localeCompare(b.ended_at));
  const records = { failedAttempts, manifest, failure, superseded };
  if (manifest !== undefined) return landedDetail(ref, manifest, records);
  const progress = isBegun ? await progressOf(ref, ledger) : NOT_BEGUN;
  const base = { ...ref, ...records, ...progress, attempts: Math.max(failure?.attempts ?? 0, lastAttempt(attempts)) };
  if (failure !== undefined) return { ...base, standing: 'failed', endedAt: failure.failed_at };
  if (superseded !== undefined) return { ...base, standing: 'superseded', endedAt: superseded.superseded_at };
  const standing = unendedStanding(progress.isClaimed, isSent, failedAttempts.at(-1));
  return { ...base, standing, endedAt: undefined };
}

type Records = Pick<TableDetail, 'failedAttempts' | 'manifest' | 'failure' | 'superseded'>;

function landedDetail(ref: TableRef, manifest: TableManifest, records: Records): TableDetail {
  const begun = [...manifest.parts.map((part) => part.started_at), ...records.failedAttempts.map((a) => a.started_at)];
  return {
    ...ref,
    ...records,
    standing: manifest.status,
    rows: manifest.rows,
    bytes: manifest.bytes,
    attempts: Math.max(manifest.attempts, lastAttempt(records.failedAttempts)),
    startedAt: begun.toSorted()[0],
    endedAt: manifest.committed_at,
    chunks: { total: manifest.chunks, ended: manifest.chunks },
  };
}

function lastAttempt(attempts: readonly AttemptRecord[]): number {
  return Math.max(0, ...attempts.map(({ attempt }) => attempt));
}

function unendedStanding(isClaimed: boolean, isSent: boolean, last: AttemptRecord | undefined): TableStanding {
  if (last?.followed_by === 'retry') return 'retrying';
  if (isClaimed) return 'reading';
  return isSent ? 'queued' : 'planned';
}

interface Progress extends Pick<TableDetail, 'rows' | 'bytes' | 'startedAt' | 'chunks'> {
  readonly isClaimed: boolean;
}

const NOT_BEGUN: Progress = {
  isClaimed: false,
  rows: 0,
  bytes: 0,
  startedAt: undefined,
  chunks: { total: 1, ended: 0 },
};

/** How far a table is that has no manifest. */
async function progressOf(ref: TableRef, ledger: Ledger): Promise<Progress> {
  const [plan, claim] = await Promise.all([ledger.readTablePlan(ref), ledger.readClaim(ref.source, ref.table)]);
  const isClaimed = claim?.value.run_id === ref.runId;
  const total = plan?.chunks.length ?? 1;
  const numbers = Array.from({ length: total }, (_, chunk) => chunk);
  const checkpoints = await mapConcurrently(numbers, READ_CONCURRENCY, (chunk) => ledger.readCheckpoint(ref, chunk));
  const known = checkpoints.flatMap((checkpoint) => checkpoint?.value ?? []);
  return {
    isClaimed,
    rows: known.reduce((sum, { rows }) => sum + rows, 0),
    bytes: known.reduce((sum, { bytes }) => sum + bytes, 0),
    startedAt: plan?.planned_at ?? (isClaimed ? claim?.value.touched_at : undefined),
    chunks: { total, ended: known.filter((checkpoint: Checkpoint) => checkpoint.ended).length },
  };
}
