import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ensureQueue, findQueue, MAILBOX_QUEUE, queueArnOf } from './source-queues.ts';

/** An email that a real topic would have sent. */
export interface Mail {
  /** Empty when the publisher gave none. */
  readonly subject: string;
  readonly body: string;
  readonly sentAt: Date;
}

/**
 * A local topic whose mails are kept in the queue `landfall-mailbox`.
 * @param configuredTopicArn the topic of the configuration; the local one takes over its name. The emulator has its own
 *   region and account, so publish to the ARN that is returned.
 */
export async function ensureAlertTopic(
  snsClient: SNSClient,
  sqsClient: SQSClient,
  configuredTopicArn?: string,
): Promise<string> {
  const { TopicArn: topicArn } = await snsClient.send(new CreateTopicCommand({ Name: topicName(configuredTopicArn) }));
  const mailboxUrl = await ensureQueue(sqsClient, MAILBOX_QUEUE);
  await snsClient.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: await queueArnOf(sqsClient, mailboxUrl),
    }),
  );
  return topicArn!;
}

function topicName(arn: string | undefined): string {
  const last = arn?.split(':').at(-1) ?? '';
  return last.replace(/\.fifo$/, '').replaceAll(/[^A-Za-z0-9_-]/g, '-') || 'landfall-alerts';
}

/** Takes every mail out of the mailbox, oldest first. */
export async function readMailbox(sqsClient: SQSClient): Promise<Mail[]> {
  const queueUrl = await findQueue(sqsClient, MAILBOX_QUEUE);
  const mails: Mail[] = [];
  if (queueUrl === undefined) return mails;
  for (;;) {
    const { Messages: messages = [] } = await sqsClient.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    );
    if (messages.length === 0) break;
    mails.push(...messages.map(mailOf));
    await sqsClient.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    );
  }
  return mails.sort((a, b) => a.sentAt.getTime() - b.sentAt.getTime());
}

/** The envelope: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
function mailOf({ Body }: Message): Mail {
  const envelope = JSON.parse(Body ?? '{}') as { Subject?: string; Message?: string; Timestamp?: string };
  return {
    subject: envelope.Subject ?? '',
    body: envelope.Message ?? '',
    sentAt: new Date(envelope.Timestamp ?? 0),
  };
}
