import { errorText, type LandfallError } from '../core/errors.ts';
import type { TableMessage } from '../core/message.ts';
import type { FailureRecord } from '../core/records.ts';
import { announceFailure, claimFailure } from './announce-failure.ts';
import type { ExtractServices, Log } from './services.ts';

export interface FailedTable {
  readonly message: TableMessage;
  readonly error: LandfallError;
  /** Receives of the message. */
  readonly attempts: number;
  /** The run in which the table lands instead. */
  readonly startedOverIn?: string;
}

/**
 * Keeps why a table failed for good, and tells the on-call team: once for all tables of the run that fail for the same
 * cause. An alert that cannot be sent does not stop the dead letter: the record stays unannounced and the log says so. The
 * email is claimed before the record is written, as a run may end as soon as it is, and then tells of what nobody has
 * claimed.
 */
export async function failTable(failed: FailedTable, services: ExtractServices, log: Log): Promise<void> {
  const failure = failureOf(failed, services.clock.now());
  const claim = await claimFailure(failure, failed.message, services, log);
  const kept = await keepFailure(failure, services, log);
  if (claim === 'told') {
    log.info('Another email tells of the failure', { error_code: failure.error_code });
    if (kept === undefined) await keepFailure(failure, services, log);
    return;
  }
  const announcedAt = await announceFailure(kept ?? failure, failed.message, claim, services, log);
  if (kept === undefined) await keepFailure({ ...failure, announced_at: announcedAt }, services, log);
  else if (announcedAt !== null) await markAnnounced(failed.message, announcedAt, services, log);
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

async function markAnnounced(
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

function failureOf({ message, error, attempts, startedOverIn }: FailedTable, nowMs: number): FailureRecord {
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
    ...(startedOverIn !== undefined && { started_over_in: startedOverIn }),
    announced_at: null,
  };
}
