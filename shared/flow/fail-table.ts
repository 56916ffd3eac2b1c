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
  const kept = await keepFailure(failure, services, log);
  if (kept !== undefined && kept.announced_at !== null) return;
  try {
    await services.alerts.publish(failureEmail(kept ?? failure, services.directions));
  } catch (thrown) {
    log.error('The failure was not announced', { error_message: errorText(thrown) });
    if (kept === undefined) await keepFailure(failure, services, log);
    return;
  }
  const announcedAt = new Date(services.clock.now()).toISOString();
  if (kept === undefined) await keepFailure({ ...failure, announced_at: announcedAt }, services, log);
  else await noteAnnounced(message, announcedAt, services, log);
}

/**
 * Undefined when the record could not be written: the bucket itself may be what failed, and then the email is all
 * that is left to tell of it. It is tried once more after the email.
 */
async function keepFailure(
  failure: FailureRecord,
  services: ExtractServices,
  log: Log,
): Promise<FailureRecord | undefined> {
  try {
    return await services.ledger.recordFailure(failure);
  } catch (thrown) {
    log.error('The failure was not recorded', { error_message: errorText(thrown) });
    return undefined;
  }
}

async function noteAnnounced(
  message: TableMessage,
  announcedAt: string,
  services: ExtractServices,
  log: Log,
): Promise<void> {
  try {
    await services.ledger.markAnnounced(message, announcedAt);
  } catch (thrown) {
    log.error('It was not noted that the failure was announced', { error_message: errorText(thrown) });
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
