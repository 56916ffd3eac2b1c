import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { firstMessage, formatMessage } from '../../shared/core/message.ts';
import { eventually } from '../support/eventually.ts';
import { CONFLICT, FaultFleet, type FaultRun } from '../support/fault-fleet.ts';
import { ORDERS, orderLines, PART_ROWS, SqlServerOrders } from '../support/orders-databases.ts';

const CHUNKS = 3;
const MANY_PARTS = 20;
/** As often as a slow machine may make a message come back whose visibility is a second. */
const MAX_RECEIVES = 100;
const TABLES: Readonly<Record<string, object>> = {
  'dbo.parts': { file_max_rows: PART_ROWS },
  'dbo.chunks': { chunk_count: CHUNKS, file_max_rows: 4_000 },
  'dbo.many': { file_max_rows: ORDERS / MANY_PARTS },
  'dbo.patient': { file_max_rows: PART_ROWS, overlap: 'queue' },
};

let database: SqlServerOrders;
let fleet: FaultFleet;

beforeAll(async () => {
  database = await SqlServerOrders.start();
  for (const table of Object.keys(TABLES)) await database.create(table.slice('dbo.'.length));
  const environment = { LANDFALL_OVERLAP_WAIT_MS: '1000' };
  fleet = await FaultFleet.start(
    (place) => {
      const tables = Object.entries(TABLES).map(([table, settings]) => [table, { format: 'csv', ...settings }]);
      place.writeConfig(Object.fromEntries(tables), database.settings(place));
    },
    environment,
    { maxReceives: MAX_RECEIVES },
  );
});
afterAll(async () => {
  await fleet?.close();
  await database?.close();
});
afterEach(() => fleet.clearFaults());

async function send(table: string, run: FaultRun, more: object = {}): Promise<void> {
  const { sqs, queues } = fleet.handlers;
  const MessageBody = formatMessage({ ...firstMessage('shop', run.runId, table), ...more });
  await sqs.send(new SendMessageCommand({ QueueUrl: queues.queueUrl, MessageBody }));
}

async function expectLandedOnce(run: FaultRun, table: string): Promise<void> {
  await run.expectLanded(table, orderLines());
  expect([await fleet.mails(), await fleet.letters(), await fleet.openUploads()]).toEqual([[], [], 0]);
}

/** Both attempts are at the first object of a table before either of them may complete it. */
async function meetAtFirstObject(run: FaultRun, table: string): Promise<void> {
  const { promise: until, resolve: release } = Promise.withResolvers<void>();
  const key = new RegExp(`/${table.slice('dbo.'.length)}/.*part-000-00000`);
  const first = fleet.onS3({ operation: 'PutObject', key }, { kind: 'hold', until }, 2);
  const work = fleet.work({ maximumConcurrency: 12 });
  await eventually(() => first.hits === 2);
  release();
  await work;
  await expectLandedOnce(run, table);
}

describe('one message that is delivered', () => {
  it.each(['dbo.parts', 'dbo.chunks'])('twice at once lands %s once', async (table) => {
    const run = await fleet.schedule(table);
    await send(table, run);
    await meetAtFirstObject(run, table);
  });

  it('again after its visibility, while its work goes on, lands once', async () => {
    const run = await fleet.schedule('dbo.parts');
    for (const part of ['00000', '00001', '00002']) {
      fleet.onS3({ operation: 'PutObject', key: new RegExp(`part-000-${part}`) }, { kind: 'delay', ms: 1_500 });
    }
    await fleet.work({ visibilityTimeoutSeconds: 1, maximumConcurrency: 3 });
    await expectLandedOnce(run, 'dbo.parts');
    const attempts = fleet.handlers.log
      .lines()
      .filter(({ run_id: id, status }) => id === run.runId && typeof status === 'string')
      .map(({ attempt }) => attempt);
    expect(Math.max(...attempts.map(Number))).toBeGreaterThan(1);
  });

  it.each(['dbo.parts', 'dbo.chunks'])('and replayed by an operator while %s is at work lands once', async (table) => {
    const run = await fleet.schedule(table);
    await send(table, run, { resume: true });
    await meetAtFirstObject(run, table);
  });
});

describe('a chunk that goes on again and again', () => {
  it('lands after more continuations than the recursion guard of Lambda allows', async () => {
    for (let part = 1; part < MANY_PARTS; part++) {
      fleet.onS3({ operation: 'PutObject', key: new RegExp(`part-000-${String(part).padStart(5, '0')}`) }, CONFLICT);
    }
    const run = await fleet.run(['dbo.many']);
    const { parts } = await run.expectLanded('dbo.many', orderLines());
    expect(parts).toHaveLength(MANY_PARTS);
    expect(new Set(parts.map(({ read_id: id }) => id)).size).toBe(MANY_PARTS);
    expect([await fleet.mails(), await fleet.letters()]).toEqual([[], []]);
  });
});

describe('a run of a table that another run is at work on', () => {
  async function overlapping(table: string): Promise<{ earlier: FaultRun; later: FaultRun }> {
    const earlier = await fleet.schedule(table);
    const held = fleet.holdBehindFirstPart(table.slice('dbo.'.length));
    const work = fleet.work();
    await eventually(held.isHeld);
    const later = await fleet.schedule(table);
    const seen = () =>
      fleet.handlers.log.lines().filter(({ message }) => message === 'Another run is at work on the table');
    await eventually(() => seen().some(({ run_id: id }) => id === later.runId));
    held.release();
    await work;
    await expectLandedOnce(earlier, table);
    return { earlier, later };
  }

  it('skips it, and says so', async () => {
    const { earlier, later } = await overlapping('dbo.parts');
    await later.expectNothing('dbo.parts');
    expect((await later.summary())!.tables).toMatchObject([
      { status: 'superseded', superseded_by: earlier.runId, error_code: null },
    ]);
  });

  it('waits for its turn where it is told to', async () => {
    const { earlier, later } = await overlapping('dbo.patient');
    await expectLandedOnce(later, 'dbo.patient');
    const [first, second] = await Promise.all([earlier, later].map((run) => run.manifest('dbo.patient')));
    expect(Date.parse(second!.parts[0]!.read_at)).toBeGreaterThanOrEqual(Date.parse(first!.committed_at));
  });
});

describe('an old run that is replayed after newer ones', () => {
  it('lands, and the latest pointer stays at the newest', async () => {
    database.server.faults.failAfterRows(
      0,
      { number: 208, class: 16, state: 1, message: "Invalid object name 'dbo.parts'." },
      database.reading('parts'),
    );
    const old = await fleet.run(['dbo.parts']);
    await old.expectNothing('dbo.parts');
    const newest = await fleet.run(['dbo.parts']);
    await send('dbo.parts', old, { resume: true });
    await fleet.work();
    await old.expectLanded('dbo.parts', orderLines());
    expect(await fleet.ledger.readLatest('shop', 'dbo.parts')).toMatchObject({ run_id: newest.runId });
  });
});
