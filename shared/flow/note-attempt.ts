import { errorText, type LandfallError } from '../core/errors.ts';
import type { TableMessage } from '../core/message.ts';
import type { AttemptRecord } from '../core/records.ts';
import type { ExtractServices, Log } from './services.ts';

export interface FailedAttempt {
  readonly message: TableMessage;
  /** Receives of the message, this one included. */
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly error: LandfallError;
  readonly followedBy: AttemptRecord['followed_by'];
}

/** Notes for reports that an attempt failed. What cannot be noted is logged: nothing depends on it. */
export async function noteAttempt(
  { message, attempt, startedAtMs, error, followedBy }: FailedAttempt,
  { ledger, clock, newId }: Pick<ExtractServices, 'ledger' | 'clock' | 'newId'>,
  log: Log,
): Promise<void> {
  const record: AttemptRecord = {
    version: 1,
    source: message.source,
    table: message.table,
    run_id: message.runId,
    chunk: message.chunk,
    sequence: message.sequence,
    attempt,
    started_at: new Date(startedAtMs).toISOString(),
    ended_at: new Date(clock.now()).toISOString(),
    error_class: error.name,
    error_code: error.code,
    error_message: error.message,
    followed_by: followedBy,
  };
  try {
    await ledger.notes.recordAttempt(record, `${message.chunk}-${message.sequence}-${attempt}-${newId()}`);
  } catch (thrown) {
    log.warn('The failed attempt was not noted', { error_message: errorText(thrown) });
  }
}
