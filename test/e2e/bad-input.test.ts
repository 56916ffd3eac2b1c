import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sqsEvent } from '../../local/aws/lambda-event.ts';
import { startLocalFleet } from '../../local/fleet/fleet.ts';
import { reportRun } from '../../local/run/report.ts';
import { drained } from '../../local/run/run-tables.ts';
import { DeadlineError } from '../../shared/core/errors.ts';
import { firstMessage, formatMessage } from '../../shared/core/message.ts';
import { eventually } from '../support/eventually.ts';
import { type HandlerFleet, MAX_RECEIVES, startHandlerFleet } from '../support/handler-fleet.ts';
import { documentOf, type TableDocument, Workplace } from '../support/landfall-cli.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { contextOf } from '../unit/lambda/lambda-rig.ts';
import { receive } from '../unit/local/aws/local-queues.ts';

const GOOD = 'public.people';
const RUN_ID = '20261122T030000Z';

let server: TestPostgres;
let place: Workplace;

beforeAll(async () => {
  server = await startTestPostgres();
  await server.query(`create table people as select n as id, 'name ' || n as name from generate_series(1, 5000) n;
    create table large as select n as id, md5(n::text) as a, md5((n + 1)::text) as b from generate_series(1, 400000) n;
    create table secret_plans as table people; create role reader login password 'reader-password';
    grant select on people to reader`);
});
afterAll(() => server?.close());

beforeEach(() => {
  place = new Workplace();
  place.writeSecret(server);
});
afterEach(() => place.remove());

async function reportOf(tables: object): Promise<Map<string, TableDocument>> {
  place.writeConfig(tables);
  const result = await place.run('--json');
  expect(result.exitCode).toBe(1);
  return new Map(documentOf(result).tables.map((each) => [each.table, each]));
}

function expectFailed(table: TableDocument | undefined, code: string, ...texts: string[]): void {
  expect(table).toMatchObject({ status: 'failed', rows: 0, parts: [], error: { code } });
  const { message, remedy } = table!.error!;
  for (const text of texts) expect(message).toContain(text);
  expect(message.split('\n')).toHaveLength(1);
  expect(message).not.toMatch(/ at .*\.[jt]s:\d/);
  expect(remedy).not.toBe('');
}

describe('a table that the database does not give', () => {
  it('fails alone, with one clear line', async () => {
    const tables = await reportOf({
      [GOOD]: {},
      'public.gone': {},
      'public.secret_plans': { where: 'nme is not null' },
      no_column: { sql: 'select nme from people' },
      no_sql: { sql: 'selec 1' },
      two_statements: { sql: 'select 1; select 2' },
      writes: { sql: 'delete from people returning id' },
      no_number: { sql: "select ('x' || id)::int as id from people" },
    });
    expect(tables.get(GOOD)).toMatchObject({ status: 'landed', rows: 5000 });
    expectFailed(tables.get('public.gone'), 'TABLE_NOT_FOUND', 'public.gone');
    expectFailed(tables.get('public.secret_plans'), 'COLUMN_NOT_FOUND', '"nme"');
    expectFailed(tables.get('no_column'), 'COLUMN_NOT_FOUND', '"nme"');
    expectFailed(tables.get('no_sql'), 'SYNTAX_ERROR', 'no_sql', 'syntax error');
    expectFailed(tables.get('two_statements'), 'SYNTAX_ERROR');
    expect(tables.get('writes')).toMatchObject({ status: 'failed' });
    expectFailed(tables.get('no_number'), 'VALUE_INVALID', '"x1"');
    expect((await server.query('select count(*)::int as n from people')).rows).toEqual([{ n: 5000 }]);
  });

  it('fails alone when its rows may not be read', async () => {
    place.writeSecret({ ...server, user: 'reader', password: 'reader-password' });
    const tables = await reportOf({ [GOOD]: {}, 'public.secret_plans': {} });
    expect(tables.get(GOOD)).toMatchObject({ status: 'landed', rows: 5000 });
    expectFailed(tables.get('public.secret_plans'), 'PERMISSION_DENIED', 'secret_plans');
  });
});

describe('a database that does not let in', () => {
  it('for a wrong password fails at once, without the password in any word of it', async () => {
    place.writeSecret({ ...server, password: 'wrong-password' });
    const tables = await reportOf({ [GOOD]: {} });
    expectFailed(tables.get(GOOD), 'LOGIN_REFUSED', 'password authentication failed');
    expect(JSON.stringify([...tables.values()])).not.toContain('wrong-password');
  });

  it('because nobody listens is tried to the end', async () => {
    const port = await closedPort();
    place.writeSecret({ ...server, port });
    const tables = await reportOf({ [GOOD]: {} });
    expectFailed(tables.get(GOOD), 'HOST_UNREACHABLE', String(port));
  });

  it('because the secret is missing or wrong says which', async () => {
    place.writeConfig({ [GOOD]: {} }, { secret: 'env:LANDFALL_TEST_NO_SUCH_SECRET' });
    const table = documentOf(await place.run('--json')).tables[0];
    expectFailed(table, 'SECRET_NOT_FOUND', 'env:LANDFALL_TEST_NO_SUCH_SECRET');
  });

  it('because it has another name says which', async () => {
    place.writeSecret({ ...server, database: 'shopp' });
    expectFailed((await reportOf({ [GOOD]: {} })).get(GOOD), 'DATABASE_NOT_FOUND', 'shopp');
  });
});

async function closedPort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => listener.once('listening', done));
  const { port } = listener.address() as AddressInfo;
  await new Promise((done) => listener.close(done));
  return port;
}

describe('a queue', () => {
  it('with a message that is not ours, and a table dropped after the plan, lands the rest', async () => {
    await server.query('create table doomed as table people');
    place.writeConfig({ [GOOD]: {}, 'public.doomed': {} });
    const fleet = await startLocalFleet({
      configPath: place.config,
      outPath: place.out,
      environment: {},
      replayCommand: 'npx landfall replay',
      maxExtractors: 2,
      onProgress: () => undefined,
    });
    try {
      const { runId } = await fleet.schedule('shop', Date.now(), undefined);
      await server.query('drop table doomed');
      const { queueUrl, deadLetterQueueUrl } = fleet.queues.get('shop')!;
      await fleet.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: '{"hello":"world"}' }));
      fleet.startExtractors('shop');
      await drained(fleet, 'shop', AbortSignal.timeout(200_000));
      const plan = (await fleet.ledger.readPlan({ source: 'shop', runId }))!;
      const [people, doomed] = (await reportRun(fleet.ledger, plan)) as TableDocument[];
      expect(people).toMatchObject({ table: GOOD, status: 'landed', rows: 5000 });
      expectFailed(doomed, 'TABLE_NOT_FOUND', 'doomed');
      const letters = await receive(fleet.sqs, deadLetterQueueUrl);
      const codes = letters.map(({ MessageAttributes }) => MessageAttributes!.error_code!.StringValue);
      expect(new Set(codes)).toEqual(new Set(['MESSAGE_VERSION_UNKNOWN', 'TABLE_NOT_FOUND']));
      expect(letters).toHaveLength(2);
      expect(letters.map(({ Body }) => Body)).toContain('{"hello":"world"}');
    } finally {
      await fleet.stop();
    }
  });
});

describe('the handlers', () => {
  let fleet: HandlerFleet;
  afterEach(() => fleet?.close());

  const visible = async () => {
    const { Contents = [] } = await fleet.s3.client.send(new ListObjectsV2Command({ Bucket: fleet.s3.bucket }));
    return Contents.map(({ Key }) => Key!).filter((key) => !key.startsWith('_landfall/'));
  };
  const openUploads = async () => {
    const { Uploads = [] } = await fleet.s3.client.send(new ListMultipartUploadsCommand({ Bucket: fleet.s3.bucket }));
    return Uploads.length;
  };
  const folderOf = (table: string) => `shop/public/${table}/run_id=${RUN_ID}/`;
  const start = async (tables: object, bucket = 'test-bucket') => {
    place.writeConfig(tables, {}, { target: { bucket } });
    fleet = await startHandlerFleet(place.config);
  };

  it('without a bucket start no run, and say so in one email', async () => {
    await start({ [GOOD]: {} }, 'no-such-bucket');
    await expect(fleet.schedule()).rejects.toMatchObject({ code: 'BUCKET_NOT_FOUND', retry: 'permanent' });
    const mails = await fleet.mails();
    expect(mails.map(({ subject }) => subject)).toEqual([
      `Landfall: shop run ${RUN_ID} did not start (BUCKET_NOT_FOUND)`,
    ]);
    expect(mails[0]!.body).toContain('Create the bucket no-such-bucket');
  });

  it('without a bucket make a dead letter and an email of each message', async () => {
    await start({ [GOOD]: {} }, 'no-such-bucket');
    const MessageBody = formatMessage(firstMessage('shop', RUN_ID, GOOD));
    await fleet.sqs.send(new SendMessageCommand({ QueueUrl: fleet.queues.queueUrl, MessageBody }));
    await fleet.work();
    expect(await fleet.letters()).toEqual([
      {
        body: MessageBody,
        attributes: {
          error_code: 'BUCKET_NOT_FOUND',
          error_message: expect.stringContaining('no-such-bucket'),
          source: 'shop',
          run_id: RUN_ID,
          table: GOOD,
          attempts: '1',
        },
      },
    ]);
    expect(await fleet.mails()).toHaveLength(1);
  });

  it('on a full disk land what fits, and nothing of the rest', async () => {
    await start({ [GOOD]: {}, 'public.large': { format: 'csv' } });
    const operations = ['PutObject', 'UploadPart'] as const;
    for (const operation of operations) {
      fleet.s3.endpoint.faults.add({
        match: { operation, key: /large.*csv$/ },
        times: 1_000,
        action: { kind: 'disk-full' },
      });
    }
    await fleet.schedule();
    await fleet.work();
    expect(await visible()).toEqual([`${folderOf('people')}_SUCCESS`, `${folderOf('people')}part-000-00000.parquet`]);
    expect(await openUploads()).toBe(0);
    expect(await fleet.letters()).toMatchObject([
      { attributes: { error_code: 'STORAGE_FULL', table: 'public.large', attempts: String(MAX_RECEIVES) } },
    ]);
    const subjects = (await fleet.mails()).map(({ subject }) => subject);
    expect(subjects).toEqual(['Landfall: shop public.large did not land (STORAGE_FULL)']);
    await expectNoQuery();
  });

  it('at the deadline cancel the query and give the upload back', async () => {
    await start({ 'public.large': { format: 'csv' } });
    await fleet.schedule();
    const [message] = await receive(fleet.sqs, fleet.queues.queueUrl);
    const deadline = new AbortController();
    fleet.s3.endpoint.faults.add({
      match: { operation: 'UploadPart' },
      times: 9,
      action: { kind: 'delay', ms: 600_000 },
    });
    const answer = fleet.extractor(sqsEvent(message!, fleet.queues.queueArn), contextOf(900_000), {
      signal: deadline.signal,
    });
    await eventually(async () => (await openUploads()) === 1);
    deadline.abort(new DeadlineError('DEADLINE_REACHED', 'Too long.', { retry: 'once' }));
    expect(await answer).toEqual({ batchItemFailures: [{ itemIdentifier: message!.MessageId }] });
    await expectNoQuery();
    expect([await visible(), await openUploads(), await fleet.letters()]).toEqual([[], 0, []]);
    expect(fleet.log.lines()).toContainEqual(
      expect.objectContaining({ error_code: 'DEADLINE_REACHED', run_id: RUN_ID, table: 'public.large', level: 'WARN' }),
    );
  });
});

async function expectNoQuery(): Promise<void> {
  const sql = "select application_name, state from pg_stat_activity where application_name like 'landfall%'";
  await eventually(
    async () => (await server.query(sql)).rows.length === 0,
    () => 'the end of every query',
  );
}
