import type { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { ABORT_RESERVE_MS, DEADLINE_RESERVE_MS, EARLY_TIMEOUT_MS } from '../config/limits.ts';
import { asLandfallError, DeadlineError } from '../core/errors.ts';
import type { Deadline } from '../flow/deadline.ts';
import { type ColdStart, type Surroundings, startOnce } from './cold-start.ts';

export interface SqsHandlerDefinition<Settings, Services> extends ColdStart<Settings, Services> {
  /** Returns when the record is done with; throws to leave it in the queue. */
  readonly handle: (record: SQSRecord, services: Services, deadline: Deadline, logger: Logger) => Promise<void>;
}

export type SqsHandler = (
  event: SQSEvent,
  context: Context,
  /** Outside Lambda, whoever invokes may interrupt. */
  local?: { readonly signal: AbortSignal },
) => Promise<SQSBatchResponse>;

/** Makes a Lambda handler for SQS: services at cold start, records side by side, partial batch failures. */
export function sqsHandler<Settings, Services>(
  definition: SqsHandlerDefinition<Settings, Services>,
  surroundings: Surroundings = {},
): SqsHandler {
  const start = startOnce(definition, surroundings);
  // Lambda's runtime for Node 24 refuses a function that declares three parameters, for the third was once a callback.
  return (event, context, ...[local]) => {
    const invoke = middy<SQSEvent>({ timeoutEarlyInMillis: earlyTimeoutMs(context) })
      .use(sqsPartialBatchFailure({ logger: () => undefined }))
      .handler(async ({ Records: records }: SQSEvent) => {
        const { services, logger } = await start();
        const { deadline, clear } = deadlineOf(context, local?.signal);
        try {
          return await Promise.allSettled(
            records.map(async (record) => {
              await definition.handle(record, services, deadline, logger).catch(staysInQueue(record, logger));
            }),
          );
        } finally {
          clear();
        }
      });
    return invoke(event, context) as Promise<SQSBatchResponse>;
  };
}

/** Of an invocation shorter than the reserve middy would report the time-out at once, whatever became of the work. */
function earlyTimeoutMs(context: Context): number {
  return Math.min(EARLY_TIMEOUT_MS, Math.floor(context.getRemainingTimeInMillis() / 8));
}

/** The one line that tells of a record's failure whatever it was, also outside the flow that logs its own. */
function staysInQueue({ messageId }: SQSRecord, logger: Logger): (thrown: unknown) => never {
  return (thrown) => {
    const { code, message } = asLandfallError(thrown);
    logger.warn('Record stays in the queue', { message_id: messageId, error_code: code, error_message: message });
    throw thrown;
  };
}

/**
 * Ends the taking of rows, and then the work itself, while there is still time to complete a part, to cancel the query
 * and to give back the upload. Of a short invocation both get a share.
 */
function deadlineOf(context: Context, interruption: AbortSignal | undefined) {
  const wrapUp = new AbortController();
  const work = new AbortController();
  const remainingMs = context.getRemainingTimeInMillis();
  const timers = [
    setTimeout(() => wrapUp.abort(), Math.max(0, remainingMs - Math.min(DEADLINE_RESERVE_MS, remainingMs / 2))),
    setTimeout(
      () => work.abort(deadlineReached(remainingMs)),
      Math.max(0, remainingMs - Math.min(ABORT_RESERVE_MS, remainingMs / 4)),
    ),
  ];
  const others = interruption === undefined ? [] : [interruption];
  const deadline: Deadline = {
    wrapUp: AbortSignal.any([wrapUp.signal, ...others]),
    signal: AbortSignal.any([work.signal, ...others]),
  };
  const clear = () => {
    for (const timer of timers) clearTimeout(timer);
  };
  return { deadline, clear };
}

function deadlineReached(remainingMs: number): DeadlineError {
  return new DeadlineError(
    'DEADLINE_REACHED',
    `The table did not land within ${Math.round(remainingMs / 1000)} s, the time of one invocation.`,
    {
      retry: 'once',
      remedy:
        'It has no key to go on behind: name its unique columns in `primary_key`, split it with `where`, or give the ' +
        'function more memory.',
    },
  );
}
