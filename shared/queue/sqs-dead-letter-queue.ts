import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { QueueError } from '../core/errors.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import type { DeadLetter, DeadLetterQueue } from './queue.ts';
import { queueFailure } from './sqs-failure.ts';

/** Long enough for SQS to ask all its servers, short enough for a person who waits. */
const WAIT_SECONDS = 1;

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html */
const BATCH_MAX_ENTRIES = 10;
const BATCHES_AT_ONCE = 8;

interface BatchEntry {
  readonly Id: string;
  readonly ReceiptHandle: string;
}

export class SqsDeadLetterQueue implements DeadLetterQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  async receive(hideSeconds: number): Promise<readonly DeadLetter[]> {
    const answer = await this.#ask('Receiving dead letters', () =>
      this.#client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#queueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: hideSeconds,
          WaitTimeSeconds: WAIT_SECONDS,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      ),
    );
    return (answer.Messages ?? []).map(deadLetterOf);
  }

  async hide(letters: readonly DeadLetter[], seconds: number): Promise<void> {
    await this.#inBatches(letters, async (batch) => {
      const entries = batch.map((entry) => ({ ...entry, VisibilityTimeout: seconds }));
      await this.#ask('Hiding dead letters', () =>
        this.#client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#queueUrl, Entries: entries })),
      );
    });
  }

  async release(letters: readonly DeadLetter[]): Promise<void> {
    await this.hide(letters, 0);
  }

  async delete(letters: readonly DeadLetter[]): Promise<void> {
    await this.#inBatches(letters, async (batch) => {
      const { Failed: failed = [] } = await this.#ask('Deleting dead letters', () =>
        this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries: batch })),
      );
      if (failed.length === 0) return;
      const reason = `${failed[0]?.Code ?? 'no code'}: ${failed[0]?.Message ?? 'no message'}`;
      throw new QueueError('QUEUE_UNAVAILABLE', `SQS did not delete ${failed.length} dead letters (${reason}).`);
    });
  }

  async #inBatches(letters: readonly DeadLetter[], work: (batch: BatchEntry[]) => Promise<void>): Promise<void> {
    const entries = letters.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
    const batches = Array.from({ length: Math.ceil(entries.length / BATCH_MAX_ENTRIES) }, (_, index) =>
      entries.slice(index * BATCH_MAX_ENTRIES, (index + 1) * BATCH_MAX_ENTRIES),
    );
    await mapConcurrently(batches, BATCHES_AT_ONCE, work);
  }

  async #ask<T>(action: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      throw queueFailure(thrown, action);
    }
  }
}

function deadLetterOf(message: Message): DeadLetter {
  const attribute = (name: string) => message.MessageAttributes?.[name]?.StringValue;
  const attempts = Number(attribute('attempts'));
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    errorCode: attribute('error_code'),
    errorMessage: attribute('error_message'),
    attempts: Number.isInteger(attempts) ? attempts : undefined,
    sentAtMs: Number(message.Attributes?.SentTimestamp ?? 0),
  };
}
