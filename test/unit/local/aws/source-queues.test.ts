import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ensureQueues, findQueue, queueNames } from '../../../../local/aws/source-queues.ts';
import { localQueues, receive } from './local-queues.ts';

describe('queue names', () => {
  it('keep a plain source name readable', () => {
    expect(queueNames('shop')).toEqual({ queue: 'landfall-shop', deadLetterQueue: 'landfall-shop-dlq' });
    expect(queueNames('Shop_eu-1')).toEqual({ queue: 'landfall-Shop_eu-1', deadLetterQueue: 'landfall-Shop_eu-1-dlq' });
  });

  it('encode what SQS refuses', () => {
    expect(queueNames('läden & co').queue).toMatch(/^landfall-l-den-co--[0-9a-f]{16}$/);
    expect(queueNames('日本').queue).toMatch(/^landfall---?-?[0-9a-f]{16}$/);
  });

  it.each(['mailbox', 'shop-dlq', 'a--0123456789abcdef'])('keep the source %s apart from other queues', (name) => {
    expect(queueNames(name).queue).not.toBe(`landfall-${name}`);
  });

  it('are valid and never shared, whatever the sources are called', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, maxLength: 100 }),
      fc.constantFrom('a', 'a-dlq', 'mailbox', 'a.b', 'a b'),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 8 }), (sources) => {
        const all = sources.flatMap((source) => Object.values(queueNames(source)));
        expect(new Set([...all, 'landfall-mailbox']).size).toBe(all.length + 1);
        for (const queue of all) expect(queue).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
      }),
    );
  });
});

describe('ensureQueues', () => {
  it('makes both queues with redrive, visibility and retention', async () => {
    await using local = await localQueues();
    const queues = await ensureQueues(local.sqs, 'shop', { visibilityTimeoutSeconds: 5400, maxReceiveCount: 4 });
    const { Attributes } = await local.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queues.queueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ VisibilityTimeout: '5400', MessageRetentionPeriod: '345600' });
    expect(JSON.parse(Attributes!.RedrivePolicy!)).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:landfall-shop-dlq',
      maxReceiveCount: 4,
    });
    expect(queues).toEqual({
      queueUrl: `${local.service.endpoint}/000000000000/landfall-shop`,
      queueArn: 'arn:aws:sqs:us-east-1:000000000000:landfall-shop',
      deadLetterQueueUrl: `${local.service.endpoint}/000000000000/landfall-shop-dlq`,
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
