import { MAX_RESTARTS } from '../../../shared/config/limits.ts';
import type { FailureRecord, RunPlan, TableManifest } from '../../../shared/core/records.ts';
import { scheduledTimeOf } from '../../../shared/core/run-id.ts';
import { isNewerRun } from '../../../shared/core/table-state.ts';
import type { World } from '../world/world.ts';
import { checkEmails, requireTold } from './check-emails.ts';
import { LedgerView } from './ledger-keys.ts';

const CALM_OUTCOMES = new Set(['landed', 'empty', 'superseded', 'continued', 'chunk-ended', 'waiting']);

/** What must hold when the world has come to rest. Gives how many tables ended in which way. */
export function checkEnd(world: World, outcomes: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const ledger = new LedgerView(world.bucket);
  const endings = new Map<string, number>();
  const plans = ledger.plans();
  const { watch, queue, scenario } = world;
  watch.require(queue.messages.size === 0, 'message-ends', () => `${queue.messages.size} messages are left.`);
  watch.require(plans.length >= scenario.runs.length, 'table-ends', () => 'A run was never planned.');
  const count = (ending: string) => endings.set(ending, (endings.get(ending) ?? 0) + 1);
  for (const plan of plans) {
    for (const { table } of plan.tables) {
      count(`table ${endingOf(world, ledger, plan.run_id, table)}`);
      const window = ledger.manifest(plan.run_id, table)?.window;
      if (window !== undefined) count(`window ${window.full_because ?? 'changes'}`);
    }
    checkSummary(world, ledger, plan);
  }
  for (const { name } of scenario.tables) checkPublished(world, ledger, name);
  if (scenario.faults.length === 0) checkCalm(world, outcomes);
  return endings;
}

function endingOf(world: World, ledger: LedgerView, runId: string, table: string): string {
  const manifest = ledger.manifest(runId, table);
  if (manifest !== undefined) return manifest.status;
  if (ledger.superseded(runId, table) !== undefined) return 'superseded';
  const failure = ledger.failure(runId, table);
  if (failure === undefined) {
    if (isNeedless(ledger, runId, table)) return 'needless restart';
    world.watch.report('table-ends', `${table} of run ${runId} has no end.`);
    return 'lost';
  }
  requireTold(world, runId, table);
  const mayFail =
    failure.error_code === 'OVERLAP_TOO_LONG' || isTooSlow(world, table) || hasStartedOver(world, ledger, failure);
  world.watch.require(mayFail, 'storm-passes', () => `${table} of ${runId} stays failed: ${failure.error_code}`);
  return `failed ${failure.error_code}`;
}

/** Whatever was committed is published in the end: readers see the newest run, and later runs go on from it. */
function checkPublished({ watch }: World, ledger: LedgerView, table: string): void {
  const committed = ledger.manifests().filter((manifest) => manifest.table === table);
  const newestOf = (manifests: readonly TableManifest[]) =>
    manifests
      .map(({ run_id: runId }) => runId)
      .reduce<string | undefined>((a, b) => (isNewerRun(b, a) ? b : a), undefined);
  const newest = newestOf(committed);
  const latest = ledger.latest(table)?.run_id;
  watch.require(latest === newest, 'latest-whole', () => `${table}: latest ends at ${latest}, ${newest} is committed.`);
  const listed = ledger.symlinksRun(table);
  watch.require(
    listed === latest,
    'symlinks-follow',
    () => `${table}: the list ends at ${listed}, latest at ${latest}.`,
  );
  const state = ledger.state(table);
  const own = committed.filter(({ window }) => window?.generation === (state?.generation ?? 0));
  const reached = newestOf(own) ?? state?.run_id ?? undefined;
  const stands = state?.run_id ?? undefined;
  watch.require(stands === reached, 'state-forward', () => `${table}: the state ends at ${stands}, not at ${reached}.`);
}

const INVOCATION_MS = 900_000;

/** Needs more time than one invocation for a part. */
function isTooSlow({ scenario }: World, name: string): boolean {
  const { keyFrom = 'none', batchMs = 0 } = scenario.tables.find((table) => table.name === name) ?? {};
  return batchMs > INVOCATION_MS || (keyFrom === 'none' && batchMs > 1_000);
}

/** A table whose columns changed lands in a run of its own instead, a few times at most. */
function hasStartedOver({ database }: World, ledger: LedgerView, failure: FailureRecord): boolean {
  const { table, run_id: runId } = failure;
  if (!database.reshaped.has(table)) return false;
  const plans = ledger.plans();
  const failedMs = scheduledTimeOf(runId) ?? 0;
  const isRestart = ({ run_id: other, restarts = 0, tables }: RunPlan) => {
    const laterMs = (scheduledTimeOf(other) ?? 0) - failedMs;
    return restarts > 0 && laterMs > 0 && laterMs < 1_000 && tables.some(({ table: planned }) => planned === table);
  };
  const { restarts = 0 } = plans.find((plan) => plan.run_id === runId) ?? {};
  return restarts >= MAX_RESTARTS || plans.some(isRestart);
}

/**
 * A restart that was planned, yet never begun, because the next try of the run itself found the old columns again, or
 * another run at work on the table.
 */
function isNeedless(ledger: LedgerView, runId: string, table: string): boolean {
  const timeMs = scheduledTimeOf(runId) ?? 0;
  return ledger.plans().some(({ run_id: other }) => {
    const laterMs = timeMs - (scheduledTimeOf(other) ?? 0);
    if (laterMs <= 0 || laterMs >= 1_000) return false;
    return ledger.manifest(other, table) !== undefined || ledger.superseded(other, table) !== undefined;
  });
}

function checkSummary(world: World, ledger: LedgerView, { run_id: runId, tables }: RunPlan): void {
  const { watch, logged } = world;
  const summary = ledger.summary(runId);
  const isSaidLost = summary === undefined && logged.has('The run summary was not written');
  const isWhole = summary?.tables.length === tables.length;
  const isNeedlessRun = tables.every(({ table }) => isNeedless(ledger, runId, table));
  watch.require(isWhole || isSaidLost || isNeedlessRun, 'one-summary', () => `Run ${runId} has no whole summary.`);
  if (summary !== undefined) checkEmails(world, summary);
}

function checkCalm(world: World, outcomes: ReadonlyMap<string, number>): void {
  const { scenario } = world;
  if (scenario.tables.some(({ name }) => isTooSlow(world, name))) return;
  const { watch, deadLetters, sns } = world;
  const strange = [...outcomes.keys()].filter((outcome) => !CALM_OUTCOMES.has(outcome));
  watch.require(strange.length === 0, 'calm-lands', () => `Invocations ended as ${strange.join(', ')}.`);
  watch.require(deadLetters.messages.size === 0, 'calm-lands', () => 'There are dead letters.');
  const alerts = sns.mails.filter(({ subject }) => scenario.alertsOn === 'failure' || /did not|failed/.test(subject));
  watch.require(alerts.length === 0, 'calm-lands', () => `Mails were sent: ${alerts[0]?.subject}`);
}
