import type { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import sqsPartialBatchFailure from '@middy/sqs-partial-batch-failure';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { DEADLINE_RESERVE_MS, EARLY_TIMEOUT_MS } from '../config/limits.ts';
import { asLandfallError, DeadlineError } from '../core/errors.ts';
import { type ColdStart, type Surroundings, startOnce } from './cold-start.ts';

export interface SqsHandlerDefinition<Settings, Services> extends ColdStart<Settings, Services> {
  /** Returns when the record is done with; throws to leave it in the queue. */
  readonly handle: (record: SQSRecord, services: Services, signal: AbortSignal, logger: Logger) => Promise<void>;
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
  return (event, context, local) => {
    const invoke = middy<SQSEvent>({ timeoutEarlyInMillis: EARLY_TIMEOUT_MS })
      .use(sqsPartialBatchFailure({ logger: () => undefined }))
      .handler(async ({ Records: records }: SQSEvent) => {
        const { services, logger } = await start();
        const deadline = deadlineOf(context);
        const signal = local === undefined ? deadline.signal : AbortSignal.any([deadline.signal, local.signal]);
        try {
          return await Promise.allSettled(
            records.map(async (record) => {
              await definition.handle(record, services, signal, logger).catch(staysInQueue(record, logger));
            }),
          );
        } finally {
          deadline.clear();
        }
      });
    return invoke(event, context) as Promise<SQSBatchResponse>;
  };
}

/** The one line that tells of a record's failure whatever it was, also outside the flow that logs its own. */
function staysInQueue({ messageId }: SQSRecord, logger: Logger): (thrown: unknown) => never {
  return (thrown) => {
    const { code, message } = asLandfallError(thrown);
    logger.warn('Record stays in the queue', { message_id: messageId, error_code: code, error_message: message });
    throw thrown;
  };
}

/** Interrupts the work while there is still time to cancel the query and give back the upload. */
function deadlineOf(context: Context): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const remainingMs = context.getRemainingTimeInMillis();
  const timer = setTimeout(
    () => {
      controller.abort(
        new DeadlineError(
          'DEADLINE_REACHED',
          `The table did not land within ${Math.round(remainingMs / 1000)} s, the time of one invocation.`,
          {
            retry: 'once',
            remedy:
              'Split the table: set `where`, or land it as several custom `sql` entries; give the function more memory.',
          },
        ),
      );
    },
    Math.max(0, remainingMs - Math.min(DEADLINE_RESERVE_MS, remainingMs / 2)),
  );
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
