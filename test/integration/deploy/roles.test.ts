import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roleResources } from '../../../config/deploy/roles/roles.ts';
import { stackResources } from '../../../config/deploy/stack.ts';
import { stackContext } from '../../../config/deploy/stack-context.ts';
import type { FaultMatch } from '../../../local/s3/faults.ts';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { LOCAL_STAGE, topicName } from '../../../shared/config/resource-names.ts';
import type { CollectedCall } from '../../support/iam/actions-of.ts';
import type { TemplateResources } from '../../support/iam/intrinsics.ts';
import { type ObservedFleet, type ObservedFunction, startObservedFleet } from '../../support/iam/observed-fleet.ts';
import { problemsOfCalls } from '../../support/iam/problems-of-calls.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:shop/landfall-AbCdEf';
const SECRET_KEY = 'arn:aws:kms:us-east-1:000000000000:key/secrets';
const PASSWORD = 'owner-password';
const OTHER = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:erp/landfall-GhIjKl';

const TABLES = {
  'public.plain': {},
  'public.big': { format: 'csv', compression: 'none', file_max_bytes: '64MiB' },
  'public.parts': { file_max_rows: 1000 },
  'public.chunks': { chunk_count: 2 },
  'public.changes': { mode: 'incremental', update_key: 'id', object: '{table}/{YYYY}/run_id={run_id}/' },
  broken: { sql: 'select id from nowhere', due_within: '15m' },
};

const CONFIG = {
  version: 1,
  target: { bucket: 'lake', prefix: 'raw/' },
  alerts: { emails: ['data@example.com'], on: 'always' },
  sources: {
    shop: {
      dialect: 'postgres',
      secret: ARN,
      secret_kms_key: SECRET_KEY,
      ssl: { mode: 'disable' },
      schedule: 'cron(0 3 * * ? *)',
      tables: TABLES,
    },
    erp: { dialect: 'mssql', secret: OTHER, tables: { 'dbo.orders': {} } },
  },
};

const context = stackContext(LOCAL_STAGE, parseConfig(JSON.stringify(CONFIG), 'landfall.yaml'));
const template = { Resources: { ...stackResources(context), ...roleResources(context) } as TemplateResources };
const KEYS = { secrets: { [ARN]: SECRET_KEY } };
const FUNCTIONS = {
  scheduler: context.shared('scheduler').functionKey,
  replayer: context.shared('replayer').functionKey,
  watchdog: context.shared('watchdog').functionKey,
  extractor: context.namesOf('shop').functionKey,
} as const;

let db: TestPostgres;
let observed: ObservedFleet;

beforeAll(async () => {
  db = await startTestPostgres();
  await db.query(`
    create table plain as select n as id from generate_series(1, 100) n;
    create table big as select n as id, repeat(md5(n::text), 32) as filler from generate_series(1, 10000) n;
    create table parts (id int primary key); insert into parts select generate_series(1, 2500);
    create table chunks (id int primary key); insert into chunks select generate_series(1, 1000);
    create table changes (id int primary key); insert into changes select generate_series(1, 100);`);
  const login = { username: db.user, password: db.password, host: db.host, port: db.port, dbname: db.database };
  observed = await startObservedFleet(CONFIG, new Map([[ARN, JSON.stringify(login)]]), topicName(LOCAL_STAGE));
  await observed.fleet.s3.endpoint.createBucket('lake');
  await runEverything();
});
afterAll(async () => {
  await observed?.close();
  await db?.close();
});

/** Each way that a table can take. */
async function runEverything(): Promise<void> {
  conflictAt({ operation: 'CompleteMultipartUpload', key: /\/big\// });
  conflictAt({ operation: 'PutObject', key: /\/plain\/.*part-/ });
  conflictAt({ operation: 'PutObject', key: /\/parts\/.*part-000-00001/ });
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await observed.schedule({ source: 'shop', scheduled_time: `${yesterday}T03:00:00Z` });
  await observed.work();
  await observed.watch();
  await observed.replay({ all: true, source: 'shop' });
  await observed.work();
  await db.query('insert into changes select generate_series(101, 200)');
  await observed.schedule({ source: 'shop', scheduled_time: `${yesterday}T04:00:00Z`, tables: ['public.changes'] });
  await observed.work();
  await expect(observed.schedule({ source: 'shpo', scheduled_time: `${yesterday}T03:00:00Z` })).rejects.toThrow();
}

function conflictAt(match: FaultMatch): void {
  const action = { kind: 'status', status: 409, code: 'ConditionalRequestConflict' } as const;
  observed.fleet.s3.endpoint.faults.add({ match, action });
}

function problems(name: ObservedFunction, calls: readonly CollectedCall[]): string[] {
  return problemsOfCalls(calls, FUNCTIONS[name], template, KEYS);
}

const commandsOf = (name: ObservedFunction) =>
  [...new Set(observed.callsOf(name).map(({ command }) => String(command).replace(/Command$/, '')))].toSorted();

const queueCall = (command: string, queue: string) => ({
  client: 'SQSClient',
  command,
  queue_url: `https://sqs.us-east-1.amazonaws.com/000000000000/${queue}`,
});
const objectCall = (command: string, key: string, condition?: string, bucket = 'lake') => ({
  client: 'S3Client',
  command,
  bucket,
  key,
  ...(condition !== undefined && { condition }),
});

const EXTRACTOR_COMMANDS = (
  'AbortMultipartUpload ChangeMessageVisibility CompleteMultipartUpload CreateMultipartUpload GetObject GetSecretValue ' +
  'HeadObject ListObjectsV2 Publish PutObject SendMessage SendMessageBatch UploadPart'
).split(' ');

describe('the calls of a run', () => {
  it('are all that there are', () => {
    expect(commandsOf('scheduler')).toEqual(['GetObject', 'ListObjectsV2', 'Publish', 'PutObject', 'SendMessageBatch']);
    expect(commandsOf('extractor')).toEqual(EXTRACTOR_COMMANDS);
    expect(commandsOf('replayer')).toEqual(['DeleteMessageBatch', 'ReceiveMessage', 'SendMessageBatch']);
    expect(commandsOf('watchdog')).toEqual(['GetObject', 'ListObjectsV2', 'Publish', 'PutObject']);
  });

  it.each(['scheduler', 'extractor', 'replayer', 'watchdog'] as const)('are allowed to the %s by its role', (name) => {
    expect(observed.callsOf(name).length).toBeGreaterThan(2);
    expect(problems(name, observed.callsOf(name))).toEqual([]);
  });

  it('are logged without a secret, a row or a message', () => {
    const text = observed.text();
    expect(text).toContain('"command":"GetSecretValueCommand"');
    for (const hidden of [PASSWORD, '"run_id\\"', 'c4ca4238a0b923820dcc509a6f75849b'])
      expect(text).not.toContain(hidden);
  });
});

describe('what Lambda does with a role', () => {
  it('is allowed to the event source mapping', () => {
    const commands = ['ReceiveMessage', 'DeleteMessageBatch', 'GetQueueAttributes', 'ChangeMessageVisibility'];
    const calls = commands.map((command) => queueCall(`${command}Command`, 'landfall-local-shop'));
    expect(problems('extractor', calls)).toEqual([]);
  });

  it('is allowed to the destinations of failed calls', () => {
    const call = queueCall('SendMessageCommand', 'landfall-local--schedules-dlq');
    expect([...problems('scheduler', [call]), ...problems('watchdog', [call])]).toEqual([]);
  });
});

const RUN = 'raw/_landfall/runs/shop/20261122T030000Z/';

describe('what no function may', () => {
  it.each<[string, ObservedFunction, CollectedCall]>([
    [
      'read the secret of another source',
      'extractor',
      { client: 'SecretsManagerClient', command: 'GetSecretValueCommand', secret_id: OTHER },
    ],
    ['send to the queue of another source', 'extractor', queueCall('SendMessageCommand', 'landfall-local-erp')],
    [
      'send to the dead letters of another source',
      'extractor',
      queueCall('SendMessageCommand', 'landfall-local-erp-dlq'),
    ],
    ['receive from the queue of another source', 'extractor', queueCall('ReceiveMessageCommand', 'landfall-local-erp')],
    ['receive its own dead letters', 'extractor', queueCall('ReceiveMessageCommand', 'landfall-local-shop-dlq')],
    [
      'write a file of another source',
      'extractor',
      objectCall('PutObjectCommand', 'raw/erp/dbo/orders/part-000-00000.parquet', 'if-none-match'),
    ],
    [
      'read a file of another source',
      'extractor',
      objectCall('GetObjectCommand', 'raw/erp/dbo/orders/part-000-00000.parquet'),
    ],
    [
      'write a record of another source',
      'extractor',
      objectCall('PutObjectCommand', 'raw/_landfall/state/erp/dbo.orders.json', 'if-none-match'),
    ],
    [
      'list another source',
      'extractor',
      { client: 'S3Client', command: 'ListObjectsV2Command', bucket: 'lake', prefix: 'raw/erp/' },
    ],
    [
      'overwrite a file',
      'extractor',
      objectCall('PutObjectCommand', 'raw/shop/public/plain/part-000-00000.parquet', 'if-match'),
    ],
    [
      'write a file whatever stands there',
      'extractor',
      objectCall('CompleteMultipartUploadCommand', 'raw/shop/public/big/part-000-00000.csv'),
    ],
    ['write a record whatever stands there', 'extractor', objectCall('PutObjectCommand', `${RUN}plan.json`)],
    ['delete a file', 'extractor', objectCall('DeleteObjectCommand', 'raw/shop/public/plain/part-000-00000.parquet')],
    ['delete a record', 'watchdog', objectCall('DeleteObjectCommand', `${RUN}summary.json`)],
    [
      'read another bucket',
      'extractor',
      objectCall('GetObjectCommand', 'raw/shop/public/plain/part-000-00000.parquet', undefined, 'vault'),
    ],
    [
      'publish elsewhere',
      'extractor',
      { client: 'SNSClient', command: 'PublishCommand', topic_arn: 'arn:aws:sns:us-east-1:000000000000:others' },
    ],
    [
      'read the files of tables',
      'scheduler',
      objectCall('GetObjectCommand', 'raw/shop/public/plain/part-000-00000.parquet'),
    ],
    [
      'write a manifest',
      'scheduler',
      objectCall('PutObjectCommand', `${RUN}manifests/public.plain.json`, 'if-none-match'),
    ],
    ['receive the messages of a source', 'scheduler', queueCall('ReceiveMessageCommand', 'landfall-local-shop')],
    [
      'write a file',
      'watchdog',
      objectCall('PutObjectCommand', 'raw/shop/public/plain/part-000-00000.parquet', 'if-none-match'),
    ],
    [
      'write a state',
      'watchdog',
      objectCall('PutObjectCommand', 'raw/_landfall/state/shop/public.changes.json', 'if-none-match'),
    ],
    ['send work', 'watchdog', queueCall('SendMessageCommand', 'landfall-local-shop')],
    ['read a record', 'replayer', objectCall('GetObjectCommand', `${RUN}plan.json`)],
    [
      'read a secret',
      'scheduler',
      { client: 'SecretsManagerClient', command: 'GetSecretValueCommand', secret_id: ARN },
    ],
  ])('%s (%s)', (_what, name, call) => {
    expect(problems(name, [call]).join('\n')).toContain(`${FUNCTIONS[name]}: not allowed`);
  });
});
