import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { DeadLetter, DeadLetterQueue } from './queue.ts';
import { queueFailure } from './sqs-failure.ts';

/** Long enough for SQS to ask all its servers, short enough for a person who waits. */
const WAIT_SECONDS = 1;

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

  async release(letter: DeadLetter): Promise<void> {
    await this.#ask('Releasing a dead letter', () =>
      this.#client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: this.#queueUrl,
          ReceiptHandle: letter.receiptHandle,
          VisibilityTimeout: 0,
        }),
      ),
    );
  }

  async delete(letter: DeadLetter): Promise<void> {
    await this.#ask('Deleting a dead letter', () =>
      this.#client.send(new DeleteMessageCommand({ QueueUrl: this.#queueUrl, ReceiptHandle: letter.receiptHandle })),
    );
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
