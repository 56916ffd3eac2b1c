import { ChangeMessageVisibilityCommand, type ChangeMessageVisibilityCommandInput } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import type { InvocationOutcome } from '../../../../local/aws/invocation.ts';
import { ensureQueues } from '../../../../local/aws/source-queues.ts';
import { depth, receive, until } from './local-queues.ts';
import { aroundEachTest, gone, local, map, only, queues, send, settings } from './mapping-fixture.ts';

aroundEachTest();

/** What a handler of ours does for a retryable failure: fail the message and shorten its visibility. */
async function retryNow(record: SQSRecord) {
  await local.sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queues.queueUrl,
      ReceiptHandle: record.receiptHandle,
      VisibilityTimeout: 0,
    }),
  );
  return { batchItemFailures: [{ itemIdentifier: record.messageId }] };
}

describe('the event source mapping', () => {
  it('gives each message to the function as Lambda does, and deletes it after success', async () => {
    const records: SQSRecord[] = [];
    const remaining: number[] = [];
    map(async (event, context) => {
      records.push(only(event));
      remaining.push(context.getRemainingTimeInMillis());
    });
    await send('one');
    await send('two');
    await until(async () => records.length === 2 && (await depth(local.sqs, queues.queueUrl)).inFlight === 0);
    expect(await depth(local.sqs, queues.queueUrl)).toEqual(gone);
    expect(records.map(({ body }) => body).sort()).toEqual(['one', 'two']);
    expect(records[0]).toMatchObject({
      eventSource: 'aws:sqs',
      eventSourceARN: queues.queueArn,
      awsRegion: 'us-east-1',
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: { kind: { stringValue: 'table', dataType: 'String' } },
    });
    expect(Number(records[0]!.attributes.SentTimestamp)).toBeGreaterThan(Date.now() - 60_000);
    expect(Number(records[0]!.attributes.ApproximateFirstReceiveTimestamp)).toBeGreaterThan(Date.now() - 60_000);
    expect(records[0]!.md5OfBody).toMatch(/^[0-9a-f]{32}$/);
    expect(remaining[0]).toBeGreaterThan(500_000);
    expect(remaining[0]).toBeLessThanOrEqual(600_000);
  });

  it('redelivers a message that is reported failed, and dead-letters it after maxReceiveCount', async () => {
    const counts: string[] = [];
    const outcomes: string[] = [];
    map(
      async (event) => {
        const record = only(event);
        if (record.body === 'good') return { batchItemFailures: [] };
        counts.push(record.attributes.ApproximateReceiveCount);
        return retryNow(record);
      },
      { onInvocation: ({ kind }) => outcomes.push(kind) },
    );
    await send('bad');
    await send('good');
    await until(async () => (await depth(local.sqs, queues.deadLetterQueueUrl)).waiting === 1);
    expect(counts).toEqual(['1', '2', '3']);
    expect(outcomes.sort()).toEqual(['reported-failed', 'reported-failed', 'reported-failed', 'succeeded']);
    expect(await depth(local.sqs, queues.queueUrl)).toEqual(gone);
    expect(await receive(local.sqs, queues.deadLetterQueueUrl)).toMatchObject([{ Body: 'bad' }]);
  });

  it('leaves the visibility as the function set it', async () => {
    let seen = 0;
    map(async (event) => {
      const record = only(event);
      seen += 1;
      if (seen === 2) return undefined;
      await local.sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queues.queueUrl,
          ReceiptHandle: record.receiptHandle,
          VisibilityTimeout: 1,
        }),
      );
      return { batchItemFailures: [{ itemIdentifier: record.messageId }] };
    });
    const before = Date.now();
    await send('later');
    await until(() => seen === 2);
    expect(Date.now() - before).toBeGreaterThanOrEqual(950);
  });

  it('keeps the message of a function that throws until its visibility ends', async () => {
    const outcomes: InvocationOutcome[] = [];
    map(
      async () => {
        throw new Error('boom');
      },
      { onInvocation: (outcome) => outcomes.push(outcome), visibilityTimeoutSeconds: 1 },
    );
    await send('thrown');
    await until(() => outcomes.length >= 2);
    expect(outcomes[0]).toMatchObject({ kind: 'threw', error: { message: 'boom' } });
    await until(async () => (await depth(local.sqs, queues.deadLetterQueueUrl)).waiting === 1);
    expect(outcomes).toHaveLength(settings.maxReceiveCount);
  });

  it('counts an invocation that runs out of time as failed and goes on', async () => {
    const outcomes: string[] = [];
    map(async (event) => (only(event).body === 'slow' ? new Promise<void>(() => {}) : undefined), {
      functionTimeoutMs: 100,
      maximumConcurrency: 1,
      onInvocation: ({ kind }) => outcomes.push(kind),
    });
    await send('slow');
    await until(() => outcomes.length === 1);
    await send('quick');
    await until(() => outcomes.length === 2);
    expect(outcomes).toEqual(['timed-out', 'succeeded']);
    await until(async () => (await depth(local.sqs, queues.queueUrl)).inFlight === 1);
  });

  it('never runs more than the maximum concurrency, and reaches it', async () => {
    let running = 0;
    let most = 0;
    let done = 0;
    map(
      async () => {
        running += 1;
        most = Math.max(most, running);
        await until(() => most === 3);
        await new Promise((resolve) => setTimeout(resolve, 40));
        running -= 1;
        done += 1;
      },
      { maximumConcurrency: 3 },
    );
    await Promise.all(Array.from({ length: 12 }, (_, index) => send(`m${index}`)));
    await until(() => done === 12);
    expect(most).toBe(3);
  });

  it('serves several queues beside each other', async () => {
    const other = await ensureQueues(local.sqs, 'stock', settings);
    const seen: string[] = [];
    map(async (event) => void seen.push(`shop ${only(event).body}`));
    map(async (event) => void seen.push(`${only(event).eventSourceARN.split(':').at(-1)} ${only(event).body}`), other);
    await send('a');
    await send('b', other.queueUrl);
    await until(() => seen.length === 2);
    expect(seen.sort()).toEqual(['landfall-local-stock b', 'shop a']);
  });
});

describe('the heartbeat', () => {
  it('hides a message anew for its whole visibility time-out, again and again while its function runs', async () => {
    const hidden: (number | undefined)[] = [];
    local.sqs.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          const { VisibilityTimeout } = args.input as ChangeMessageVisibilityCommandInput;
          if (commandName === 'ChangeMessageVisibilityCommand') hidden.push(VisibilityTimeout);
          return answer;
        },
      { step: 'initialize' },
    );
    const deliveries: string[] = [];
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    map(
      async (event) => {
        deliveries.push(only(event).body);
        await ended;
      },
      { visibilityTimeoutSeconds: 60, heartbeatSeconds: 1 },
    );
    await send('long');
    await until(() => hidden.length === 3);
    expect([deliveries, hidden]).toEqual([['long'], [60, 60, 60]]);
    end();
    await until(async () => (await depth(local.sqs, queues.queueUrl)).inFlight === 0);
    expect(deliveries).toHaveLength(1);
  });
});
