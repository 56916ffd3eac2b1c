import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';

/**
 * An SQS function as Lambda calls it. The third argument exists only locally: its signal aborts when the function's
 * time is over or the fleet must stop, where Lambda would freeze or kill the whole environment.
 */
export type SqsFunction = (
  event: SQSEvent,
  context: Context,
  local: { readonly signal: AbortSignal },
  // biome-ignore lint/suspicious/noConfusingVoidType: handlers declared with @types/aws-lambda return it
) => Promise<SQSBatchResponse | void>;

export type InvocationOutcome =
  | { readonly kind: 'succeeded' }
  /** Named in `batchItemFailures`. */
  | { readonly kind: 'reported-failed' }
  | { readonly kind: 'threw'; readonly error: unknown }
  | { readonly kind: 'timed-out' }
  /** Given up while stopping. */
  | { readonly kind: 'abandoned' };

export interface InvocationSettings {
  readonly event: SQSEvent;
  readonly context: Context;
  readonly timeoutMs: number;
  /** Tells the function to end; the invocation still counts as it ends. */
  readonly stopSignal: AbortSignal;
  /** Ends the invocation as abandoned without waiting for the function. */
  readonly abandonSignal: AbortSignal;
}

/**
 * Runs a function once and never rejects. After `timeoutMs` the function's promise is left to itself, as nothing in
 * one process can kill it: a zombie that the conditional writes of landing must be, and are, proof against.
 */
export async function invoke(handler: SqsFunction, settings: InvocationSettings): Promise<InvocationOutcome> {
  const { event, context, timeoutMs, stopSignal, abandonSignal } = settings;
  const overdue = new AbortController();
  const signal = AbortSignal.any([overdue.signal, stopSignal, abandonSignal]);
  const end = Promise.withResolvers<InvocationOutcome>();
  const timer = setTimeout(() => {
    end.resolve({ kind: 'timed-out' });
    overdue.abort(new DOMException(`The function ran longer than ${timeoutMs} ms.`, 'TimeoutError'));
  }, timeoutMs);
  const abandon = () => end.resolve({ kind: 'abandoned' });
  abandonSignal.addEventListener('abort', abandon, { once: true });
  if (abandonSignal.aborted) abandon();
  try {
    return await Promise.race([end.promise, outcomeOf(handler, event, context, signal)]);
  } finally {
    clearTimeout(timer);
    abandonSignal.removeEventListener('abort', abandon);
  }
}

async function outcomeOf(
  handler: SqsFunction,
  event: SQSEvent,
  context: Context,
  signal: AbortSignal,
): Promise<InvocationOutcome> {
  try {
    const response: unknown = await handler(event, context, { signal });
    return { kind: reportsFailure(response) ? 'reported-failed' : 'succeeded' };
  } catch (error) {
    return { kind: 'threw', error };
  }
}

/**
 * ReportBatchItemFailures for a batch of one: no answer, no list or an empty list is success; an entry for the message
 * fails it, and an entry for no message of the batch or of a wrong shape fails the whole batch, which is the message.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
function reportsFailure(response: unknown): boolean {
  const failures = (response as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures;
  if (failures === undefined || failures === null) return false;
  return !Array.isArray(failures) || failures.length > 0;
}
