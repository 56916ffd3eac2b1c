import { setTimeout } from 'node:timers/promises';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

const POLL_MS = 150;

/**
 * Waits until a queue has no message left: waiting, delayed or being worked on.
 * @throws the signal's reason when it aborts first.
 */
export async function queueDrained(client: SQSClient, queueUrl: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { Attributes: depth = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    if (Object.values(depth).every((count) => Number(count) === 0)) return;
    await setTimeout(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
