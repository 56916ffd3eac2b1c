import { failureEmail } from '../alert/failure-email.ts';
import { errorText, type LandfallError } from '../core/errors.ts';
import type { TableMessage } from '../core/message.ts';
import type { FailureRecord } from '../core/records.ts';
import type { ExtractServices, Log } from './services.ts';

/**
 * Keeps why a table failed for good and tells the on-call team, once per table and run. An alert that cannot be
 * sent does not stop the dead letter: the record stays unannounced and the log says so.
 */
export async function failTable(
  message: TableMessage,
  error: LandfallError,
  attempts: number,
  services: ExtractServices,
  log: Log,
): Promise<void> {
  const failure = failureOf(message, error, attempts, services.clock.now());
  const standing = await keepFailure(failure, services, log);
  if (standing.announced_at !== null) return;
  try {
    await services.alerts.publish(failureEmail(standing, services.directions));
    await services.ledger.markAnnounced(message, new Date(services.clock.now()).toISOString());
  } catch (thrown) {
    log.error('The failure was not announced', { error_message: errorText(thrown) });
  }
}

/** When the bucket itself is what failed, the email is all that is left to tell of it. */
async function keepFailure(failure: FailureRecord, services: ExtractServices, log: Log): Promise<FailureRecord> {
  try {
    return await services.ledger.recordFailure(failure);
  } catch (thrown) {
    log.error('The failure was not recorded', { error_message: errorText(thrown) });
    return failure;
  }
}

function failureOf(message: TableMessage, error: LandfallError, attempts: number, nowMs: number): FailureRecord {
  return {
    version: 1,
    source: message.source,
    table: message.table,
    run_id: message.runId,
    failed_at: new Date(nowMs).toISOString(),
    attempts,
    error_class: error.name,
    error_code: error.code,
    error_message: error.message,
    remedy: error.remedy ?? '',
    announced_at: null,
  };
}
