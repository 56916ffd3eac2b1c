import { SQSClient } from '@aws-sdk/client-sqs';
import type { Calls, Turn } from '../world/calls.ts';
import type { CallFault } from '../world/faults.ts';
import type { Life } from '../world/life.ts';
import type { MessageQueue, QueuedMessage } from './message-queue.ts';
import {
  answeringClient,
  type Command,
  doneTwice,
  losingAnswer,
  operationOf,
  refusing,
  requestAborted,
  serviceError,
} from './service-error.ts';

interface BatchEntry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

interface SqsInput {
  readonly QueueUrl?: string;
  readonly MessageBody?: string;
  readonly MessageAttributes?: QueuedMessage['attributes'];
  readonly DelaySeconds?: number;
  readonly Entries?: readonly BatchEntry[];
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly ReceiptHandle?: string;
}

/** All queues of the world, as the SQS clients of all programs see them. The URL of a queue is its name. */
export class SimSqs {
  readonly #queues: ReadonlyMap<string, MessageQueue>;
  readonly #calls: Calls;

  constructor(queues: readonly MessageQueue[], calls: Calls) {
    this.#queues = new Map(queues.map((queue) => [queue.name, queue]));
    this.#calls = calls;
  }

  client(life: Life): SQSClient {
    return answeringClient(SQSClient, (command, options) => this.#send(life, command, options?.abortSignal));
  }

  #send(life: Life, command: Command, signal: AbortSignal | undefined): Promise<unknown> {
    const operation = operationOf(command);
    const input = command.input as SqsInput;
    const key = input.QueueUrl ?? '';
    const effect = () => this.#answer(operation, this.#queue(key), input);
    return this.#calls.make(life, {
      site: { service: 'sqs', operation, key },
      effect,
      bend: (fault) => this.#bend(fault, effect, input),
      signal,
      interrupted: requestAborted,
    });
  }

  #bend(fault: CallFault, effect: () => unknown, input: SqsInput): Turn<unknown> {
    switch (fault) {
      case 'sqs-unavailable':
      case 'dead-letter-refused':
        return refusing(serviceError('ServiceUnavailable', 503, 'The request failed.'));
      case 'sqs-answer-lost':
        return losingAnswer(effect);
      case 'sqs-sent-twice':
        return doneTwice(effect);
      case 'sqs-partial-batch':
        return { effect: () => partialBatch(this.#queue(input.QueueUrl ?? ''), input.Entries ?? []) };
      default:
        return {};
    }
  }

  #queue(url: string): MessageQueue {
    const queue = this.#queues.get(url);
    if (queue === undefined) throw serviceError('QueueDoesNotExist', 400, 'The specified queue does not exist.');
    return queue;
  }

  #answer(operation: string, queue: MessageQueue, input: SqsInput): unknown {
    const { ReceiptHandle: receipt = '' } = input;
    switch (operation) {
      case 'SendMessage':
        return { MessageId: queue.send(input.MessageBody ?? '', input.MessageAttributes, input.DelaySeconds) };
      case 'SendMessageBatch':
        return { Successful: (input.Entries ?? []).map((entry) => sendEntry(queue, entry)), Failed: [] };
      case 'ReceiveMessage': {
        const taken = queue.receive(input.MaxNumberOfMessages ?? 1, input.VisibilityTimeout ?? 30);
        return { Messages: taken.map(messageOf) };
      }
      case 'ChangeMessageVisibility':
        queue.hide(receipt, input.VisibilityTimeout ?? 0);
        return {};
      case 'ChangeMessageVisibilityBatch':
        return ofEntries(input, ({ ReceiptHandle = '', VisibilityTimeout = 0 }) => {
          queue.hide(ReceiptHandle, VisibilityTimeout);
        });
      case 'DeleteMessage':
        queue.delete(receipt);
        return {};
      case 'DeleteMessageBatch':
        return ofEntries(input, ({ ReceiptHandle = '' }) => queue.delete(ReceiptHandle));
      default:
        throw new Error(`The simulated SQS knows no ${operation}.`);
    }
  }
}

/** An entry that the queue refuses fails alone. */
function ofEntries({ Entries: entries = [] }: SqsInput, work: (entry: BatchEntry) => void): unknown {
  const failed: { readonly Id: string; readonly Code: string; readonly SenderFault: boolean }[] = [];
  for (const entry of entries) {
    try {
      work(entry);
    } catch (thrown) {
      failed.push({ Id: entry.Id, Code: (thrown as Error).name, SenderFault: true });
    }
  }
  const failedIds = new Set(failed.map(({ Id }) => Id));
  return { Successful: entries.filter(({ Id }) => !failedIds.has(Id)).map(({ Id }) => ({ Id })), Failed: failed };
}

/** Takes every second entry; of the others it refuses one and is silent about the next. */
function partialBatch(queue: MessageQueue, entries: readonly BatchEntry[]): unknown {
  const taken = entries.filter((_, index) => index % 2 === 1);
  const refused = entries.filter((_, index) => index % 4 === 0);
  return {
    Successful: taken.map((entry) => sendEntry(queue, entry)),
    Failed: refused.map(({ Id }) => ({ Id, Code: 'ServiceUnavailable', SenderFault: false })),
  };
}

function sendEntry(queue: MessageQueue, entry: BatchEntry): unknown {
  return { Id: entry.Id, MessageId: queue.send(entry.MessageBody, {}, entry.DelaySeconds) };
}

function messageOf(message: QueuedMessage): unknown {
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MessageAttributes: message.attributes,
    Attributes: {
      SentTimestamp: String(message.sentAtMs),
      ApproximateReceiveCount: String(message.receives),
    },
  };
}
