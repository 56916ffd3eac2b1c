import type { RunSummary } from '../../../shared/core/records.ts';
import { OUT_OF_TIME } from '../fleet/event-source-mapping.ts';
import type { FaultKind } from '../world/faults.ts';
import type { World } from '../world/world.ts';

/** Whoever is struck by these may have sent an email without noting it, so that another one sends it again. */
const HIDE_THE_SENDER: readonly FaultKind[] = ['crash-before', 'crash-after', 'freeze'];

/** What the emails must have told of a run that ended. */
export function checkEmails(world: World, summary: RunSummary): void {
  const { run_id: runId, tables } = summary;
  const failed = tables.filter(({ status }) => status === 'failed');
  for (const { table } of failed) requireTold(world, runId, table);
  checkEnd(world, runId);
  const codes = new Set(failed.flatMap(({ error_code: code }) => code ?? []));
  for (const code of codes) checkCause(world, runId, code);
}

/** A failed table was told of in an email of its own, or in that of the run's end. */
export function requireTold({ sns, watch, logged }: World, runId: string, table: string): void {
  const isTold = sns.mails.some(({ subject, body }) => {
    if (!isOfRun(body, runId)) return false;
    const isListed = subject.includes(`run ${runId}:`) && body.includes(`\n  ${table}\n`);
    return isListed || subject.includes(`${table} did not land`);
  });
  // What nobody could be told of stays unannounced in the ledger, and the log says so.
  const isSaidLost = ['The failure was not announced', 'The run summary was not sent'].some((line) => logged.has(line));
  watch.require(isTold || isSaidLost, 'one-email', () => `Nobody was told that ${table} of ${runId} failed.`);
}

function checkEnd(world: World, runId: string): void {
  const { watch, sns, logged, scenario } = world;
  const mails = sns.mails.filter(({ subject }) => subject.includes(`run ${runId}:`)).length;
  const mayBeTwice = mayTellTwice(world);
  watch.require(mails <= 1 || mayBeTwice, 'one-summary', () => `${mails} emails told of the end of run ${runId}.`);
  const isTold = mails > 0 || scenario.alertsOn !== 'always' || logged.has('The run summary was not sent');
  watch.require(isTold, 'one-summary', () => `No email told of the end of run ${runId}.`);
}

function checkCause(world: World, runId: string, code: string): void {
  const { watch, sns, trace } = world;
  const replays = new Set(trace.lines.flatMap((line) => /"replayed_at_ms":(\d+)/.exec(line)?.[1] ?? [])).size;
  const mails = sns.mails.filter(({ subject, body }) => subject.endsWith(`(${code})`) && isOfRun(body, runId)).length;
  watch.require(
    mails <= 1 + replays || mayTellTwice(world),
    'one-email',
    () => `${mails} emails told of ${code} in run ${runId}, with ${replays} replays.`,
  );
}

/** Emails name other runs too: the last in which a table landed. */
function isOfRun(body: string, runId: string): boolean {
  return body.split('\n').some((line) => line.startsWith('Run: ') && line.endsWith(` ${runId}`));
}

function mayTellTwice({ faults, logged, trace }: World): boolean {
  return (
    HIDE_THE_SENDER.some((kind) => faults.struck.has(kind)) ||
    logged.has('The email was not claimed in the ledger') ||
    logged.has('What became of the email was not noted') ||
    trace.lines.some((line) => line.endsWith(OUT_OF_TIME))
  );
}
