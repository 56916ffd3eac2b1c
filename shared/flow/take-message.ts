import { backoffMs } from '../core/backoff.ts';
import { asLandfallError, DeadlineError, errorText, LandfallError } from '../core/errors.ts';
import { parseMessage, type TableMessage } from '../core/message.ts';
import { verdictOn } from '../core/verdict.ts';
import type { TableQueue } from '../queue/queue.ts';
import { publishCommit } from './commit-table.ts';
import { extractTable } from './extract-table.ts';
import type { ExtractionOutcome } from './extraction.ts';
import { failTable } from './fail-table.ts';
import { finishRun } from './finish-run.ts';
import type { ExtractServices, Log } from './services.ts';

/** A message as the queue delivered it. */
export interface Delivery {
  /** The queue it came from. */
  readonly queue: TableQueue;
  readonly body: string;
  readonly receiptHandle: string;
  /** How often it was received, this time included. */
  readonly attempt: number;
}

export type DeliveryOutcome = ExtractionOutcome | { readonly status: 'failed'; readonly errorCode: string };

/**
 * Works on one delivered message to its end. Returning means that the message is done with, also when its table
 * failed for good; throwing means that it goes back to the queue, whose visibility was set to the next try.
 */
export async function takeMessage(
  delivery: Delivery,
  services: ExtractServices,
  signal: AbortSignal,
  logFor: (message: TableMessage) => Log,
  log: Log,
): Promise<DeliveryOutcome> {
  let message: TableMessage | undefined;
  try {
    message = parseMessage(delivery.body);
    const outcome = await extractTable(message, delivery.attempt, services, signal, logFor(message));
    logFor(message).info(`Table ${outcome.status}`, { ...outcome, attempt: delivery.attempt });
    const { rows, bytes } = outcome.status === 'landed' ? outcome : { rows: 0, bytes: 0 };
    services.onProgress({ ...message, status: outcome.status, rows, bytes });
    await finishRun(message, services, log);
    return outcome;
  } catch (thrown) {
    const lineLog = message === undefined ? log : logFor(message);
    return await afterFailure(failureOf(thrown, signal), message, delivery, services, lineLog);
  }
}

/** An interrupted attempt failed because of the interruption, whatever it ran into afterwards. */
function failureOf(thrown: unknown, signal: AbortSignal): LandfallError {
  if (!signal.aborted || signal.reason instanceof LandfallError) {
    return asLandfallError(signal.aborted ? signal.reason : thrown);
  }
  return new DeadlineError('INTERRUPTED', `The attempt was interrupted: ${errorText(signal.reason)}`, {
    cause: signal.reason,
    retry: 'transient',
    remedy: 'Nothing landed of it. What was not finished goes on when the fleet runs again.',
  });
}

async function afterFailure(
  error: LandfallError,
  message: TableMessage | undefined,
  delivery: Delivery,
  services: ExtractServices,
  log: Log,
): Promise<DeliveryOutcome> {
  const verdict = verdictOn(error, delivery.attempt, services.retryPolicy, services.random);
  const fields = { error_code: error.code, error_message: error.message, attempt: delivery.attempt };
  if (verdict.action === 'retry') {
    if (message !== undefined) services.onProgress({ ...message, status: 'retrying', rows: 0, bytes: 0, error });
    log.warn('Attempt failed; the message goes back to the queue', { ...fields, delay_ms: verdict.delayMs });
    await bringBack(delivery, verdict.delayMs, log);
    throw error;
  }
  try {
    return await giveUp(error, message, delivery, services, log);
  } catch (thrown) {
    log.error('The message could not be given up; it goes back to the queue', { error_message: errorText(thrown) });
    await bringBack(delivery, backoffMs(delivery.attempt, services.retryPolicy.backoff, services.random), log);
    throw thrown;
  }
}

async function bringBack({ queue, receiptHandle }: Delivery, delayMs: number, log: Log): Promise<void> {
  await queue.delay(receiptHandle, delayMs).catch((thrown: unknown) => {
    log.warn('The visibility was not shortened', { error_message: errorText(thrown) });
  });
}

async function giveUp(
  error: LandfallError,
  message: TableMessage | undefined,
  delivery: Delivery,
  services: ExtractServices,
  log: Log,
): Promise<DeliveryOutcome> {
  const { code: errorCode, message: errorMessage } = error;
  const { queue, body, attempt: attempts } = delivery;
  if (message !== undefined && (await landedMeanwhile(message, error, services))) {
    services.onProgress({ ...message, status: 'superseded', rows: 0, bytes: 0 });
    await finishRunIfPossible(message, services, log);
    return { status: 'superseded' };
  }
  log.error('Table failed; the message becomes a dead letter', {
    error_code: errorCode,
    error_message: errorMessage,
    attempt: attempts,
  });
  if (message !== undefined) {
    services.onProgress({ ...message, status: 'failed', rows: 0, bytes: 0, error });
    await failTable(message, error, attempts, services, log);
  }
  await queue.deadLetter(body, { errorCode, errorMessage, attempts, message });
  if (message !== undefined) await finishRunIfPossible(message, services, log);
  return { status: 'failed', errorCode };
}

/** A slower duplicate of a message must not report a table as failed that landed meanwhile. */
async function landedMeanwhile(
  message: TableMessage,
  error: LandfallError,
  services: ExtractServices,
): Promise<boolean> {
  if (error.code === 'MANIFEST_DIFFERS') return false;
  const manifest = await services.ledger.readManifest(message).catch(() => undefined);
  if (manifest === undefined) return false;
  await publishCommit(manifest, services);
  return true;
}

/** The message is done with; a summary that cannot be written now must not bring the message back. */
async function finishRunIfPossible(message: TableMessage, services: ExtractServices, log: Log): Promise<void> {
  try {
    await finishRun(message, services, log);
  } catch (thrown) {
    log.error('The run summary was not written', { error_message: errorText(thrown) });
  }
}
