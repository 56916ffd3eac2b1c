import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { LOCAL_STAGE, queueNames } from '../../shared/config/resource-names.ts';
import { awsFailure, awsFailureKind } from '../../shared/core/aws-error.ts';

export interface SourceQueues {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly deadLetterQueueUrl: string;
}

export interface SourceQueueSettings {
  readonly visibilityTimeoutSeconds: number;
  /** After this many receives SQS itself moves a message to the dead-letter queue. */
  readonly maxReceiveCount: number;
}

/** 4 days for work and 14 for dead letters, whose age counts from the first send. */
const WORK_RETENTION_SECONDS = 4 * 86_400;
const DEAD_LETTER_RETENTION_SECONDS = 14 * 86_400;

export const MAILBOX_QUEUE = 'landfall-mailbox';

/**
 * Makes a source's queue and its dead-letter queue, or brings existing ones up to these settings; messages in them
 * stay.
 * @throws the SDK's errors when the service refuses or does not answer.
 */
export async function ensureQueues(
  client: SQSClient,
  sourceName: string,
  settings: SourceQueueSettings,
): Promise<SourceQueues> {
  const names = queueNames(LOCAL_STAGE, sourceName);
  const deadLetterQueueUrl = await ensureQueue(client, names.deadLetterQueue, {
    MessageRetentionPeriod: String(DEAD_LETTER_RETENTION_SECONDS),
  });
  const queueUrl = await ensureQueue(client, names.queue, {
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    MessageRetentionPeriod: String(WORK_RETENTION_SECONDS),
    RedrivePolicy: JSON.stringify({
      deadLetterTargetArn: await queueArnOf(client, deadLetterQueueUrl),
      maxReceiveCount: settings.maxReceiveCount,
    }),
  });
  return { queueUrl, queueArn: await queueArnOf(client, queueUrl), deadLetterQueueUrl };
}

/** CreateQueue refuses an existing queue with other attributes, so that one is found by name and updated. */
export async function ensureQueue(
  client: SQSClient,
  name: string,
  attributes: Record<string, string> = {},
): Promise<string> {
  const existing = await findQueue(client, name);
  if (existing === undefined) {
    const created = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
    return created.QueueUrl!;
  }
  if (Object.keys(attributes).length > 0) {
    await client.send(new SetQueueAttributesCommand({ QueueUrl: existing, Attributes: attributes }));
  }
  return existing;
}

export async function findQueue(client: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (thrown) {
    if (awsFailureKind(awsFailure(thrown)) === 'missing') return undefined;
    throw thrown;
  }
}

export async function queueArnOf(client: SQSClient, queueUrl: string): Promise<string> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  return Attributes!.QueueArn!;
}
