import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { firstMessage, formatMessage } from '../../../shared/core/message.ts';
import type { FailureRecord } from '../../../shared/core/records.ts';
import type { LetterFilter } from '../../../shared/flow/dead-tables.ts';
import { listFailed } from '../../../shared/flow/failed-tables.ts';
import { S3Ledger } from '../../../shared/ledger/s3-ledger.ts';
import { startTestS3, type TestS3 } from '../../support/s3.ts';
import { depth } from '../../unit/local/aws/local-queues.ts';
import { type QueueRig, startQueueRig } from '../../unit/queue/queue-rig.ts';

const RUN_ID = '20261122T030000Z';
const all: LetterFilter = { tables: [], runs: [], errors: [] };

let queues: QueueRig;
let s3: TestS3;
let ledger: S3Ledger;

beforeEach(async () => {
  queues = await startQueueRig();
  s3 = await startTestS3();
  ledger = new S3Ledger({ client: s3.client, bucket: s3.bucket, prefix: '' });
});
afterEach(async () => {
  await queues.close();
  await s3.close();
});

async function bury(table: string, errorCode: string, chunk = 0): Promise<void> {
  const message = { ...firstMessage('shop', RUN_ID, table), chunk };
  const reason = { errorCode, errorMessage: `${table} failed`, attempts: 2, message };
  await queues.queue.deadLetter(formatMessage(message), reason);
}

function record(table: string, errorCode: string): Promise<FailureRecord> {
  return ledger.recordFailure({
    version: 1,
    source: 'shop',
    table,
    run_id: RUN_ID,
    failed_at: '2026-11-22T03:01:00.000Z',
    attempts: 5,
    error_class: 'SourceError',
    error_code: errorCode,
    error_message: `${table} failed, in more words`,
    remedy: 'Mend it.',
    announced_at: null,
  });
}

function failed(filter: Partial<LetterFilter> = {}) {
  const { deadLetters } = queues;
  const clock = { now: () => Date.now(), sleep: async () => undefined };
  return listFailed({ ...all, ...filter }, { deadLetters, ledger, clock });
}

describe('listing what failed', () => {
  it('groups tables by cause, with what the ledger knows of each', async () => {
    await bury('a', 'LOGIN_REFUSED');
    await record('a', 'LOGIN_REFUSED');
    await bury('b', 'TABLE_NOT_FOUND');
    await bury('b', 'TABLE_NOT_FOUND', 1);
    await bury('c', 'TABLE_NOT_FOUND');
    await record('c', 'DEADLOCK');
    const { causes, left, unreadable, complete } = await failed();
    expect([left, unreadable, complete]).toEqual([0, [], true]);
    expect(causes.map(({ errorCode, tables }) => [errorCode, tables.map(({ table }) => table)])).toEqual([
      ['TABLE_NOT_FOUND', ['b', 'c']],
      ['LOGIN_REFUSED', ['a']],
    ]);
    const [b, c] = causes[0]!.tables;
    expect(b).toMatchObject({ source: 'shop', runId: RUN_ID, letters: 2, attempts: 2, errorClass: undefined });
    expect(c).toMatchObject({ errorClass: undefined, errorMessage: 'c failed', remedy: undefined });
    expect(causes[1]!.tables).toMatchObject([
      { errorClass: 'SourceError', errorMessage: 'a failed, in more words', remedy: 'Mend it.', attempts: 2 },
    ]);
    expect(Math.abs(Date.now() - causes[1]!.tables[0]!.failedAtMs)).toBeLessThan(60_000);
  });

  it('shows letters that SQS itself moved, and those that cannot be read', async () => {
    const QueueUrl = queues.urls.deadLetterQueueUrl;
    const MessageBody = formatMessage(firstMessage('shop', RUN_ID, 'a'));
    await queues.local.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await queues.local.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    const { causes, unreadable } = await failed({ errors: ['none'] });
    expect(causes).toMatchObject([{ errorCode: undefined, tables: [{ table: 'a', attempts: undefined }] }]);
    expect(unreadable).toMatchObject([{ problem: expect.stringContaining('not JSON') }]);
  });

  it('leaves every letter in sight, and counts those that are not meant', async () => {
    await bury('a', 'LOGIN_REFUSED');
    await bury('b', 'TABLE_NOT_FOUND');
    expect(await failed({ tables: ['a'] })).toMatchObject({ causes: [{ errorCode: 'LOGIN_REFUSED' }], left: 1 });
    const { sqs } = queues.local;
    expect(await depth(sqs, queues.urls.deadLetterQueueUrl)).toEqual({ waiting: 2, inFlight: 0 });
  });

  it('leaves every letter in sight when the ledger cannot be read', async () => {
    await bury('a', 'LOGIN_REFUSED');
    await s3.endpoint.close();
    await expect(failed()).rejects.toMatchObject({ name: 'LandingError' });
    const { sqs } = queues.local;
    expect(await depth(sqs, queues.urls.deadLetterQueueUrl)).toEqual({ waiting: 1, inFlight: 0 });
  });
});
