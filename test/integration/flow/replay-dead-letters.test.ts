import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureQueues, type SourceQueues } from '../../../local/aws/source-queues.ts';
import type { Clock } from '../../../shared/core/clock.ts';
import { QueueError } from '../../../shared/core/errors.ts';
import { firstMessage, formatMessage, parseMessage, type TableMessage } from '../../../shared/core/message.ts';
import type { LetterFilter } from '../../../shared/flow/dead-tables.ts';
import { type ReplayReport, type ReplayRequest, replayDeadLetters } from '../../../shared/flow/replay-dead-letters.ts';
import { systemClock } from '../../../shared/lambda/system-clock.ts';
import type { DeadLetterQueue, TableQueue } from '../../../shared/queue/queue.ts';
import { SqsDeadLetterQueue } from '../../../shared/queue/sqs-dead-letter-queue.ts';
import { SqsTableQueue } from '../../../shared/queue/sqs-table-queue.ts';
import { type LocalQueues, localQueues, receive } from '../../unit/local/aws/local-queues.ts';

const RUNS = ['20261122T030000Z', '20261123T030000Z'] as const;
const all: LetterFilter = { tables: [], runs: [], errors: [] };

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
  return { ...message(table, runId), resume: true, replayedAtMs: expect.any(Number) as unknown as number };
}

async function bury(...messages: TableMessage[]): Promise<void> {
  for (const each of messages) await buryFor('TABLE_NOT_FOUND', each);
}

async function buryFor(errorCode: string, message: TableMessage): Promise<void> {
  await queue.deadLetter(formatMessage(message), { errorCode, errorMessage: 'gone', attempts: 1, message });
}

/** As SQS itself moves a message whose worker died again and again. */
async function buryWithoutReason(message: TableMessage): Promise<void> {
  const MessageBody = formatMessage(message);
  await local.sqs.send(new SendMessageCommand({ QueueUrl: queues.deadLetterQueueUrl, MessageBody }));
}

interface Given {
  readonly filter?: Partial<LetterFilter>;
  readonly dryRun?: boolean;
  readonly max?: number;
  readonly deadLetters?: DeadLetterQueue;
  readonly queue?: TableQueue;
  readonly enough?: AbortSignal;
  readonly clock?: Clock;
}

function replay({ filter, dryRun = false, max, ...services }: Given = {}) {
  const request: ReplayRequest = { filter: { ...all, ...filter }, dryRun, max };
  return replayDeadLetters(request, { deadLetters, queue, clock: systemClock, ...services });
}

/** The queue, but for some of its methods. */
function queueWith(changes: Partial<TableQueue>): TableQueue {
  return {
    delay: (receipt, delayMs) => queue.delay(receipt, delayMs),
    deadLetter: (body, reason) => queue.deadLetter(body, reason),
    send: (messages, ...rest) => queue.send(messages, ...rest),
    ...changes,
  };
}

/** The dead letters, but for some of their methods. */
function deadLettersWith(changes: Partial<DeadLetterQueue>): DeadLetterQueue {
  return {
    receive: (seconds) => deadLetters.receive(seconds),
    hide: (letters, seconds) => deadLetters.hide(letters, seconds),
    release: (letters) => deadLetters.release(letters),
    delete: (letters) => deadLetters.delete(letters),
    ...changes,
  };
}

/** Of the tables, in the order in which they were sent. */
const tablesOf = ({ replayed }: ReplayReport) => replayed.map(({ message: { table } }) => table);

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
    ['table', { tables: ['a'] }, ['a of 20261122T030000Z', 'a of 20261123T030000Z']],
    ['run', { runs: [RUNS[1]] }, ['a of 20261123T030000Z', 'b of 20261123T030000Z']],
    ['table and run', { tables: ['b'], runs: [RUNS[0]] }, ['b of 20261122T030000Z']],
    ['nothing that is there', { tables: ['c'] }, []],
  ])('keeps to the filter by %s, and shows the rest again at once', async (_, filter, expected) => {
    const letters = RUNS.flatMap((runId) => [message('a', runId), message('b', runId)]);
    await bury(...letters);
    const report = await replay({ filter });
    expect(report.replayed.map(({ message: { table, runId } }) => `${table} of ${runId}`).toSorted()).toEqual(expected);
    expect(report.left).toBe(4 - expected.length);
    expect((await buried()).length).toBe(4 - expected.length);
  });

  it('only looks in a dry run', async () => {
    await bury(message('a'), message('a'), message('b'));
    const report = await replay({ dryRun: true });
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
    const failsAgain = queueWith({
      send: async (messages, ...rest) => {
        await queue.send(messages, ...rest);
        await bury(...messages);
      },
    });
    const report = await replay({ queue: failsAgain });
    expect(report.replayed).toHaveLength(2);
    expect((await buried()).map((body) => parseMessage(body))).toEqual([resumed('a'), resumed('b')]);
  });

  it('goes through more letters than one receive brings', async () => {
    const many = Array.from({ length: 25 }, (_, index) => message(`t${String(index).padStart(2, '0')}`));
    await bury(...many);
    const report = await replay({ filter: { tables: many.slice(0, 15).map(({ table }) => table) } });
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
    const dying = deadLettersWith({ delete: async () => await Promise.reject(new Error('killed')) });
    await expect(replay({ deadLetters: dying })).rejects.toThrow('killed');
    expect(await backToWork()).toEqual([resumed('a')]);
    expect(await replay()).toMatchObject({ replayed: [{ message: message('a') }] });
    expect(await buried()).toEqual([]);
  });

  it('that fails half-way shows every letter it did not send again at once', async () => {
    await bury(...Array.from({ length: 13 }, (_, index) => message(`t${10 + index}`)));
    let sends = 0;
    const failing = queueWith({
      send: async (messages, ...rest) => {
        sends += 1;
        if (sends === 2) throw new QueueError('QUEUE_UNAVAILABLE', 'SQS is down.');
        await queue.send(messages, ...rest);
      },
    });
    await expect(replay({ queue: failing })).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    expect(await backToWork()).toHaveLength(10);
    expect((await buried()).map((body) => parseMessage(body).table)).toEqual(['t20', 't21', 't22']);
  });

  it('keeps to error codes, and to letters without one', async () => {
    await bury(message('a'));
    await buryFor('LOGIN_REFUSED', message('b'));
    await buryWithoutReason(message('c'));
    expect(tablesOf(await replay({ filter: { errors: ['none'] }, dryRun: true }))).toEqual(['c']);
    const report = await replay({ filter: { errors: ['LOGIN_REFUSED', 'none'] } });
    expect([tablesOf(report).toSorted(), report.left]).toEqual([['b', 'c'], 1]);
    expect((await buried()).map((body) => parseMessage(body))).toEqual([message('a')]);
  });

  it('of a table whose chunks failed for two reasons leaves the letter that is not meant', async () => {
    await bury(message('a'));
    await buryFor('LOGIN_REFUSED', { ...message('a'), chunk: 1 });
    const report = await replay({ filter: { errors: ['LOGIN_REFUSED'] } });
    expect([tablesOf(report), report.left]).toEqual([['a'], 1]);
    expect(await backToWork()).toEqual([resumed('a')]);
    expect((await buried()).map((body) => parseMessage(body).chunk)).toEqual([0]);
  });

  it('sends no more tables than it may, those that have waited longest, and shows the others at once', async () => {
    for (const table of ['first', 'second', 'third']) {
      await bury(message(table), message(table));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await replay({ max: 2, dryRun: true })).toMatchObject({ waiting: 1, left: 0 });
    const report = await replay({ max: 2 });
    expect([tablesOf(report), report.waiting]).toEqual([['first', 'second'], 1]);
    expect((await buried()).map((body) => parseMessage(body).table)).toEqual(['third', 'third']);
  });

  it('that is killed with a bound leaves what it had not sent, and nothing is lost', async () => {
    await bury(message('a'), message('b'));
    const dying = deadLettersWith({ delete: async () => await Promise.reject(new Error('killed')) });
    await expect(replay({ deadLetters: dying, max: 1 })).rejects.toThrow('killed');
    expect(await backToWork()).toHaveLength(1);
    expect(await replay({ filter: { errors: ['TABLE_NOT_FOUND'] } })).toMatchObject({ replayed: { length: 2 } });
    expect(await buried()).toEqual([]);
  });

  it('stops between two batches when time is up, and says how many tables stay', async () => {
    await bury(...Array.from({ length: 13 }, (_, index) => message(`t${10 + index}`)));
    const time = new AbortController();
    const slow = queueWith({
      send: async (messages, ...rest) => {
        await queue.send(messages, ...rest);
        time.abort();
      },
    });
    expect(await replay({ queue: slow, enough: time.signal })).toMatchObject({
      replayed: { length: 10 },
      waiting: 3,
      complete: true,
    });
    expect(await buried()).toHaveLength(3);
    expect(await replay({ enough: AbortSignal.abort() })).toMatchObject({ replayed: [], waiting: 0, complete: false });
  });

  it('keeps its letters hidden for as long as it takes', async () => {
    await bury(...Array.from({ length: 25 }, (_, index) => message(`t${10 + index}`)));
    let nowMs = Date.now();
    const clock: Clock = { now: () => (nowMs += 20_000), sleep: async () => undefined };
    const renewed: number[] = [];
    const watched = deadLettersWith({
      hide: async (letters, seconds) => {
        renewed.push(letters.length);
        await deadLetters.hide(letters, seconds);
      },
    });
    const report = await replay({ deadLetters: watched, clock });
    expect(new Set(tablesOf(report)).size).toBe(25);
    expect(renewed.length).toBeGreaterThan(2);
    expect(await buried()).toEqual([]);
  });

  it('goes on with the newest receipt of a letter that came into sight again', async () => {
    await bury(message('a'));
    const short = deadLettersWith({ receive: () => deadLetters.receive(1) });
    const [first] = await short.receive(1);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    let isFirst = true;
    const again = deadLettersWith({
      receive: async (seconds) => {
        if (!isFirst) return await deadLetters.receive(seconds);
        isFirst = false;
        return [first!];
      },
    });
    expect(tablesOf(await replay({ deadLetters: again }))).toEqual(['a']);
    expect(await buried()).toEqual([]);
  });

  it('tells which tables it is about to send before it does', async () => {
    await bury(message('a'), message('a'), message('b'));
    const told: string[] = [];
    const services = { deadLetters, queue, clock: systemClock };
    const onChosen = async (messages: readonly TableMessage[]) => {
      told.push(...messages.map(({ table }) => table));
      expect(await backToWork()).toEqual([]);
    };
    await replayDeadLetters({ filter: all, dryRun: true }, { ...services, onChosen });
    expect(told).toEqual([]);
    await replayDeadLetters({ filter: all, dryRun: false }, { ...services, onChosen });
    expect(told.toSorted()).toEqual(['a', 'b']);
  });
});
