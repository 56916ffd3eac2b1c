import type { FailureStory, LastLanded } from '../alert/failure-email.ts';
import { errorText } from '../core/errors.ts';
import type { TableMessage } from '../core/message.ts';
import type { Ledger, TableRef } from '../ledger/ledger.ts';
import type { ExtractServices, Log } from './services.ts';

/** What the ledger has to tell of a failed table. What cannot be read is left out: the email must not wait for it. */
export async function failureStory(
  { source, runId, table, replayedAtMs }: TableMessage,
  { ledger }: Pick<ExtractServices, 'ledger'>,
  log: Log,
): Promise<FailureStory> {
  const ref = { source, runId, table };
  const known = async <T>(asked: Promise<T>): Promise<T | undefined> =>
    await asked.catch((thrown: unknown) => {
      log.warn('The email says less than it could', { error_message: errorText(thrown) });
      return undefined;
    });
  const [attempts, lastLanded, plan] = await Promise.all([
    known(ledger.notes.listAttemptsOf(ref)),
    known(readLastLanded(source, table, ledger)),
    known(ledger.readPlan(ref)),
  ]);
  // The one that fails now is among them.
  const [since, ...later] = (attempts ?? []).map(({ ended_at: endedAt }) => endedAt).toSorted();
  return {
    failingSince: later.length > 0 ? since : undefined,
    lastLanded,
    others: othersOf(plan?.tables.length, replayedAtMs),
    reportKey: ledger.notes.reportKey(ref),
    failureKey: ledger.notes.failureKey(ref),
  };
}

/** A replay sends back what is in the dead letters, whether or not the run has ended: nothing tells of its end. */
function othersOf(tables: number | undefined, replayedAtMs: number): FailureStory['others'] {
  if (replayedAtMs > 0) return 'nobody';
  return tables === 1 ? 'none' : 'run-end';
}

/** Null for a table that has never landed. @throws LandingError */
export async function readLastLanded(source: string, table: string, ledger: Ledger): Promise<LastLanded | null> {
  const latest = await ledger.readLatest(source, table);
  if (latest === undefined) return null;
  const ref: TableRef = { source, table, runId: latest.run_id };
  const manifest = await ledger.readManifest(ref);
  if (manifest === undefined) return null;
  return { at: manifest.committed_at, runId: latest.run_id, manifestKey: ledger.manifestKey(ref) };
}
