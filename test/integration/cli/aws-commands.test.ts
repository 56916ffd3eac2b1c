import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { queueNames } from '../../../shared/config/resource-names.ts';
import { firstMessage, formatMessage, parseMessage } from '../../../shared/core/message.ts';
import type { FailureRecord } from '../../../shared/core/records.ts';
import { systemClock } from '../../../shared/lambda/system-clock.ts';
import { S3Ledger } from '../../../shared/ledger/s3-ledger.ts';
import { SqsTableQueue } from '../../../shared/queue/sqs-table-queue.ts';
import { landfall, startLandfall } from '../../support/landfall-cli.ts';
import { startTestS3, type TestS3 } from '../../support/s3.ts';
import { type LocalQueues, localQueues, receive } from '../../unit/local/aws/local-queues.ts';

const BUCKET = 'lake';
const STAGE = 'test';

let folder: string;
let config: string;
let s3: TestS3;
let local: LocalQueues;
let urls: { readonly queueUrl: string; readonly deadLetterQueueUrl: string };
let queue: SqsTableQueue;
let ledger: S3Ledger;
const before = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-aws-'));
  mkdirSync(join(folder, 'buckets'));
  config = join(folder, 'landfall.yaml');
  const tables = { 'public.a': {}, 'public.b': { mode: 'incremental', update_key: 'id' } };
  const shop = { dialect: 'postgres', secret: 'env:SHOP_DB', tables };
  writeFileSync(config, JSON.stringify({ version: 1, target: { bucket: BUCKET }, sources: { shop } }));
  s3 = await startTestS3({ rootFolder: join(folder, 'buckets') });
  await s3.endpoint.createBucket(BUCKET);
  local = await localQueues();
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_S3: s3.endpoint.endpoint,
    AWS_ENDPOINT_URL_SQS: local.service.endpoint,
  });
  const names = queueNames(STAGE, 'shop');
  const create = async (QueueName: string) => (await local.sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl!;
  urls = { queueUrl: await create(names.queue), deadLetterQueueUrl: await create(names.deadLetterQueue) };
  queue = new SqsTableQueue({ client: local.sqs, ...urls, clock: systemClock, random: Math.random });
  ledger = new S3Ledger({ client: s3.client, bucket: BUCKET, prefix: '' });
});
afterAll(async () => {
  for (const name of ['AWS_REGION', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL_SQS']) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  await local?.[Symbol.asyncDispose]();
  await s3?.close();
  rmSync(folder, { recursive: true, force: true });
});

const command = (...words: string[]) => landfall(...words, '--config', config, '--stage', STAGE);

async function sentTables(): Promise<string[]> {
  return (await receive(local.sqs, urls.queueUrl)).map(({ Body }) => parseMessage(Body!).table).toSorted();
}

function failureAt(runId: string, failedAt: string): FailureRecord {
  return {
    version: 1,
    source: 'shop',
    table: 'public.a',
    run_id: runId,
    failed_at: failedAt,
    attempts: 2,
    error_class: 'SourceError',
    error_code: 'LOGIN_REFUSED',
    error_message: 'refused',
    remedy: '',
    announced_at: null,
  };
}

describe('commands on a stage in AWS', () => {
  let runId: string;

  beforeEach(async () => {
    const result = await command('run', '--json');
    expect([result.exitCode, result.err]).toEqual([0, '']);
    runId = (JSON.parse(result.out) as { runs: { run_id: string }[] }).runs[0]!.run_id;
    expect(await sentTables()).toEqual(['public.a', 'public.b']);
  });

  it('start a run and return, and the ledger has its plan', async () => {
    const { out } = await command('run', '--table', 'public.b', '--full-refresh');
    const started = /Run (\S+) of shop: sent 1 table\nSee landfall status \1\n/.exec(out)?.[1];
    expect(await ledger.readPlan({ source: 'shop', runId: started! })).toMatchObject({
      full_refresh: true,
      tables: [{ table: 'public.b' }],
    });
    expect(await sentTables()).toEqual(['public.b']);
    const status = await command('status', runId);
    expect(status.out).toContain(`shop, run ${runId}: 2 queued\n`);
    const runs = JSON.parse((await command('runs', '--json')).out) as { run_id: string; state: string }[];
    expect(runs.map(({ state }) => state)).toContain('running');
  });

  it('show what failed and send it back, and end without waiting', async () => {
    const message = firstMessage('shop', runId, 'public.a');
    await ledger.recordFailure(failureAt(runId, '2026-11-22T03:00:00.000Z'));
    const reason = { errorCode: 'LOGIN_REFUSED', errorMessage: 'refused', attempts: 2, message };
    await queue.deadLetter(formatMessage(message), reason);
    const failed = await command('failed');
    expect(failed.out).toContain('SourceError LOGIN_REFUSED: 1 table');
    expect(failed.out.replaceAll(/ \\\n +/g, ' ')).toContain('--stage test --source shop --error LOGIN_REFUSED');
    const replayed = await command('replay', '--error', 'LOGIN_REFUSED');
    expect([replayed.exitCode, replayed.err]).toEqual([0, '']);
    expect(replayed.out).toBe(`Replayed shop public.a of run ${runId} (LOGIN_REFUSED)\n`);
    expect(await sentTables()).toEqual(['public.a']);
    expect((await command('failed')).out).toBe('shop: nothing failed\n');
  });

  it('watch a replay until its tables end, and take an earlier failure for none', async () => {
    const message = firstMessage('shop', runId, 'public.a');
    await ledger.recordFailure(failureAt(runId, '2026-11-22T03:00:00.000Z'));
    await queue.deadLetter(formatMessage(message), { errorCode: 'X', errorMessage: 'x', attempts: 2, message });
    const watching = command('replay', '--all', '--watch');
    let hasEnded = false;
    void watching.then(() => {
      hasEnded = true;
    });
    // The fleet of this test: it takes the message, and fails again.
    const [taken] = await receive(local.sqs, urls.queueUrl, 20);
    expect(parseMessage(taken!.Body!)).toMatchObject({ table: 'public.a', resume: true });
    expect(hasEnded).toBe(false);
    await ledger.recordFailure(failureAt(runId, '2026-11-22T05:00:00.000Z'));
    const result = await watching;
    expect(result.exitCode).toBe(1);
    expect(result.err).toBe('✗ public.a                       failed: LOGIN_REFUSED\n');
    expect(result.out).toContain(`0 landed, 0 empty, 1 failed; 0 rows`);
    expect(result.out).toContain(`in s3://${BUCKET}/\n`);
  });

  it('stop only the watching when they are interrupted', async () => {
    const message = firstMessage('shop', runId, 'public.a');
    await queue.deadLetter(formatMessage(message), { errorCode: 'X', errorMessage: 'x', attempts: 2, message });
    const words = ['replay', '--all', '--watch', '--config', config, '--stage', STAGE];
    const watching = startLandfall(words, process.env);
    const [taken] = await receive(local.sqs, urls.queueUrl, 20);
    expect(parseMessage(taken!.Body!)).toMatchObject({ table: 'public.a', resume: true });
    watching.kill('SIGINT');
    const { exitCode, err } = await watching.ended;
    expect([exitCode, err]).toEqual([130, 'Stopped looking; what was sent goes on in AWS. See landfall status.\n']);
  });

  it.each(['run', 'failed'])('%s says what is missing in a stage that was not deployed', async (name) => {
    const result = await landfall(name, '--config', config, '--stage', 'nowhere');
    expect([result.exitCode, result.out]).toEqual([2, '']);
    expect(result.err).toContain('QUEUE_NOT_FOUND: There is no queue landfall-nowhere-shop');
    expect(result.err).toContain('--stage');
  });

  it('refuse a stage together with the folder of a local run', async () => {
    expect(await command('failed', '--local', folder)).toMatchObject({ exitCode: 2, out: '' });
  });
});
