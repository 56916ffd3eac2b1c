import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureQueues, type SourceQueues } from '../../../local/aws/source-queues.ts';
import { QueueError } from '../../../shared/core/errors.ts';
import { firstMessage, formatMessage, parseMessage, type TableMessage } from '../../../shared/core/message.ts';
import { type ReplayFilter, replayDeadLetters } from '../../../shared/flow/replay-dead-letters.ts';
import { systemClock } from '../../../shared/lambda/system-clock.ts';
import type { DeadLetterQueue, TableQueue } from '../../../shared/queue/queue.ts';
import { SqsDeadLetterQueue } from '../../../shared/queue/sqs-dead-letter-queue.ts';
import { SqsTableQueue } from '../../../shared/queue/sqs-table-queue.ts';
import { type LocalQueues, localQueues, receive } from '../../unit/local/aws/local-queues.ts';

const RUNS = ['20261122T030000Z', '20261123T030000Z'] as const;
const all: ReplayFilter = { tables: [], runs: [] };

let local: LocalQueues;
let queues: SourceQueues;
let deadLetters: SqsDeadLetterQueue;
let queue: SqsTableQueue;
let sources = 0;

beforeAll(async () => {
  local = await localQueues();
});
afterAll(async () => {
  await local[Symbol.asyncDispose]();
});
beforeEach(async () => {
  sources += 1;
  queues = await ensureQueues(local.sqs, `source${sources}`, { visibilityTimeoutSeconds: 60, maxReceiveCount: 3 });
  const client = local.sqs;
  deadLetters = new SqsDeadLetterQueue(client, queues.deadLetterQueueUrl);
  queue = new SqsTableQueue({ client, ...queues, clock: systemClock, random: Math.random });
});

function message(table: string, runId: string = RUNS[0]): TableMessage {
  return firstMessage('shop', runId, table);
}

/** What a replay sends for a table's letters, whichever they are. */
function resumed(table: string, runId?: string): TableMessage {
  return { ...message(table, runId), resume: true };
}

async function bury(...messages: TableMessage[]): Promise<void> {
  for (const each of messages) {
    const reason = { errorCode: 'TABLE_NOT_FOUND', errorMessage: 'gone', attempts: 1, message: each };
    await queue.deadLetter(formatMessage(each), reason);
  }
}

function replay(
  filter = all,
  dryRun = false,
  services: { deadLetters: DeadLetterQueue; queue: TableQueue } = { deadLetters, queue },
) {
  return replayDeadLetters({ filter, dryRun }, services);
}

const bodies = async (url: string) => (await receive(local.sqs, url)).map(({ Body }) => Body!).toSorted();
const backToWork = async () => (await bodies(queues.queueUrl)).map((body) => parseMessage(body));
const buried = () => bodies(queues.deadLetterQueueUrl);

describe('replaying dead letters', () => {
  it('sends every one and deletes it', async () => {
    await bury(message('a'), message('b', RUNS[1]));
    const report = await replay();
    expect(
      report.replayed.map((each) => [each.message.table, each.errorCode, each.errorMessage].join()).toSorted(),
    ).toEqual(['a,TABLE_NOT_FOUND,gone', 'b,TABLE_NOT_FOUND,gone']);
    expect([report.left, report.unreadable]).toEqual([0, []]);
    expect(await backToWork()).toEqual([resumed('a'), resumed('b', RUNS[1])]);
    expect(await buried()).toEqual([]);
  });

  it.each([
    ['table', { tables: ['a'], runs: [] }, ['a of 20261122T030000Z', 'a of 20261123T030000Z']],
    ['run', { tables: [], runs: [RUNS[1]] }, ['a of 20261123T030000Z', 'b of 20261123T030000Z']],
    ['table and run', { tables: ['b'], runs: [RUNS[0]] }, ['b of 20261122T030000Z']],
    ['nothing that is there', { tables: ['c'], runs: [] }, []],
  ])('keeps to the filter by %s, and shows the rest again at once', async (_, filter, expected) => {
    const letters = RUNS.flatMap((runId) => [message('a', runId), message('b', runId)]);
    await bury(...letters);
    const report = await replay(filter);
    expect(report.replayed.map(({ message: { table, runId } }) => `${table} of ${runId}`).toSorted()).toEqual(expected);
    expect(report.left).toBe(4 - expected.length);
    expect((await buried()).length).toBe(4 - expected.length);
  });

  it('only looks in a dry run', async () => {
    await bury(message('a'), message('a'), message('b'));
    const report = await replay(all, true);
    expect(report.replayed.map((each) => each.message.table).toSorted()).toEqual(['a', 'b']);
    expect(await backToWork()).toEqual([]);
    expect(await buried()).toHaveLength(3);
  });

  it('sends duplicates once', async () => {
    await bury(message('a'), message('a'), message('a'));
    expect((await replay()).replayed).toHaveLength(1);
    expect(await backToWork()).toEqual([resumed('a')]);
    expect(await buried()).toEqual([]);
  });

  it('leaves the letter of a table that fails again while others are still to be sent', async () => {
    await bury(message('a'), message('b'));
    const failsAgain: TableQueue = {
      delay: (receipt, delayMs) => queue.delay(receipt, delayMs),
      deadLetter: (body, reason) => queue.deadLetter(body, reason),
      send: async (messages, ...rest) => {
        await queue.send(messages, ...rest);
        await bury(...messages);
      },
    };
    const report = await replay(all, false, { deadLetters, queue: failsAgain });
    expect(report.replayed).toHaveLength(2);
    expect((await buried()).map((body) => parseMessage(body))).toEqual([resumed('a'), resumed('b')]);
  });

  it('goes through more letters than one receive brings', async () => {
    const many = Array.from({ length: 25 }, (_, index) => message(`t${String(index).padStart(2, '0')}`));
    await bury(...many);
    const report = await replay({ tables: many.slice(0, 15).map(({ table }) => table), runs: [] });
    expect([report.replayed.length, report.left]).toEqual([15, 10]);
  });

  it('leaves what is not ours where it is', async () => {
    await local.sqs.send(new SendMessageCommand({ QueueUrl: queues.deadLetterQueueUrl, MessageBody: 'hello' }));
    await bury(message('a'));
    const report = await replay();
    expect(report.unreadable).toEqual([
      { messageId: expect.any(String), problem: 'The message is not JSON; expected a Landfall table message.' },
    ]);
    expect([report.left, report.replayed.length]).toEqual([0, 1]);
    expect(await buried()).toEqual(['hello']);
  });

  it('that is killed between send and delete leaves a letter whose replay is harmless', async () => {
    await bury(message('a'));
    const dying: DeadLetterQueue = {
      receive: (seconds) => deadLetters.receive(seconds),
      release: (letter) => deadLetters.release(letter),
      delete: async () => await Promise.reject(new Error('killed')),
    };
    await expect(replay(all, false, { deadLetters: dying, queue })).rejects.toThrow('killed');
    expect(await backToWork()).toEqual([resumed('a')]);
    expect(await replay()).toMatchObject({ replayed: [{ message: message('a') }] });
    expect(await buried()).toEqual([]);
  });

  it('that fails half-way shows every letter it did not send again at once', async () => {
    await bury(message('a'), message('b'), message('c'));
    let sends = 0;
    const failing: TableQueue = {
      delay: (receipt, delayMs) => queue.delay(receipt, delayMs),
      deadLetter: (body, reason) => queue.deadLetter(body, reason),
      async send(messages, onSent) {
        sends += 1;
        if (sends === 2) throw new QueueError('QUEUE_UNAVAILABLE', 'SQS is down.');
        await queue.send(messages, onSent);
      },
    };
    await expect(replay(all, false, { deadLetters, queue: failing })).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
    });
    expect(await backToWork()).toHaveLength(1);
    expect(await buried()).toHaveLength(2);
  });
});
