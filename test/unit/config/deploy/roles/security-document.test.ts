import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { LIKELY_CAUSES } from '../../../../../shared/alert/causes.ts';
import { type CallWorld, type CollectedCall, requestsOf } from '../../../../support/iam/actions-of.ts';
import { decide, type PlainPolicy, type PlainStatement } from '../../../../support/iam/evaluate.ts';
import { documentedTables, textBehind, withTables } from './security-document.ts';

const PATH = 'docs/security.md';
if (process.env.LANDFALL_UPDATE_GOLDENS) writeFileSync(PATH, withTables(readFileSync(PATH, 'utf8')));
const document = readFileSync(PATH, 'utf8');

const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const world: CallWorld = {
  where: { account: '123456789012', region: 'eu-central-1' },
  keys: { bucket: () => KEY, queue: () => KEY, topic: () => KEY, secret: () => undefined },
};

/** The policies in a section. */
function policiesIn(title: string): unknown[] {
  const section = document.split(/^## /m).find((each) => each.startsWith(`${title}\n`)) ?? '';
  return [...section.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => JSON.parse(json) as unknown);
}

const PLACE = 'https://sqs.eu-central-1.amazonaws.com/123456789012/';
const s3 = (command: string, key: string, others: object = {}) => {
  return { client: 'S3Client', command: `${command}Command`, bucket: 'acme-data-lake', key, ...others };
};
const sqs = (command: string, queue: string) => {
  return { client: 'SQSClient', command: `${command}Command`, queue_url: `${PLACE}${queue}` };
};

function refused(statements: readonly PlainStatement[], calls: readonly CollectedCall[], context = {}): string[] {
  const policy: PlainPolicy = { Statement: statements };
  return calls.flatMap((call) =>
    requestsOf(call, world)
      .filter((request) => decide([policy], { ...request, context: { ...request.context, ...context } }) !== 'allowed')
      .map(({ action, resource }) => `${action} ${resource}`),
  );
}

describe('docs/security.md', () => {
  it.each(Object.entries(documentedTables()))('has the table of the %s as it is in the code', (marker, table) => {
    expect(textBehind(document, marker)).toContain(`\n${table}\n`);
    const rows = (text: string) => text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows(textBehind(document, marker))).toEqual(rows(table));
  });

  it('names error codes that there are', () => {
    const codes = [...document.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code = '']) => code);
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => code !== 'ROLE_TOO_LARGE' && !Object.hasOwn(LIKELY_CAUSES, code))).toEqual([]);
  });
});

const RUN = 'raw/_landfall/runs/shop/20261122T030000Z';

const LOOKS = [
  s3('GetObject', `${RUN}/plan.json`),
  s3('HeadObject', 'raw/shop/public/orders/part-000-00000.parquet'),
  { client: 'S3Client', command: 'ListObjectsV2Command', bucket: 'acme-data-lake', prefix: 'raw/_landfall/runs/shop/' },
  { client: 'S3Client', command: 'ListMultipartUploadsCommand', bucket: 'acme-data-lake', prefix: 'raw/' },
  { client: 'SQSClient', command: 'GetQueueUrlCommand', queue_name: 'landfall-prod-shop' },
  { client: 'SQSClient', command: 'GetQueueUrlCommand', queue_name: 'landfall-prod-shop-dlq' },
  sqs('ReceiveMessage', 'landfall-prod-shop-dlq'),
  sqs('ChangeMessageVisibilityBatch', 'landfall-prod-shop-dlq'),
];
const OPERATIONS = [
  s3('PutObject', `${RUN}/plan.json`, { condition: 'if-none-match' }),
  s3('PutObject', `${RUN}/sent.json`, { condition: 'if-match' }),
  s3('PutObject', `${RUN}/report.html`, { condition: 'if-match' }),
  s3('PutObject', 'raw/_landfall/state/shop/public.orders.json', { condition: 'if-match' }),
  s3('PutObject', 'raw/_landfall/schemas/shop/public.orders.json', { condition: 'if-match' }),
  sqs('SendMessageBatch', 'landfall-prod-shop'),
  sqs('DeleteMessageBatch', 'landfall-prod-shop-dlq'),
];
const CLEANINGS = [
  s3('DeleteObjects', 'raw/shop/public/orders/part-000-00000.parquet'),
  s3('AbortMultipartUpload', 'raw/shop/public/orders/part-000-00001.parquet'),
  s3('PutObject', `${RUN}/removed/public.orders.json`, { condition: 'if-match' }),
];
const NEVER = [
  s3('DeleteObject', `${RUN}/plan.json`),
  s3('PutObject', 'raw/shop/public/orders/part-000-00000.parquet', { condition: 'if-none-match' }),
  s3('GetObject', 'other/secret.csv'),
  sqs('ReceiveMessage', 'landfall-prod-shop'),
  sqs('SendMessage', 'landfall-dev-shop'),
];

describe("a person's policy", () => {
  const [policy] = policiesIn('People') as [PlainPolicy];
  const withSids = (pattern: RegExp) => policy.Statement.filter(({ Sid = '' }) => pattern.test(Sid));

  it.each([
    ['look', /^(Look|UseStackKey)/, LOOKS, [...OPERATIONS, ...CLEANINGS, ...NEVER]],
    ['operate', /^(Look|UseStackKey|Operate)/, [...LOOKS, ...OPERATIONS], [...CLEANINGS, ...NEVER]],
    ['clean', /^(Look|UseStackKey|Clean)/, [...LOOKS, ...CLEANINGS], [...OPERATIONS, ...NEVER]],
    ['do all of it', /./, [...LOOKS, ...OPERATIONS, ...CLEANINGS], NEVER],
  ] as const)('lets him or her %s, and nothing else', (_, sids, allowed, forbidden) => {
    const statements = withSids(sids);
    expect(refused(statements, allowed)).toEqual([]);
    expect(forbidden.filter((call) => refused(statements, [call]).length === 0)).toEqual([]);
  });
});

describe('the policies of another account', () => {
  const [bucket, key] = policiesIn('A bucket of another account') as [PlainPolicy, PlainStatement];
  const statements = [...bucket.Statement, { ...key, Resource: KEY }];
  const as = (role: string) => ({ 'aws:PrincipalArn': `arn:aws:iam::123456789012:role/${role}` });
  const calls = [
    s3('GetObject', `${RUN}/plan.json`),
    s3('PutObject', 'raw/shop/public/orders/part-000-00000.parquet', { condition: 'if-none-match' }),
    s3('UploadPart', 'raw/shop/public/orders/part-000-00000.parquet'),
    s3('AbortMultipartUpload', 'raw/shop/public/orders/part-000-00000.parquet'),
  ];

  it('let the roles of the stack in, and no other role', () => {
    expect(refused(statements, calls, as('landfall-prod-ExtractorShopRole-1A2B3C'))).toEqual([]);
    for (const call of calls) expect(refused(statements, [call], as('admin'))).not.toEqual([]);
  });

  it('let nobody delete, or write beside the prefix', () => {
    const role = as('landfall-prod-ExtractorShopRole-1A2B3C');
    expect(refused(statements, [s3('DeleteObject', 'raw/x')], role)).not.toEqual([]);
    expect(refused(statements, [s3('PutObject', 'other/x', { condition: 'if-none-match' })], role)).not.toEqual([]);
  });
});
