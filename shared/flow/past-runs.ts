import { CLAIM_STALE_MS } from '../config/limits.ts';
import type { Clock } from '../core/clock.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import type { RunPlan, RunSummary } from '../core/records.ts';
import type { EndedTables, Ledger, RunRef } from '../ledger/ledger.ts';

/** How a run went, or goes. */
export interface PastRun extends RunRef {
  readonly plan: RunPlan;
  /** `running` while somebody is, or may soon be, at work on it; `not-ended` when it has gone silent before its end. */
  readonly state: 'ended' | 'running' | 'not-ended';
  readonly tables: Readonly<Record<'planned' | 'landed' | 'empty' | 'superseded' | 'failed', number>>;
  /** Undefined until the run has ended, as are the tables that were empty, which count as landed until then. */
  readonly summary: RunSummary | undefined;
}

const READ_CONCURRENCY = 16;

type PastServices = { readonly ledger: Ledger; readonly clock: Clock };

/** The newest runs of a source, at most `max`, the newest first. @throws LandingError */
export async function listPastRuns(source: string, max: number, services: PastServices): Promise<PastRun[]> {
  const runIds = (await services.ledger.listRuns(source)).slice(-max).toReversed();
  const runs = await mapConcurrently(runIds, READ_CONCURRENCY, (runId) => readPastRun({ source, runId }, services));
  return runs.filter((run) => run !== undefined);
}

async function readPastRun(run: RunRef, services: PastServices): Promise<PastRun | undefined> {
  const { ledger } = services;
  const [plan, summary] = await Promise.all([ledger.readPlan(run), ledger.readSummary(run)]);
  if (plan === undefined) return undefined;
  const planned = plan.tables.length;
  if (summary === undefined) {
    const ended = await ledger.listEnded(run);
    const state = (await isAtWork(plan, run, ended, services)) ? 'running' : 'not-ended';
    return { ...run, plan, summary, state, tables: { planned, empty: 0, ...countedEnds(ended) } };
  }
  const counted = (status: RunSummary['tables'][number]['status']) =>
    summary.tables.filter((table) => table.status === status).length;
  const ends = { landed: counted('landed'), empty: counted('empty'), superseded: counted('superseded') };
  return { ...run, plan, summary, state: 'ended', tables: { planned, ...ends, failed: counted('failed') } };
}

/** A table that landed in the end may have failed before. */
function countedEnds({ committed, failed, superseded }: EndedTables) {
  const without = (tables: ReadonlySet<string>) => [...tables].filter((table) => !committed.has(table)).length;
  return { landed: committed.size, failed: without(failed), superseded: without(superseded) };
}

/** Whether its messages may still be on their way, or a table of it was touched not so long ago. */
async function isAtWork(
  plan: RunPlan,
  { source, runId }: RunRef,
  { committed, failed, superseded }: EndedTables,
  { ledger, clock }: PastServices,
): Promise<boolean> {
  const nowMs = clock.now();
  const isFresh = (at: string) => nowMs - Date.parse(at) < CLAIM_STALE_MS;
  if (isFresh(plan.planned_at)) return true;
  const open = plan.tables.filter(({ table }) => !committed.has(table) && !failed.has(table) && !superseded.has(table));
  const claims = await mapConcurrently(open, READ_CONCURRENCY, ({ table }) => ledger.readClaim(source, table));
  return claims.some((claim) => claim?.value.run_id === runId && isFresh(claim.value.touched_at));
}
