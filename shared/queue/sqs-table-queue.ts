import {
  ChangeMessageVisibilityCommand,
  type MessageAttributeValue,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type BackoffLimits, backoffMs } from '../core/backoff.ts';
import type { Clock, Random } from '../core/clock.ts';
import { QueueError } from '../core/errors.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import { formatMessage, MESSAGE_MAX_BYTES, type TableMessage } from '../core/message.ts';
import type { DeadLetterReason, TableQueue } from './queue.ts';
import { queueFailure } from './sqs-failure.ts';

export interface SqsTableQueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const BATCH_MAX_ENTRIES = 10;

/**
 * One request is milliseconds of work and tens of milliseconds of waiting: so many keep the processor of a small function
 * busy, and lie far below what a queue takes.
 */
const BATCHES_AT_ONCE = 10;
const SEND_MAX_TRIES = 6;
const SEND_BACKOFF: BackoffLimits = { baseMs: 200, maxMs: 5_000 };

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const DELAY_MAX_SECONDS = 900;

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
const VISIBILITY_MAX_SECONDS = 43_200;
const ATTRIBUTE_MAX_CHARACTERS = 1_000;

interface RefusedEntry {
  readonly message: TableMessage;
  readonly code: string;
  /** True when the message itself is at fault, so that no further try will help. */
  readonly senderFault: boolean;
}

export class SqsTableQueue implements TableQueue {
  readonly #options: SqsTableQueueOptions;

  constructor(options: SqsTableQueueOptions) {
    this.#options = options;
  }

  async send(
    messages: readonly TableMessage[],
    onSent: (sent: readonly TableMessage[]) => Promise<void> = async () => undefined,
    delayMs = 0,
  ): Promise<void> {
    for (const message of messages) assertSendable(message);
    const delaySeconds = Math.min(DELAY_MAX_SECONDS, Math.ceil(delayMs / 1000));
    const hopeless: RefusedEntry[] = [];
    await eachSettled(batchesOf(messages), BATCHES_AT_ONCE, async (batch) => {
      hopeless.push(...(await this.#sendBatch(batch, onSent, delaySeconds)));
    });
    if (hopeless.length === 0) return;
    throw new QueueError('MESSAGES_REFUSED', `SQS refused the messages of ${tablesOf(hopeless)} for good.`, {
      retry: 'permanent',
      remedy: 'Mend what the codes name, then start the scheduler again for the same scheduled time.',
    });
  }

  async delay(receiptHandle: string, delayMs: number): Promise<void> {
    const seconds = Math.min(VISIBILITY_MAX_SECONDS, Math.ceil(delayMs / 1000));
    await this.#ask('Delaying a message', () =>
      this.#options.client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: this.#options.queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        }),
      ),
    );
  }

  async deadLetter(body: string, reason: DeadLetterReason): Promise<void> {
    await this.#ask('Sending a dead letter', () =>
      this.#options.client.send(
        new SendMessageCommand({
          QueueUrl: this.#options.deadLetterQueueUrl,
          MessageBody: body,
          MessageAttributes: reasonAttributes(reason),
        }),
      ),
    );
  }

  /**
   * Sends up to ten messages, again those that are refused for a passing reason. Returns the ones that SQS will never
   * take: they must not keep the others from being sent.
   */
  async #sendBatch(
    batch: readonly TableMessage[],
    onSent: (sent: readonly TableMessage[]) => Promise<void>,
    delaySeconds: number,
  ): Promise<readonly RefusedEntry[]> {
    const hopeless: RefusedEntry[] = [];
    let pending = batch;
    for (let attempt = 1; ; attempt += 1) {
      const refused = await this.#sendOnce(pending, delaySeconds);
      const refusedMessages = new Set(refused.map((entry) => entry.message));
      const sent = pending.filter((message) => !refusedMessages.has(message));
      if (sent.length > 0) await onSent(sent);
      hopeless.push(...refused.filter((entry) => entry.senderFault));
      const passing = refused.filter((entry) => !entry.senderFault);
      if (passing.length === 0) return hopeless;
      if (attempt === SEND_MAX_TRIES) {
        const tables = tablesOf(passing);
        throw new QueueError('MESSAGES_REFUSED', `SQS refused the messages of ${tables} after ${attempt} tries.`, {
          remedy: 'Start the scheduler again for the same scheduled time: it sends what is missing.',
        });
      }
      pending = passing.map((entry) => entry.message);
      await this.#options.clock.sleep(backoffMs(attempt, SEND_BACKOFF, this.#options.random));
    }
  }

  async #sendOnce(batch: readonly TableMessage[], delaySeconds: number): Promise<RefusedEntry[]> {
    const entries = batch.map((message, index) => ({
      Id: String(index),
      MessageBody: formatMessage(message),
      DelaySeconds: delaySeconds,
    }));
    const answer = await this.#ask('Sending messages', () =>
      this.#options.client.send(new SendMessageBatchCommand({ QueueUrl: this.#options.queueUrl, Entries: entries })),
    );
    const taken = new Set(answer.Successful?.map((entry) => entry.Id));
    const failed = new Map(answer.Failed?.map((entry) => [entry.Id, entry]));
    return batch.flatMap((message, index) => {
      if (taken.has(String(index))) return [];
      const entry = failed.get(String(index));
      return [{ message, code: entry?.Code ?? 'no answer', senderFault: entry?.SenderFault ?? false }];
    });
  }

  async #ask<T>(action: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      throw queueFailure(thrown, action);
    }
  }
}

function batchesOf(messages: readonly TableMessage[]): readonly (readonly TableMessage[])[] {
  return Array.from({ length: Math.ceil(messages.length / BATCH_MAX_ENTRIES) }, (_, index) =>
    messages.slice(index * BATCH_MAX_ENTRIES, (index + 1) * BATCH_MAX_ENTRIES),
  );
}

/** Works on all items, with a bound. After a failure nothing more begins, and what is under way comes to its end first. */
async function eachSettled<Item>(items: readonly Item[], limit: number, work: (item: Item) => Promise<void>) {
  const failures: unknown[] = [];
  await mapConcurrently(items, limit, async (item) => {
    if (failures.length === 0) await work(item).catch((thrown: unknown) => void failures.push(thrown));
  });
  if (failures.length > 0) throw failures[0];
}

function tablesOf(refused: readonly RefusedEntry[]): string {
  return refused.map(({ message, code }) => `${message.table} (${code})`).join(', ');
}

function assertSendable(message: TableMessage): void {
  const sizeBytes = Buffer.byteLength(formatMessage(message));
  if (sizeBytes <= MESSAGE_MAX_BYTES) return;
  throw new QueueError(
    'MESSAGE_TOO_LARGE',
    `The message of a table is ${sizeBytes} bytes; SQS takes ${MESSAGE_MAX_BYTES}.`,
    { retry: 'permanent', remedy: 'Shorten the table name in the configuration.' },
  );
}

function reasonAttributes(reason: DeadLetterReason): Record<string, MessageAttributeValue> {
  const texts: Record<string, string | undefined> = {
    error_code: reason.errorCode,
    error_message: reason.errorMessage,
    run_id: reason.message?.runId,
    source: reason.message?.source,
    table: reason.message?.table,
    attempts: String(reason.attempts),
  };
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const [name, text] of Object.entries(texts)) {
    const value = attributeText(text ?? '');
    if (value !== '') attributes[name] = { DataType: 'String', StringValue: value };
  }
  return attributes;
}

/**
 * SQS takes only the characters of XML 1.0 in attributes, and no empty ones.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
function attributeText(text: string): string {
  const allowed = text.toWellFormed().replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '?');
  return allowed.slice(0, ATTRIBUTE_MAX_CHARACTERS).toWellFormed();
}
