import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { ensureQueues, findQueue } from '../../../../local/aws/source-queues.ts';
import { localQueues, receive } from './local-queues.ts';

describe('ensureQueues', () => {
  it('makes both queues with redrive, visibility and retention', async () => {
    await using local = await localQueues();
    const queues = await ensureQueues(local.sqs, 'shop', { visibilityTimeoutSeconds: 5400, maxReceiveCount: 4 });
    const { Attributes } = await local.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queues.queueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ VisibilityTimeout: '5400', MessageRetentionPeriod: '345600' });
    expect(JSON.parse(Attributes!.RedrivePolicy!)).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:landfall-local-shop-dlq',
      maxReceiveCount: 4,
    });
    expect(queues).toEqual({
      queueUrl: `${local.service.endpoint}/000000000000/landfall-local-shop`,
      queueArn: 'arn:aws:sqs:us-east-1:000000000000:landfall-local-shop',
      deadLetterQueueUrl: `${local.service.endpoint}/000000000000/landfall-local-shop-dlq`,
    });
  });

  it('updates existing queues and keeps their messages', async () => {
    await using local = await localQueues();
    const first = await ensureQueues(local.sqs, 'shop', { visibilityTimeoutSeconds: 60, maxReceiveCount: 4 });
    await local.sqs.send(new SendMessageCommand({ QueueUrl: first.queueUrl, MessageBody: 'kept' }));
    const second = await ensureQueues(local.sqs, 'shop', { visibilityTimeoutSeconds: 90, maxReceiveCount: 2 });
    expect(second).toEqual(first);
    const { Attributes } = await local.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: first.queueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes?.VisibilityTimeout).toBe('90');
    expect(JSON.parse(Attributes!.RedrivePolicy!).maxReceiveCount).toBe(2);
    expect((await receive(local.sqs, first.queueUrl)).map(({ Body }) => Body)).toEqual(['kept']);
  });

  it('finds no queue that is not there', async () => {
    await using local = await localQueues();
    expect(await findQueue(local.sqs, 'landfall-nobody')).toBeUndefined();
  });
});
