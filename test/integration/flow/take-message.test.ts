import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeadlineError, QueueError, SourceError } from '../../../shared/core/errors.ts';
import { formatMessage } from '../../../shared/core/message.ts';
import type { Deadline } from '../../../shared/flow/deadline.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { takeMessage } from '../../../shared/flow/take-message.ts';
import { S3Landing } from '../../../shared/landing/s3-landing.ts';
import { S3Ledger } from '../../../shared/ledger/s3-ledger.ts';
import { FlowRig, noDeadline, RUN_ID, SOURCE } from '../../support/flow-rig.ts';
import { rowBatches } from '../../support/memory-database.ts';

const PEOPLE = 'public.people';
const ORDERS = 'public.orders';
const LAST = 3;
const lost = new SourceError('CONNECTION_LOST', 'Failed reading public.people: the connection was lost.');
const denied = new SourceError('PERMISSION_DENIED', 'Failed reading public.people: permission denied.', {
  retry: 'permanent',
  remedy: 'Grant SELECT.',
});

let rig: FlowRig;

beforeEach(async () => {
  const csv = { format: 'csv' };
  rig = await FlowRig.start({ tables: { [PEOPLE]: csv, [ORDERS]: csv } });
  for (const table of [PEOPLE, ORDERS]) rig.database.tables.set(table, { batches: rowBatches(20) });
  await rig.plan();
});
afterEach(() => rig.close());

interface Take {
  readonly table?: string;
  readonly body?: string;
  readonly attempt?: number;
  readonly services?: ExtractServices;
  readonly deadline?: Deadline;
}

function take({ table = PEOPLE, body, attempt = 1, services = rig.services, deadline = noDeadline }: Take = {}) {
  const text = body ?? formatMessage(rig.message(table));
  const delivery = { queue: rig.queue, body: text, receiptHandle: `receipt-${attempt}`, attempt };
  return takeMessage(delivery, services, deadline, () => rig.log, rig.log);
}

function failWith(failure: SourceError, table = PEOPLE): void {
  rig.database.tables.set(table, { batches: rowBatches(20), failure });
}

const failureOf = (table: string) => rig.services.ledger.readFailure(rig.message(table));
const messages = (level: string) => rig.lines.filter((line) => line.level === level).map((line) => line.message);

describe('a failure that may pass', () => {
  it('brings the message back after a growing wait', async () => {
    failWith(lost);
    await expect(take({ attempt: 1 })).rejects.toBe(lost);
    await expect(take({ attempt: 2 })).rejects.toBe(lost);
    expect(rig.queue.delays).toEqual([
      { receiptHandle: 'receipt-1', delayMs: 500 },
      { receiptHandle: 'receipt-2', delayMs: 1_000 },
    ]);
    expect([rig.queue.deadLetters, rig.mails, await failureOf(PEOPLE)]).toEqual([[], [], undefined]);
    expect(await rig.landedKeys()).toEqual([]);
    expect(rig.progress.at(-1)).toMatchObject({ status: 'retrying', error: lost });
  });

  it('counts as such when nobody foresaw it', async () => {
    const openSource = async () => await Promise.reject(new TypeError('x is not a function'));
    await expect(take({ services: { ...rig.services, openSource } })).rejects.toMatchObject({ code: 'UNEXPECTED' });
    expect(rig.queue.delays).toHaveLength(1);
    expect(rig.queue.deadLetters).toEqual([]);
  });

  it('goes on failing quietly when the visibility cannot be changed', async () => {
    failWith(lost);
    rig.queue.delay = async () => await Promise.reject(new QueueError('QUEUE_UNAVAILABLE', 'no answer'));
    await expect(take()).rejects.toBe(lost);
    expect(messages('warn')).toContain('The visibility was not shortened');
  });

  it('ends at the last try as a dead letter, a record and one email', async () => {
    failWith(lost);
    expect(await take({ attempt: LAST })).toEqual({ status: 'failed', errorCode: 'CONNECTION_LOST' });
    expect(rig.queue.deadLetters).toEqual([
      {
        body: formatMessage(rig.message(PEOPLE)),
        reason: { errorCode: lost.code, errorMessage: lost.message, attempts: LAST, message: rig.message(PEOPLE) },
      },
    ]);
    expect(rig.queue.delays).toEqual([]);
    expect(await failureOf(PEOPLE)).toMatchObject({
      error_class: 'SourceError',
      error_code: 'CONNECTION_LOST',
      attempts: LAST,
      announced_at: expect.stringMatching(/^2026-11-22T03:/),
    });
    expect(rig.mails.map(({ subject }) => subject)).toEqual([
      'Landfall: shop public.people did not land (CONNECTION_LOST)',
    ]);
    const words = rig.mails[0]!.body.replaceAll(/\s*\\?\n\s*/g, ' ');
    expect(words).toContain(`npx landfall replay --source shop --run ${RUN_ID} --error CONNECTION_LOST`);
    expect(await rig.landedKeys()).toEqual([]);
  });
});

describe('a failure that will not pass', () => {
  it('ends at once', async () => {
    failWith(denied);
    expect(await take()).toEqual({ status: 'failed', errorCode: 'PERMISSION_DENIED' });
    expect(rig.queue.deadLetters).toHaveLength(1);
    expect(rig.queue.delays).toEqual([]);
    expect(rig.mails).toHaveLength(1);
    expect(rig.mails[0]!.body).toContain('Grant SELECT.');
  });

  it('leaves the other tables alone', async () => {
    failWith(denied);
    const outcomes = await Promise.all([take(), take({ table: ORDERS })]);
    expect(outcomes.map(({ status }) => status)).toEqual(['failed', 'landed']);
    expect(await rig.manifest(ORDERS)).toMatchObject({ status: 'landed', rows: 20 });
    expect(await rig.manifest(PEOPLE)).toBeUndefined();
  });

  it('is told once, however often its message is delivered', async () => {
    failWith(denied);
    await take();
    await take();
    expect(rig.mails).toHaveLength(1);
    expect(rig.queue.deadLetters).toHaveLength(2);
    rig.database.tables.set(PEOPLE, { batches: rowBatches(20) });
    expect(await take()).toMatchObject({ status: 'landed', rows: 20 });
    expect(await rig.manifest(PEOPLE)).toMatchObject({ status: 'landed' });
  });

  it.each([
    ['no JSON', 'hello', 'MESSAGE_NOT_OURS'],
    ['somebody else’s JSON', '{"Records":[]}', 'MESSAGE_VERSION_UNKNOWN'],
    ['a later version', '{"version":2,"source":"shop"}', 'MESSAGE_VERSION_UNKNOWN'],
  ])('is seen in a message that is %s, without any record or email', async (_, body, errorCode) => {
    expect(await take({ body })).toEqual({ status: 'failed', errorCode });
    expect(rig.queue.deadLetters).toMatchObject([{ body, reason: { errorCode, attempts: 1, message: undefined } }]);
    expect(rig.mails).toEqual([]);
    expect(rig.database.opened).toEqual([]);
  });

  it('is no failure when another delivery landed the table meanwhile', async () => {
    rig.database.tables.set(PEOPLE, {
      batches: rowBatches(20),
      beforeBatch: async () => {
        rig.database.tables.set(PEOPLE, { batches: rowBatches(20) });
        expect(await take()).toMatchObject({ status: 'landed' });
        throw denied;
      },
    });
    rig.progress.length = 0;
    expect(await take()).toEqual({ status: 'superseded' });
    expect(rig.progress.at(-1)).toMatchObject({ status: 'superseded' });
    expect([rig.queue.deadLetters, rig.mails, await failureOf(PEOPLE)]).toEqual([[], [], undefined]);
  });
});

describe('a refused login', () => {
  it('is tried once more with a fresh secret', async () => {
    rig.database.refusedLogins = 1;
    expect(await take()).toMatchObject({ status: 'landed', rows: 20 });
    expect(rig.database.opened).toEqual([false, true].map((fresh) => ({ table: PEOPLE, fresh })));
    expect(rig.database.connections).toBe(0);
  });

  it('is final when the secret is still the same, without another login', async () => {
    rig.database.refusedLogins = 99;
    const openSource = (async (source: unknown, table: string, options: { fresh: boolean }) =>
      options.fresh ? undefined : await rig.database.open(source, table, options)) as ExtractServices['openSource'];
    const outcome = await take({ services: { ...rig.services, openSource } });
    expect(outcome).toEqual({ status: 'failed', errorCode: 'LOGIN_REFUSED' });
    expect(rig.database.opened).toEqual([{ table: PEOPLE, fresh: false }]);
  });

  it('is final when the fresh secret is refused too', async () => {
    rig.database.refusedLogins = 99;
    expect(await take()).toEqual({ status: 'failed', errorCode: 'LOGIN_REFUSED' });
    expect(rig.database.opened).toHaveLength(2);
    expect(rig.queue.deadLetters).toHaveLength(1);
    expect(rig.database.connections).toBe(0);
  });
});

describe('a failure to tell of the failure', () => {
  it('leaves the record unannounced and sends the dead letter all the same', async () => {
    failWith(denied);
    const alerts = { publish: async () => await Promise.reject(new QueueError('ALERT_NOT_SENT', 'SNS is down')) };
    expect(await take({ services: { ...rig.services, alerts } })).toMatchObject({ status: 'failed' });
    expect(rig.queue.deadLetters).toHaveLength(1);
    expect(await failureOf(PEOPLE)).toMatchObject({ error_code: 'PERMISSION_DENIED', announced_at: null });
    expect(messages('error')).toContain('The failure was not announced');
    await take();
    expect(rig.mails).toHaveLength(1);
    expect((await failureOf(PEOPLE))!.announced_at).not.toBeNull();
  });

  it('does not keep email and dead letter back when the bucket itself is gone', async () => {
    const { client } = rig.s3;
    const services: ExtractServices = {
      ...rig.services,
      ledger: new S3Ledger({ client, bucket: 'no-such-bucket', prefix: '' }),
      landing: new S3Landing({ client, bucket: 'no-such-bucket' }),
    };
    expect(await take({ services })).toEqual({ status: 'failed', errorCode: 'BUCKET_NOT_FOUND' });
    expect(rig.queue.deadLetters).toMatchObject([{ reason: { errorCode: 'BUCKET_NOT_FOUND' } }]);
    expect(rig.mails).toHaveLength(1);
    expect(rig.mails[0]!.body).toContain('Create the bucket no-such-bucket');
    expect(messages('error')).toContain('The failure was not recorded');
    expect(rig.database.opened).toEqual([]);
  });

  it('brings the message back soon when the dead letter is refused', async () => {
    failWith(denied);
    rig.queue.deadLetter = async () => await Promise.reject(new QueueError('QUEUE_DENIED', 'no'));
    await expect(take()).rejects.toMatchObject({ code: 'QUEUE_DENIED' });
    expect(rig.queue.delays).toEqual([{ receiptHandle: 'receipt-1', delayMs: 500 }]);
  });

  it('brings the message back soon when a landed table cannot be marked, and then ends the run', async () => {
    failWith(denied, ORDERS);
    await take({ table: ORDERS });
    rig.queue.deadLetters.length = 0;
    const broken = { ...rig.services, landing: unmarkable(rig.services) };
    await expect(take({ services: broken, attempt: LAST })).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    expect(await rig.manifest(PEOPLE)).toMatchObject({ status: 'landed' });
    expect(rig.queue.delays).toHaveLength(1);
    expect(rig.queue.deadLetters).toEqual([]);
    expect(await take({ attempt: LAST })).toEqual({ status: 'superseded' });
    expect(await rig.services.ledger.readSummary({ source: SOURCE, runId: RUN_ID })).toMatchObject({ source: SOURCE });
  });
});

function unmarkable({ landing }: ExtractServices): ExtractServices['landing'] {
  return {
    land: (...words) => landing.land(...words),
    find: (key) => landing.find(key),
    mark: async () => await Promise.reject(new QueueError('QUEUE_UNAVAILABLE', 'no marker')),
  };
}

describe('an interruption', () => {
  const interruptedBy = (reason: unknown) => {
    const controller = new AbortController();
    const beforeBatch = (index: number) => {
      if (index === 1) controller.abort(reason);
    };
    rig.database.tables.set(PEOPLE, { batches: rowBatches(300), beforeBatch });
    return { wrapUp: controller.signal, signal: controller.signal };
  };

  it('by the deadline is the reason of the failure, whatever the source says', async () => {
    const deadline = new DeadlineError('DEADLINE_REACHED', 'Too long.', { retry: 'once' });
    await expect(take({ deadline: interruptedBy(deadline) })).rejects.toBe(deadline);
    expect(await take({ attempt: 2, deadline: interruptedBy(deadline) })).toMatchObject({
      errorCode: 'DEADLINE_REACHED',
    });
    expect([await rig.landedKeys(), await rig.openUploads(), rig.database.connections]).toEqual([[], 0, 0]);
  });

  it('from outside says so, in a typed error with a remedy', async () => {
    const interruption = interruptedBy(new DOMException('The local fleet is stopping.', 'AbortError'));
    const thrown = await take({ deadline: interruption }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(DeadlineError);
    expect(String(thrown)).toMatch(/^DeadlineError: The attempt was interrupted: .*The local fleet is stopping\.$/);
    expect(thrown).toMatchObject({ code: 'INTERRUPTED', retry: 'transient' });
    expect(rig.queue.delays).toHaveLength(1);
    expect(await rig.landedKeys()).toEqual([]);
  });
});
