import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublishCommand } from '@aws-sdk/client-sns';
import { ChangeMessageVisibilityCommand, DeleteMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureAlertTopic, readMailbox } from '../../../../local/aws/mailbox.ts';
import { startQueueService } from '../../../../local/aws/queues.ts';
import { ensureQueues, findQueue } from '../../../../local/aws/source-queues.ts';
import { depth, localQueues, receive, until } from './local-queues.ts';

const settings = { visibilityTimeoutSeconds: 5400, maxReceiveCount: 2 };

describe('the queue service', () => {
  it('listens on the loopback interface only and frees its port', async () => {
    const service = await startQueueService();
    expect(new URL(service.endpoint).hostname).toBe('127.0.0.1');
    expect((await fetch(`${service.endpoint}/health`)).status).toBe(200);
    await service.close();
    await service.close();
    await expect(fetch(`${service.endpoint}/health`)).rejects.toThrow();
  });

  it('closes while a receive is waiting', async () => {
    const local = await localQueues();
    const { queueUrl } = await ensureQueues(local.sqs, 'shop', settings);
    const waiting = receive(local.sqs, queueUrl, 20).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await local.service.close();
    local.sqs.destroy();
    local.sns.destroy();
    // It would have found nothing had it been waited for.
    expect(await waiting).toBe('cut');
  });
});

describe('queues with a data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landfall-queues-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('come back on another port under their new address, with messages, topics and subscriptions', async () => {
    let topicArn: string;
    {
      await using first = await localQueues(folder);
      const { queueUrl } = await ensureQueues(first.sqs, 'shop', settings);
      topicArn = await ensureAlertTopic(first.sns, first.sqs);
      await first.sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: 'grüße',
          MessageAttributes: { code: { DataType: 'String', StringValue: 'X' } },
        }),
      );
    }
    await using second = await localQueues(folder);
    const queueUrl = await findQueue(second.sqs, 'landfall-local-shop');
    expect(queueUrl).toBe(`${second.service.endpoint}/000000000000/landfall-local-shop`);
    const [message] = await receive(second.sqs, queueUrl!);
    expect(message).toMatchObject({ Body: 'grüße', MessageAttributes: { code: { StringValue: 'X' } } });
    await second.sns.send(new PublishCommand({ TopicArn: topicArn, Subject: 'again', Message: 'm' }));
    expect(await readMailbox(second.sqs)).toMatchObject([{ subject: 'again' }]);
  });

  it('make messages in flight visible at the next start and keep their receive counts', async () => {
    {
      await using first = await localQueues(folder);
      const { queueUrl } = await ensureQueues(first.sqs, 'shop', { ...settings, maxReceiveCount: 5 });
      await first.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'held' }));
      expect(await receive(first.sqs, queueUrl)).toHaveLength(1);
      expect(await depth(first.sqs, queueUrl)).toEqual({ waiting: 0, inFlight: 1 });
    }
    await using second = await localQueues(folder);
    const queueUrl = (await findQueue(second.sqs, 'landfall-local-shop'))!;
    expect(await depth(second.sqs, queueUrl)).toEqual({ waiting: 1, inFlight: 0 });
    const [again] = await receive(second.sqs, queueUrl);
    expect(again).toMatchObject({ Body: 'held', Attributes: { ApproximateReceiveCount: '2' } });
  });

  it('put a message back at once when its visibility is changed to 0', async () => {
    await using local = await localQueues(folder);
    const { queueUrl } = await ensureQueues(local.sqs, 'shop', settings);
    await local.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: 'back' }));
    const [first] = await receive(local.sqs, queueUrl);
    await local.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: first!.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    const [second] = await receive(local.sqs, queueUrl);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
    await local.sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: second!.ReceiptHandle }));
    expect(await depth(local.sqs, queueUrl)).toEqual({ waiting: 0, inFlight: 0 });
  });

  it('keep a message that moved to the dead-letter queue', async () => {
    {
      await using first = await localQueues(folder);
      const queues = await ensureQueues(first.sqs, 'shop', { visibilityTimeoutSeconds: 1, maxReceiveCount: 1 });
      await first.sqs.send(new SendMessageCommand({ QueueUrl: queues.queueUrl, MessageBody: 'poison' }));
      expect(await receive(first.sqs, queues.queueUrl)).toHaveLength(1);
      await until(async () => {
        await receive(first.sqs, queues.queueUrl);
        return (await depth(first.sqs, queues.deadLetterQueueUrl)).waiting === 1;
      });
    }
    await using second = await localQueues(folder);
    const queueUrl = (await findQueue(second.sqs, 'landfall-local-shop-dlq'))!;
    expect(await receive(second.sqs, queueUrl)).toMatchObject([{ Body: 'poison' }]);
    expect(await depth(second.sqs, (await findQueue(second.sqs, 'landfall-local-shop'))!)).toEqual({
      waiting: 0,
      inFlight: 0,
    });
  });
});
