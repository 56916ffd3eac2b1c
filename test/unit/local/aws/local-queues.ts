import { SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localClientConfig } from '../../../../local/aws/local-client.ts';
import { type QueueService, startQueueService } from '../../../../local/aws/queues.ts';

export interface LocalQueues extends AsyncDisposable {
  readonly service: QueueService;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
}

/** A queue service with clients; `await using` ends them all. */
export async function localQueues(dataFolder?: string): Promise<LocalQueues> {
  const service = await startQueueService(dataFolder === undefined ? {} : { dataFolder });
  const sqs = new SQSClient(localClientConfig(service.endpoint));
  const sns = new SNSClient(localClientConfig(service.endpoint));
  return {
    service,
    sqs,
    sns,
    async [Symbol.asyncDispose]() {
      sqs.destroy();
      sns.destroy();
      await service.close();
    },
  };
}

export async function receive(sqs: SQSClient, queueUrl: string, waitSeconds = 0): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages;
}

/** Messages waiting, and messages in flight. */
export async function depth(sqs: SQSClient, queueUrl: string): Promise<{ waiting: number; inFlight: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  return {
    waiting: Number(Attributes.ApproximateNumberOfMessages),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
  };
}

/** Waits until the condition holds; fails loudly after `timeoutMs`. */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 120_000): Promise<void> {
  const endsAt = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > endsAt) throw new Error(`the condition did not hold within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
