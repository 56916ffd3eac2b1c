import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { createReplayer, type ReplayResult } from '../../../handlers/replayer.ts';
import { lambdaContext } from '../../../local/aws/lambda-event.ts';
import { firstMessage, formatMessage, parseMessage } from '../../../shared/core/message.ts';
import { systemClock } from '../../../shared/lambda/system-clock.ts';
import { SqsTableQueue } from '../../../shared/queue/sqs-table-queue.ts';
import { type HandlerFleet, startHandlerFleet } from '../../support/handler-fleet.ts';
import { receive } from '../../unit/local/aws/local-queues.ts';

const RUN_ID = '20261122T030000Z';

let folder: string;
let fleet: HandlerFleet;
let queue: SqsTableQueue;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-replayer-'));
  const config = join(folder, 'landfall.yaml');
  const shop = { dialect: 'postgres', secret: 'env:SHOP_DB', tables: { a: {}, b: {} } };
  writeFileSync(config, JSON.stringify({ version: 1, target: { bucket: 'lake' }, sources: { shop } }));
  fleet = await startHandlerFleet(config);
  queue = new SqsTableQueue({ client: fleet.sqs, ...fleet.queues, clock: systemClock, random: Math.random });
});
afterAll(async () => {
  await fleet?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const QueueUrl of [fleet.queues.queueUrl, fleet.queues.deadLetterQueueUrl]) {
    await fleet.sqs.send(new PurgeQueueCommand({ QueueUrl }));
  }
});

async function bury(table: string, errorCode = 'TABLE_NOT_FOUND'): Promise<void> {
  const message = firstMessage('shop', RUN_ID, table);
  await queue.deadLetter(formatMessage(message), { errorCode, errorMessage: 'gone', attempts: 1, message });
}

function replay(event: unknown, given: Partial<Context> = {}): Promise<ReplayResult> {
  const handler = createReplayer({ logger: fleet.log.logger, environment: fleet.environment });
  return handler(event, { ...lambdaContext({ functionName: 'replayer', queueArn: '', timeoutMs: 60_000 }), ...given });
}

async function backToWork(): Promise<string[]> {
  const messages = await receive(fleet.sqs, fleet.queues.queueUrl);
  return messages
    .map(({ Body }) => parseMessage(Body!))
    .map(({ table, resume }) => `${table} ${resume}`)
    .toSorted();
}

const buried = async () => (await fleet.letters()).length;

describe('the replayer', () => {
  it('sends the dead letters back to work and says which', async () => {
    await bury('a');
    await bury('b', 'LOGIN_REFUSED');
    await fleet.sqs.send(new SendMessageCommand({ QueueUrl: fleet.queues.deadLetterQueueUrl, MessageBody: 'hello' }));
    const { sources, ...rest } = await replay({ errors: ['LOGIN_REFUSED'] });
    expect(rest).toEqual({ dry_run: false });
    expect(sources).toEqual([
      {
        source: 'shop',
        replayed: [{ table: 'b', run_id: RUN_ID, error_code: 'LOGIN_REFUSED' }],
        waiting: 0,
        left: 1,
        unreadable: [{ message_id: expect.any(String), problem: expect.stringContaining('not JSON') }],
        complete: true,
      },
    ]);
    expect(await backToWork()).toEqual(['b true']);
    expect(await buried()).toBe(2);
    expect(fleet.log.text()).toContain('Dead letters replayed');
  });

  it('only looks in a dry run, and keeps to a number of tables', async () => {
    await bury('a');
    await bury('b');
    const looked = await replay({ all: true, dry_run: true, source: 'shop' });
    expect(looked).toMatchObject({ dry_run: true, sources: [{ replayed: [{}, {}], waiting: 0 }] });
    expect([await backToWork(), await buried()]).toEqual([[], 2]);
    expect(await replay({ all: true, max: 1 })).toMatchObject({ sources: [{ replayed: [{}], waiting: 1 }] });
    expect(await buried()).toBe(1);
  });

  it('stops before its time is up, with every letter in sight again', async () => {
    await bury('a');
    const remainingMs = [60_000, 1];
    const short = { getRemainingTimeInMillis: () => remainingMs.shift() ?? 0 };
    expect(await replay({ all: true }, short)).toMatchObject({ sources: [{ replayed: [], complete: false }] });
    expect(await buried()).toBe(1);
  });

  it.each([
    ['nothing is named', {}, 'name what to replay'],
    ['all and a table are named', { all: true, tables: ['a'] }, 'name what to replay'],
    ['an option is unknown', { all: true, dryRun: true }, 'dryRun'],
    ['a number is none', { all: true, max: 0 }, 'max'],
    ['it is no object', 'all', 'expected object'],
  ])('refuses options of which %s', async (_, event, text) => {
    await bury('a');
    await expect(replay(event)).rejects.toMatchObject({
      name: 'MessageError',
      code: 'REPLAY_EVENT_INVALID',
      message: expect.stringContaining(text),
      remedy: expect.stringContaining('{"all": true}'),
    });
    expect(await buried()).toBe(1);
  });

  it('refuses a source that is not configured', async () => {
    await expect(replay({ all: true, source: 'shp' })).rejects.toMatchObject({ code: 'SOURCE_NOT_CONFIGURED' });
  });
});
