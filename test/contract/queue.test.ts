import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseMessage, type TableMessage } from '../../shared/core/message.ts';
import { SqsTableQueue } from '../../shared/queue/sqs-table-queue.ts';
import { depth, receive } from '../unit/local/aws/local-queues.ts';
import {
  message,
  messages,
  type QueueRig,
  type Refusal,
  refuseEntries,
  startQueueRig,
} from '../unit/queue/queue-rig.ts';

let rig: QueueRig;
beforeEach(async () => {
  rig = await startQueueRig();
});
afterEach(async () => {
  await rig.close();
});

const busy: Refusal = { Code: 'InternalError', SenderFault: false };
const wrong: Refusal = { Code: 'InvalidMessageContents', SenderFault: true };

/** Everything in the queue, as messages. */
async function waiting(): Promise<TableMessage[]> {
  const found: TableMessage[] = [];
  for (;;) {
    const received = await receive(rig.local.sqs, rig.urls.queueUrl);
    if (received.length === 0) return found;
    found.push(...received.map(({ Body }) => parseMessage(Body!)));
  }
}

async function waitingTables(): Promise<string[]> {
  return (await waiting()).map(({ table }) => table).sort();
}

const byNumber = (a: number, b: number) => a - b;

async function send(sending: readonly TableMessage[]): Promise<string[][]> {
  const told: string[][] = [];
  await rig.queue.send(sending, async (sent) => void told.push(sent.map(({ table }) => table)));
  return told;
}

describe('sending', () => {
  it('takes any number of messages, ten at a time, and tells of each batch', async () => {
    const told = await send(messages(25));
    expect(told.map((batch) => batch.length).toSorted(byNumber)).toEqual([5, 10, 10]);
    expect(told.flat().toSorted()).toEqual(
      messages(25)
        .map(({ table }) => table)
        .toSorted(),
    );
    const found = await waiting();
    expect(found).toHaveLength(25);
    expect(new Set(found.map(({ table }) => table)).size).toBe(25);
    expect(found).toContainEqual(message('t24'));
  });

  it('of nothing asks for nothing', async () => {
    const batches = refuseEntries(rig.local.sqs, () => wrong);
    expect(await send([])).toEqual([]);
    expect(batches).toEqual([]);
  });

  it('carries any name a table may have', async () => {
    const tables = ['größe 注文 🚢', `it's "q" \\ / %`, '<a&b>', '\uFFFE\uFFFF', '\t\n\r'];
    await send(tables.map(message));
    expect(await waitingTables()).toEqual(tables.sort());
  });

  it('sends what was refused for a passing reason again, and only that', async () => {
    const stubborn = new Map([
      ['t3', 1],
      ['t7', 2],
      ['t12', 1],
    ]);
    const batches = refuseEntries(rig.local.sqs, (table) => {
      const left = stubborn.get(table) ?? 0;
      stubborn.set(table, left - 1);
      return left > 0 ? busy : undefined;
    });
    const told = await send(messages(13));
    const first = messages(10).map(({ table }) => table);
    expect(batches.filter((batch) => first.includes(batch[0]!))).toEqual([first, ['t3', 't7'], ['t7']]);
    expect(batches.filter((batch) => !first.includes(batch[0]!))).toEqual([['t10', 't11', 't12'], ['t12']]);
    expect(told.map((batch) => batch.length).toSorted(byNumber)).toEqual([1, 1, 1, 2, 8]);
    expect(await waitingTables()).toEqual(
      messages(13)
        .map(({ table }) => table)
        .sort(),
    );
    expect(rig.sleptMs.toSorted(byNumber)).toEqual([100, 100, 200]);
  });

  it('takes an entry that the answer does not mention for refused', async () => {
    const batches = refuseEntries(rig.local.sqs, (table, batch) =>
      table === 't1' && batch === 1 ? 'lost' : undefined,
    );
    await send(messages(2));
    expect(batches).toEqual([['t0', 't1'], ['t1']]);
    expect(await waitingTables()).toEqual(['t0', 't1']);
  });

  it('gives up on what is refused again and again, having told of all that was taken', async () => {
    const batches = refuseEntries(rig.local.sqs, (table) => (table === 't1' || table === 't2' ? busy : undefined));
    const told: string[] = [];
    const sent = rig.queue.send(messages(4), async (taken) => void told.push(...taken.map(({ table }) => table)));
    await expect(sent).rejects.toMatchObject({
      name: 'QueueError',
      code: 'MESSAGES_REFUSED',
      retry: 'transient',
      message: 'SQS refused the messages of t1 (InternalError), t2 (InternalError) after 6 tries.',
      remedy: expect.stringContaining('Start the scheduler again'),
    });
    expect(batches).toHaveLength(6);
    expect(rig.sleptMs).toEqual([100, 200, 400, 800, 1_600]);
    expect(told).toEqual(['t0', 't3']);
  });

  it('does not try a message again that is refused for what it is, and sends all others', async () => {
    const batches = refuseEntries(rig.local.sqs, (table, batch) => {
      if (table === 't1') return wrong;
      return table === 't2' && batch === 1 ? busy : undefined;
    });
    const told: string[] = [];
    const sent = rig.queue.send(messages(12), async (taken) => void told.push(...taken.map(({ table }) => table)));
    await expect(sent).rejects.toMatchObject({
      name: 'QueueError',
      code: 'MESSAGES_REFUSED',
      retry: 'permanent',
      message: 'SQS refused the messages of t1 (InvalidMessageContents) for good.',
    });
    expect(batches.flat().filter((table) => table === 't1')).toHaveLength(1);
    const others = messages(12)
      .map(({ table }) => table)
      .filter((table) => table !== 't1');
    expect(told.toSorted()).toEqual(others.toSorted());
    expect(await waitingTables()).toEqual(others.toSorted());
  });

  it('refuses a message beyond the limit of SQS before any is sent', async () => {
    const batches = refuseEntries(rig.local.sqs, () => undefined);
    const tooLarge = message('ü'.repeat(600_000));
    await expect(send([message('fits'), tooLarge])).rejects.toMatchObject({
      name: 'QueueError',
      code: 'MESSAGE_TOO_LARGE',
      retry: 'permanent',
      message: expect.stringMatching(/^The message of a table is 1200\d{3} bytes; SQS takes 1048576\.$/),
    });
    expect(batches).toEqual([]);
  });

  it('hides messages for the delay that is asked for, in whole seconds', async () => {
    const startedAtMs = performance.now();
    await rig.queue.send(messages(2), undefined, 1_600);
    const [first] = await receive(rig.local.sqs, rig.urls.queueUrl, 20);
    expect(first?.Attributes?.ApproximateReceiveCount).toBe('1');
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(1_900);
  });

  it('hides no message for longer than SQS allows', async () => {
    await rig.queue.send(messages(11), undefined, 86_400_000);
    const { Attributes = {} } = await rig.local.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: rig.urls.queueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes.ApproximateNumberOfMessagesDelayed).toBe('11');
    expect(await receive(rig.local.sqs, rig.urls.queueUrl)).toEqual([]);
  });

  it('sends again with the delay what was refused for a passing reason', async () => {
    const batches = refuseEntries(rig.local.sqs, (_, batch) => (batch === 1 ? busy : undefined));
    await rig.queue.send(messages(1), undefined, 60_000);
    expect(batches).toEqual([['t0'], ['t0']]);
    expect(await waiting()).toEqual([]);
  });

  it('has ten batches on their way at the most', async () => {
    let [underWay, most] = [0, 0];
    rig.local.sqs.middlewareStack.add(
      (next) => async (args) => {
        underWay += 1;
        most = Math.max(most, underWay);
        return await next(args).finally(() => {
          underWay -= 1;
        });
      },
      { step: 'initialize' },
    );
    await send(messages(250));
    expect([underWay, most]).toEqual([0, 10]);
  });

  it('passes on what the caller throws when it is told, once nothing is on its way any more', async () => {
    const full = new Error('the note was not taken');
    let told = 0;
    const sent = rig.queue.send(messages(250), async () => {
      told += 1;
      await Promise.reject(full);
    });
    await expect(sent).rejects.toBe(full);
    expect([told, (await waiting()).length]).toEqual([10, 100]);
    expect(told).toBe(10);
  });

  it('to a queue that is gone is permanent, to one that does not answer transient', async () => {
    const { sqs } = rig.local;
    const options = { client: sqs, clock: { now: () => 0, sleep: async () => undefined }, random: () => 0 };
    const gone = new SqsTableQueue({ ...options, queueUrl: `${rig.urls.queueUrl}-gone`, deadLetterQueueUrl: 'none' });
    await expect(gone.send(messages(1), async () => undefined)).rejects.toMatchObject({
      name: 'QueueError',
      code: 'QUEUE_NOT_FOUND',
      retry: 'permanent',
      message: expect.stringContaining('Sending messages failed: '),
    });
    await rig.local.service.close();
    await expect(send(messages(1))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE', retry: 'transient' });
  });
});

describe('delaying', () => {
  it('shows a received message again after the delay instead of after its visibility', async () => {
    await send([message('orders')]);
    const [first] = await receive(rig.local.sqs, rig.urls.queueUrl);
    expect(await receive(rig.local.sqs, rig.urls.queueUrl)).toEqual([]);
    const startedAtMs = performance.now();
    await rig.queue.delay(first!.ReceiptHandle!, 1_600);
    const [again] = await receive(rig.local.sqs, rig.urls.queueUrl, 20);
    expect(again?.MessageId).toBe(first!.MessageId);
    expect(again?.Attributes?.ApproximateReceiveCount).toBe('2');
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(1_900);
  });

  it('of nothing shows it at once', async () => {
    await send([message('orders')]);
    const [first] = await receive(rig.local.sqs, rig.urls.queueUrl);
    await rig.queue.delay(first!.ReceiptHandle!, 0);
    expect(await receive(rig.local.sqs, rig.urls.queueUrl)).toHaveLength(1);
  });

  it('stays within what SQS allows', async () => {
    await send([message('orders')]);
    const [first] = await receive(rig.local.sqs, rig.urls.queueUrl);
    await rig.queue.delay(first!.ReceiptHandle!, 30 * 86_400_000);
    expect(await depth(rig.local.sqs, rig.urls.queueUrl)).toEqual({ waiting: 0, inFlight: 1 });
  });

  it('of a message that is not there is a QueueError', async () => {
    await expect(rig.queue.delay('no-such-handle', 1_000)).rejects.toMatchObject({ name: 'QueueError' });
  });
});
