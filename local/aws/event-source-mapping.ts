import { ChangeMessageVisibilityCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs';
import { Consumer } from 'sqs-consumer';
import { type InvocationOutcome, invoke, type SqsFunction } from './invocation.ts';
import { lambdaContext, sqsEvent } from './lambda-event.ts';
import { pollingPause, sleepUnlessAborted } from './polling-pause.ts';

export interface EventSourceMappingOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly functionName: string;
  readonly handler: SqsFunction;
  /** How many messages are worked on at once. */
  readonly maximumConcurrency: number;
  readonly functionTimeoutMs: number;
  readonly visibilityTimeoutSeconds: number;
  /**
   * Hides a message anew in this rhythm while its function runs, which Lambda does not: the time-out can then be short
   * however long a function runs, and a failure that nobody foresaw is tried again soon.
   */
  readonly heartbeatSeconds?: number;
  /** How long `stop` waits for running invocations; 30 s when left out. */
  readonly drainTimeoutMs?: number;
  /** A receive or a delete failed; the mapping goes on by itself. */
  readonly onPollingError?: (error: Error) => void;
  /** After each invocation, also one that ran out of time or was given up. */
  readonly onInvocation?: (outcome: InvocationOutcome, messageId: string) => void;
}

export interface EventSourceMapping {
  /**
   * Receives nothing more and waits for the running invocations. When the drain time is over or `hurry` aborts, their
   * signals abort; what still runs two seconds later is abandoned, its message left in the queue.
   */
  stop(hurry?: AbortSignal): Promise<void>;
}

/** Long polling ends within this time, and with it `stop` of an idle mapping. */
const WAIT_TIME_SECONDS = 1;
const DRAIN_TIMEOUT_MS = 30_000;
const ABORT_GRACE_MS = 2_000;

/**
 * Feeds a queue's messages to a function as Lambda's event source mapping does with batch size 1, a maximum
 * concurrency and ReportBatchItemFailures: success deletes, anything else leaves the message to its visibility
 * time-out, or to what the function made of it with ChangeMessageVisibility.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const signals: MappingSignals = {
    stopping: new AbortController(),
    ending: new AbortController(),
    abandoning: new AbortController(),
  };
  const consumers = Array.from({ length: options.maximumConcurrency }, () => startConsumer(options, signals));
  let stopped: Promise<void> | undefined;
  return {
    stop(hurry) {
      stopped ??= stopAll(consumers, signals, options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS, hurry);
      return stopped;
    },
  };
}

interface MappingSignals {
  /** No message is taken any more. */
  readonly stopping: AbortController;
  /** Running functions are asked to end. */
  readonly ending: AbortController;
  /** Running functions are not waited for any more. */
  readonly abandoning: AbortController;
}

/** One consumer holds one message at a time, so as many consumers are the concurrency limit. */
function startConsumer(options: EventSourceMappingOptions, signals: MappingSignals): Consumer {
  const pause = pollingPause(signals.stopping.signal);
  const consumer = Consumer.create({
    sqs: options.client,
    queueUrl: options.queueUrl,
    batchSize: 1,
    visibilityTimeout: options.visibilityTimeoutSeconds,
    ...(options.heartbeatSeconds === undefined ? {} : { heartbeatInterval: options.heartbeatSeconds }),
    waitTimeSeconds: WAIT_TIME_SECONDS,
    messageSystemAttributeNames: ['All'],
    messageAttributeNames: ['All'],
    // Its own pause after a refused request is fixed; ours grows and ends at once when stopping.
    authenticationErrorTimeout: 0,
    preReceiveMessageCallback: () => pause.wait(),
    postReceiveMessageCallback: async () => pause.succeeded(),
    handleMessage: (message) => answer(message, options, signals),
  });
  const report = (error: Error) => {
    pause.failed();
    options.onPollingError?.(error);
  };
  consumer.on('error', report);
  consumer.on('processing_error', report);
  consumer.start();
  return consumer;
}

/** sqs-consumer deletes a message that is returned and leaves any other one alone. */
async function answer(
  message: Message,
  options: EventSourceMappingOptions,
  signals: MappingSignals,
): Promise<Message | undefined> {
  if (signals.stopping.signal.aborted) {
    await putBack(message, options);
    return undefined;
  }
  const { queueArn, functionName, functionTimeoutMs: timeoutMs } = options;
  const outcome = await invoke(options.handler, {
    event: sqsEvent(message, queueArn),
    context: lambdaContext({ functionName, queueArn, timeoutMs }),
    timeoutMs,
    stopSignal: signals.ending.signal,
    abandonSignal: signals.abandoning.signal,
  });
  options.onInvocation?.(outcome, message.MessageId!);
  return outcome.kind === 'succeeded' ? message : undefined;
}

/** A last long poll may still bring a message after `stop`; nobody should wait for its visibility time-out. */
async function putBack(message: Message, { client, queueUrl }: EventSourceMappingOptions): Promise<void> {
  await client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: message.ReceiptHandle,
      VisibilityTimeout: 0,
    }),
  );
}

async function stopAll(
  consumers: readonly Consumer[],
  signals: MappingSignals,
  drainTimeoutMs: number,
  hurry: AbortSignal | undefined,
): Promise<void> {
  signals.stopping.abort();
  for (const consumer of consumers) consumer.stop();
  if (await idleWithin(consumers, drainTimeoutMs, hurry)) return;
  signals.ending.abort(new DOMException('The local fleet is stopping.', 'AbortError'));
  if (await idleWithin(consumers, ABORT_GRACE_MS)) return;
  signals.abandoning.abort(new DOMException('The local fleet has stopped.', 'AbortError'));
  await idleWithin(consumers, ABORT_GRACE_MS);
}

/** sqs-consumer tells only by its status that a poll with all its work is over. */
async function idleWithin(consumers: readonly Consumer[], timeoutMs: number, hurry?: AbortSignal): Promise<boolean> {
  const over = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(hurry === undefined ? [] : [hurry])]);
  while (consumers.some(({ status }) => status.isPolling)) {
    if (over.aborted) return false;
    await sleepUnlessAborted(20, over);
  }
  return true;
}
