import { backoffMs } from '../core/backoff.ts';
import { asLandfallError, ConsistencyError, DeadlineError, errorText, LandfallError } from '../core/errors.ts';
import { parseMessage, type TableMessage } from '../core/message.ts';
import { verdictOn } from '../core/verdict.ts';
import type { TableQueue } from '../queue/queue.ts';
import type { Deadline } from './deadline.ts';
import { extractTable } from './extract-table.ts';
import type { ExtractionOutcome } from './extraction.ts';
import { failTable } from './fail-table.ts';
import { finishRun } from './finish-run.ts';
import { noteAttempt } from './note-attempt.ts';
import { publishAgain } from './publish-commit.ts';
import { sendRun } from './send-run.ts';
import type { ExtractServices, Log } from './services.ts';
import { planRestart } from './start-over.ts';
import { metered, type WorkTally } from './work-tally.ts';

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
  deadline: Deadline,
  logFor: (message: TableMessage) => Log,
  log: Log,
): Promise<DeliveryOutcome> {
  return await metered(delivery.attempt, services, log, (tally) =>
    work({ delivery, deadline, tally }, services, logFor, log),
  );
}

interface Work {
  readonly delivery: Delivery;
  readonly deadline: Deadline;
  readonly tally: WorkTally;
}

async function work(
  { delivery, deadline, tally }: Work,
  services: ExtractServices,
  logFor: (message: TableMessage) => Log,
  log: Log,
): Promise<DeliveryOutcome> {
  const { queue, attempt } = delivery;
  let message: TableMessage | undefined;
  try {
    message = parseMessage(delivery.body);
    tally.message = message;
    const lineLog = logFor(message);
    const assignment = { message, queue, attempt, deadline, log: lineLog, tally };
    const outcome = await extractTable(assignment, services);
    lineLog.info(`Table ${outcome.status}`, { ...fieldsOf(outcome), attempt });
    const { rows, bytes } = outcome.status === 'landed' ? outcome : { rows: 0, bytes: 0 };
    services.onProgress({ ...message, status: progressOf(outcome), rows, bytes });
    if (progressOf(outcome) !== 'paused') await finishRun(message, services, log);
    return outcome;
  } catch (thrown) {
    const lineLog = message === undefined ? log : logFor(message);
    const failed = { ...delivery, startedAtMs: tally.startedAtMs };
    return await afterFailure(failureOf(thrown, deadline.signal), message, failed, services, lineLog);
  }
}

/** A table may have thousands of parts, which its manifest lists. */
function fieldsOf(outcome: ExtractionOutcome): Readonly<Record<string, unknown>> {
  if (outcome.status !== 'landed') return { ...outcome };
  const { keys, ...fields } = outcome;
  return { ...fields, parts: keys.length };
}

function progressOf({ status }: ExtractionOutcome) {
  return status === 'continued' || status === 'chunk-ended' || status === 'waiting' ? 'paused' : status;
}

/**
 * An interrupted attempt failed because of the interruption, whatever it ran into afterwards. Only what the flow itself
 * says of its time stands: that a table does not get forward is found out at its deadline.
 */
function failureOf(thrown: unknown, signal: AbortSignal): LandfallError {
  if (!signal.aborted || thrown instanceof DeadlineError) return asLandfallError(thrown);
  if (signal.reason instanceof LandfallError) return signal.reason;
  return new DeadlineError('INTERRUPTED', `The attempt was interrupted: ${errorText(signal.reason)}`, {
    cause: signal.reason,
    retry: 'transient',
    remedy: 'Nothing landed of it. What was not finished goes on when the fleet runs again.',
  });
}

async function afterFailure(
  error: LandfallError,
  message: TableMessage | undefined,
  delivery: Delivery & { readonly startedAtMs: number },
  services: ExtractServices,
  log: Log,
): Promise<DeliveryOutcome> {
  const verdict = verdictOn(error, delivery.attempt, services.retryPolicy, services.random);
  const fields = { error_code: error.code, error_message: error.message, attempt: delivery.attempt };
  const note = async () => {
    if (message === undefined) return;
    const { attempt, startedAtMs } = delivery;
    await noteAttempt({ message, attempt, startedAtMs, error, followedBy: verdict.action }, services, log);
  };
  if (verdict.action === 'retry') {
    if (message !== undefined) services.onProgress({ ...message, status: 'retrying', rows: 0, bytes: 0, error });
    log.warn('Attempt failed; the message goes back to the queue', { ...fields, delay_ms: verdict.delayMs });
    await bringBack(delivery, verdict.delayMs, log);
    await note();
    throw error;
  }
  await note();
  try {
    if (verdict.action === 'start-over' && message !== undefined) {
      return await giveUpRun(error, message, delivery, services, log);
    }
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
    return await endSuperseded(message, services, log);
  }
  log.error('Table failed; the message becomes a dead letter', {
    error_code: errorCode,
    error_message: errorMessage,
    attempt: attempts,
  });
  if (message !== undefined) {
    services.onProgress({ ...message, status: 'failed', rows: 0, bytes: 0, error });
    await failTable({ message, error, attempts }, services, log);
  }
  await queue.deadLetter(body, { errorCode, errorMessage, attempts, message });
  if (message !== undefined) await finishRunIfPossible(message, services, log);
  return { status: 'failed', errorCode };
}

/**
 * The table of this run ends here, and lands in a run of its own instead. The order matters: a crash behind the note of
 * the failure brings the message back, and with it the same failure.
 */
async function giveUpRun(
  error: LandfallError,
  message: TableMessage,
  delivery: Delivery,
  services: ExtractServices,
  log: Log,
): Promise<DeliveryOutcome> {
  if (await landedMeanwhile(message, error, services)) return await endSuperseded(message, services, log);
  const restart = await planRestart(message, services);
  if (restart === undefined) return await giveUp(error, message, delivery, services, log);
  log.error('Table failed; it starts over in a run of its own', {
    error_code: error.code,
    error_message: error.message,
    new_run_id: restart.run_id,
  });
  services.onProgress({ ...message, status: 'failed', rows: 0, bytes: 0, error });
  const failure = startedOver(error, restart.run_id);
  const failed = { message, error: failure, attempts: delivery.attempt, startedOverIn: restart.run_id };
  await failTable(failed, services, log);
  // Without its record this run would still count as at work on the table, and keep the new one from it.
  if ((await services.ledger.readFailure(message)) === undefined) throw failure;
  await sendRun(restart, delivery.queue, services, log);
  await finishRunIfPossible(message, services, log);
  return { status: 'failed', errorCode: error.code };
}

function startedOver(error: LandfallError, runId: string): LandfallError {
  const remedy = `The table started over in run ${runId}; no replay is needed. ${error.remedy ?? ''}`.trim();
  return new ConsistencyError(error.code, error.message, { cause: error, retry: error.retry, remedy });
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
  await publishAgain(manifest, services);
  return true;
}

async function endSuperseded(message: TableMessage, services: ExtractServices, log: Log): Promise<DeliveryOutcome> {
  services.onProgress({ ...message, status: 'superseded', rows: 0, bytes: 0 });
  await finishRunIfPossible(message, services, log);
  return { status: 'superseded' };
}

/** The message is done with; a summary that cannot be written now must not bring the message back. */
async function finishRunIfPossible(message: TableMessage, services: ExtractServices, log: Log): Promise<void> {
  try {
    await finishRun(message, services, log);
  } catch (thrown) {
    log.error('The run summary was not written', { error_message: errorText(thrown) });
  }
}
