import {
  SendMessageBatchCommand,
  type SendMessageBatchCommandInput,
  type SendMessageBatchCommandOutput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { ensureQueues, type SourceQueues } from '../../../local/aws/source-queues.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import { firstMessage, parseMessage, type TableMessage } from '../../../shared/core/message.ts';
import { SqsDeadLetterQueue } from '../../../shared/queue/sqs-dead-letter-queue.ts';
import { SqsTableQueue } from '../../../shared/queue/sqs-table-queue.ts';
import { type LocalQueues, localQueues } from '../local/aws/local-queues.ts';

export interface QueueRig {
  readonly local: LocalQueues;
  readonly urls: SourceQueues;
  readonly queue: SqsTableQueue;
  readonly deadLetters: SqsDeadLetterQueue;
  /** Waits between tries, in milliseconds; none is really waited for. */
  readonly sleptMs: number[];
  close(): Promise<void>;
}

export async function startQueueRig(): Promise<QueueRig> {
  const local = await localQueues();
  const urls = await ensureQueues(local.sqs, 'shop', { visibilityTimeoutSeconds: 60, maxReceiveCount: 5 });
  const sleptMs: number[] = [];
  const clock: Clock = {
    now: () => 0,
    sleep: async (ms) => {
      sleptMs.push(ms);
    },
  };
  return {
    local,
    urls,
    sleptMs,
    queue: new SqsTableQueue({ client: local.sqs, ...urls, clock, random: () => 0 }),
    deadLetters: new SqsDeadLetterQueue(local.sqs, urls.deadLetterQueueUrl),
    close: async () => {
      await local[Symbol.asyncDispose]();
    },
  };
}

export function messages(count: number): TableMessage[] {
  return Array.from({ length: count }, (_, index) => message(`t${index}`));
}

export function message(table: string): TableMessage {
  return firstMessage('shop', '20261122T030000Z', table);
}

export interface Refusal {
  readonly Code: string;
  readonly SenderFault: boolean;
}

/**
 * Refuses entries of batches as SQS does: the others of the batch are sent for real. A refusal of `lost` leaves the
 * entry out of the answer altogether. Returns the tables of each batch as they were asked for.
 */
export function refuseEntries(
  client: SQSClient,
  decide: (table: string, batch: number) => Refusal | 'lost' | undefined,
): string[][] {
  const batches: string[][] = [];
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== SendMessageBatchCommand.name) return next(args);
      const input = args.input as SendMessageBatchCommandInput;
      const entries = (input.Entries ?? []).map((entry) => ({ entry, table: parseMessage(entry.MessageBody!).table }));
      batches.push(entries.map(({ table }) => table));
      const refused = entries.map(({ entry, table }) => ({ Id: entry.Id!, refusal: decide(table, batches.length) }));
      const taken = entries.filter((_, index) => refused[index]!.refusal === undefined).map(({ entry }) => entry);
      const answer =
        taken.length === 0 ? undefined : await next({ ...args, input: { ...input, Entries: taken } as never });
      const output = (answer?.output ?? { $metadata: {} }) as SendMessageBatchCommandOutput;
      output.Failed = refused.flatMap(({ Id, refusal }) =>
        refusal === undefined || refusal === 'lost' ? [] : [{ Id, ...refusal }],
      );
      return { response: answer?.response ?? {}, output };
    },
    { step: 'initialize', name: 'refuseEntries' },
  );
  return batches;
}
