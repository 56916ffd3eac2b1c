import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FaultFleet, type FaultRun } from '../support/fault-fleet.ts';
import { orderLines, SqlServerOrders } from '../support/orders-databases.ts';
import type { QueueFaultAction } from '../support/queue-proxy.ts';

const ROWS = 1_200;
/** More than one batch of ten messages. */
const TABLES = Array.from({ length: 13 }, (_, i) => `dbo.t${i}`);
/** Not in the database. */
const MISSING = 'dbo.missing';
const CHUNKED = 'dbo.chunked';
/** Requests that the SDK makes of one that fails. */
const SDK_TRIES = 5;

const THROTTLED: QueueFaultAction = { kind: 'refuse', status: 400, code: 'ThrottlingException' };
const DOWN: QueueFaultAction = { kind: 'refuse', status: 503, code: 'ServiceUnavailable' };
const DENIED: QueueFaultAction = { kind: 'refuse', status: 403, code: 'AccessDenied' };

let database: SqlServerOrders;
let fleet: FaultFleet;
let hours = 0;
/** Of a run of its own for each test. */
const nextHourMs = () => Date.UTC(2027, 0, 1, hours++);

beforeAll(async () => {
  // The SDK takes a random share of its growing pauses.
  jest.spyOn(Math, 'random').mockReturnValue(0);
  database = await SqlServerOrders.start();
  for (const table of [...TABLES, CHUNKED]) await database.create(table.slice('dbo.'.length), ROWS);
  fleet = await FaultFleet.start((place) => {
    const csv = { format: 'csv' };
    const tables = Object.fromEntries([...TABLES, MISSING].map((table) => [table, csv]));
    place.writeConfig({ ...tables, [CHUNKED]: { ...csv, chunk_count: 4 } }, database.settings(place));
  });
});
afterAll(async () => {
  jest.restoreAllMocks();
  await fleet?.close();
  await database?.close();
});
afterEach(async () => {
  fleet.clearFaults();
  await fleet.mails();
});

async function expectAllLanded(run: FaultRun): Promise<void> {
  for (const table of TABLES) await run.expectLanded(table, orderLines(ROWS));
  expect((await run.summary())!.tables.map(({ status }) => status)).toEqual(TABLES.map(() => 'landed'));
}

describe('a scheduler', () => {
  it('whose batch is taken in part only sends the rest again', async () => {
    const fault: QueueFaultAction = { kind: 'refuse-entries', matching: /dbo\.t[357]"/ };
    const partly = fleet.queues.add({ action: 'SendMessageBatch', fault, times: 2 });
    const run = await fleet.schedule(...TABLES);
    await fleet.work();
    await expectAllLanded(run);
    expect([partly.hits, await fleet.letters()]).toEqual([2, []]);
  });

  it('that dies half-way sends what is missing when it is run again', async () => {
    const atMs = nextHourMs();
    // The second batch, in every try of the SDK and of the queue.
    const second = fleet.queues.add({ action: 'SendMessageBatch', matching: /dbo\.t12/, fault: DENIED, times: 100 });
    await expect(fleet.scheduleAt(atMs, ...TABLES)).rejects.toMatchObject({ name: 'QueueError' });
    expect(second.hits).toBeGreaterThan(0);
    const [mail] = await fleet.mails();
    expect(mail!.subject).toContain('did not start');
    fleet.clearFaults();
    const run = await fleet.scheduleAt(atMs, ...TABLES);
    await fleet.work();
    await expectAllLanded(run);
  });

  it('that is called twice for one hour plans one run, and each table lands once', async () => {
    const atMs = nextHourMs();
    const [run, same] = await Promise.all([fleet.scheduleAt(atMs, ...TABLES), fleet.scheduleAt(atMs, ...TABLES)]);
    expect(same.runId).toBe(run.runId);
    await fleet.work();
    await fleet.scheduleAt(atMs, ...TABLES);
    await fleet.work();
    await expectAllLanded(run);
  });
});

describe('chunks whose batch is taken in part only', () => {
  it('are sent again and land', async () => {
    const fault: QueueFaultAction = { kind: 'refuse-entries', matching: /"chunk":2/ };
    const partly = fleet.queues.add({ action: 'SendMessageBatch', matching: /chunked.*chunk\\":1/, fault });
    const run = await fleet.run([CHUNKED]);
    const manifest = await run.expectLanded(CHUNKED, orderLines(ROWS));
    expect([manifest.chunks, manifest.parts.length, partly.hits]).toEqual([4, 4, 1]);
  });
});

describe('a storm of throttling', () => {
  it('by the queue and the bucket makes no dead letter', async () => {
    const actions = ['SendMessageBatch', 'ReceiveMessage', 'DeleteMessage'];
    const throttled = actions.map((action) => fleet.queues.add({ action, fault: THROTTLED, times: 2 }));
    const run = await fleet.schedule(...TABLES);
    const slowed = fleet.onS3({ operation: 'PutObject' }, { kind: 'status', status: 503, code: 'SlowDown' }, 15);
    await fleet.work({ maximumConcurrency: 2 });
    expect([...throttled, slowed].map(({ hits }) => hits)).toEqual([2, 2, 2, 15]);
    await expectAllLanded(run);
    expect(await fleet.letters()).toEqual([]);
  });
});

describe('a table that fails', () => {
  const letterCodes = async () => (await fleet.letters()).map(({ attributes }) => attributes.error_code);

  it('while SNS is down becomes a dead letter, the others land, and the log says that nobody was told', async () => {
    const publish = fleet.queues.add({ action: 'Publish', fault: DOWN, times: 2 * SDK_TRIES });
    const run = await fleet.run([MISSING, 'dbo.t0']);
    await run.expectLanded('dbo.t0', orderLines(ROWS));
    expect([await fleet.mails(), await letterCodes()]).toEqual([[], ['TABLE_NOT_FOUND']]);
    expect(await run.failure(MISSING)).toMatchObject({ error_code: 'TABLE_NOT_FOUND', announced_at: null });
    const messages = fleet.handlers.log.lines().map(({ message }) => message);
    expect([publish.hits, messages.includes('The failure was not announced')]).toEqual([2 * SDK_TRIES, true]);
  });

  it('and whose dead letter is refused once comes back, and is told of once', async () => {
    fleet.queues.add({ action: 'SendMessage', matching: /-dlq/, fault: DENIED });
    const before = (await fleet.letters()).length;
    await fleet.run([MISSING]);
    const subjects = (await fleet.mails()).map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject.includes('did not land'))).toHaveLength(1);
    expect(await fleet.letters()).toHaveLength(before + 1);
  });

  it('and whose dead letter is refused for good is left to the redrive of SQS', async () => {
    fleet.queues.add({ action: 'SendMessage', matching: /-dlq/, fault: DENIED, times: 100 });
    const before = (await fleet.letters()).length;
    await fleet.run([MISSING]);
    const letters = await fleet.letters();
    expect(letters).toHaveLength(before + 1);
    // SQS moves the message as it is.
    expect(letters.filter(({ attributes }) => attributes.error_code === undefined)).toHaveLength(1);
  });
});

describe('a queue with messages that are not ours', () => {
  it('lands what is ours beside them, and keeps each as a dead letter that says why', async () => {
    const { sqs, queues } = fleet.handlers;
    const run = await fleet.schedule('dbo.t1', 'dbo.t2');
    const known = new Set((await fleet.letters()).map(({ body }) => body));
    const poison = ['{"version":1,', '{"version":7}', '[]'];
    for (const MessageBody of poison) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queues.queueUrl, MessageBody }));
    }
    await fleet.work();
    for (const table of ['dbo.t1', 'dbo.t2']) await run.expectLanded(table, orderLines(ROWS));
    const letters = (await fleet.letters()).filter(({ body }) => !known.has(body));
    expect(Object.fromEntries(letters.map(({ body, attributes }) => [body, attributes.error_code]))).toEqual({
      '{"version":1,': 'MESSAGE_NOT_OURS',
      '{"version":7}': 'MESSAGE_VERSION_UNKNOWN',
      '[]': 'MESSAGE_NOT_OURS',
    });
  });
});
