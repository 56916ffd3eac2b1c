import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigError, QueueError } from '../../../shared/core/errors.ts';
import { firstMessage } from '../../../shared/core/message.ts';
import { type RunRequest, scheduleRun } from '../../../shared/flow/schedule-run.ts';
import type { ScheduleServices } from '../../../shared/flow/services.ts';
import { FlowRig, NotingQueue, RUN_ID, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';

const TABLES = Array.from({ length: 25 }, (_, index) => `public.t${String(index).padStart(2, '0')}`);
const run = { source: SOURCE, runId: RUN_ID };

let rig: FlowRig;

beforeEach(async () => {
  const tables = Object.fromEntries(TABLES.map((table) => [table, {}]));
  rig = await FlowRig.start({ tables: { ...tables, 'public.off': { disabled: true } } });
});
afterEach(() => rig.close());

function schedule(queue: NotingQueue, request: Partial<RunRequest> = {}, config = rig.services.config) {
  const services: ScheduleServices = { ...rig.services, config, queueOf: () => queue };
  return scheduleRun({ source: SOURCE, scheduledTimeMs: RUN_TIME_MS, ...request }, services, rig.log);
}

const tablesOf = (queue: NotingQueue) => queue.sent.map(({ table }) => table);

describe('scheduling a run', () => {
  it('plans every table that is not disabled and sends one message for each', async () => {
    const queue = new NotingQueue();
    const scheduled = await schedule(queue);
    expect(scheduled).toEqual({ source: SOURCE, runId: RUN_ID, tables: TABLES, sent: TABLES.length });
    expect(queue.sent[0]).toEqual(firstMessage(SOURCE, RUN_ID, TABLES[0]!));
    expect(tablesOf(queue)).toEqual(TABLES);
    const plan = (await rig.services.ledger.readPlan(run))!;
    expect(plan).toMatchObject({ source: SOURCE, run_id: RUN_ID, scheduled_time: '2026-11-22T03:00:00.000Z' });
    expect(plan.tables).toHaveLength(TABLES.length);
    expect(plan.tables[0]).toEqual({
      table: TABLES[0],
      folder: `raw/shop/public/t00/run_id=${RUN_ID}/`,
      format: 'parquet',
      compression: 'zstd',
      on_empty: 'skip',
    });
  });

  it('a second time for the same scheduled time sends nothing and keeps the plan', async () => {
    await schedule(new NotingQueue());
    const plan = await rig.services.ledger.readPlan(run);
    const again = new NotingQueue();
    const edited = rig.configured({ tables: { 'public.other': { format: 'csv' } } }).config;
    expect(await schedule(again, {}, edited)).toMatchObject({ tables: TABLES, sent: 0 });
    expect(again.sent).toEqual([]);
    expect(await rig.services.ledger.readPlan(run)).toEqual(plan);
  });

  it('of a source without tables is none, and says so', async () => {
    const queue = new NotingQueue();
    const { config } = rig.configured({ tables: { 'public.off': { disabled: true } } });
    expect(await schedule(queue, {}, config)).toEqual({ source: SOURCE, runId: RUN_ID, tables: [], sent: 0 });
    expect(await rig.services.ledger.readPlan(run)).toBeUndefined();
    expect(rig.lines.filter(({ level }) => level === 'warn')).toEqual([
      expect.objectContaining({ message: expect.stringContaining('Nothing to run') }),
    ]);
  });

  it('for another time is another run', async () => {
    await schedule(new NotingQueue());
    const next = new NotingQueue();
    expect(await schedule(next, { scheduledTimeMs: RUN_TIME_MS + 1 })).toMatchObject({
      runId: '20261122T030000.001Z',
      sent: TABLES.length,
    });
  });

  it.each([0, 1, 2])('that dies after %i batches sends what is missing when it is run again', async (batches) => {
    const dying = new NotingQueue();
    let left = batches;
    dying.beforeBatch = () => {
      if (left-- === 0) throw new QueueError('QUEUE_UNAVAILABLE', 'SQS is down.');
    };
    await expect(schedule(dying)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    expect(dying.sent).toHaveLength(batches * 10);
    const again = new NotingQueue();
    expect(await schedule(again)).toMatchObject({ tables: TABLES, sent: TABLES.length - batches * 10 });
    expect([...tablesOf(dying), ...tablesOf(again)]).toEqual(TABLES);
  });

  it('that dies before it notes what it sent repeats the rest but no table that has ended', async () => {
    const { ledger } = rig.services;
    const forgetful = new Proxy(ledger, {
      get(target, name) {
        if (name === 'recordSent') return async () => await Promise.reject(new Error('killed'));
        const method: unknown = Reflect.get(target, name);
        return typeof method === 'function' ? (method.bind(target) as unknown) : method;
      },
    });
    const services: ScheduleServices = { ...rig.services, ledger: forgetful, queueOf: () => new NotingQueue() };
    const dying = scheduleRun({ source: SOURCE, scheduledTimeMs: RUN_TIME_MS }, services, rig.log);
    await expect(dying).rejects.toThrow('killed');
    await ledger.recordFailure(failureOf(TABLES[3]!));
    const again = new NotingQueue();
    await schedule(again);
    expect(tablesOf(again)).toEqual(TABLES.filter((table) => table !== TABLES[3]));
  });

  it('tells why SQS refused, also when what was sent cannot be noted', async () => {
    const dying = new NotingQueue();
    let batches = 0;
    dying.beforeBatch = () => {
      if (batches++ === 1) throw new QueueError('QUEUE_UNAVAILABLE', 'SQS is down.');
    };
    const ledger = Object.create(rig.services.ledger) as typeof rig.services.ledger;
    ledger.createPlan = (plan) => rig.services.ledger.createPlan(plan);
    ledger.readSent = (ref) => rig.services.ledger.readSent(ref);
    ledger.listEnded = (ref) => rig.services.ledger.listEnded(ref);
    ledger.recordSent = async () => await Promise.reject(new Error('S3 is down too'));
    const services: ScheduleServices = { ...rig.services, ledger, queueOf: () => dying };
    const work = scheduleRun({ source: SOURCE, scheduledTimeMs: RUN_TIME_MS }, services, rig.log);
    await expect(work).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  });

  it('twice at once plans once and sends each table at least once', async () => {
    const queues = [new NotingQueue(), new NotingQueue()];
    const [first, second] = await Promise.all(queues.map((queue) => schedule(queue)));
    expect(first!.tables).toEqual(second!.tables);
    expect(new Set(queues.flatMap(tablesOf))).toEqual(new Set(TABLES));
    expect((await rig.keys()).filter((key) => key.endsWith('plan.json'))).toHaveLength(1);
    expect(await rig.services.ledger.readSent(run)).toEqual(new Set(TABLES));
  });

  it('of some tables plans and sends these', async () => {
    const queue = new NotingQueue();
    await schedule(queue, { tables: [TABLES[4]!, TABLES[2]!] });
    expect(tablesOf(queue)).toEqual([TABLES[2], TABLES[4]]);
  });

  it.each([
    ['SOURCE_NOT_CONFIGURED', { source: 'shp' }, 'There is no source "shp"'],
    ['TABLE_NOT_CONFIGURED', { tables: ['public.t99'] }, '"public.t99"'],
    ['TABLE_DISABLED', { tables: ['public.off'] }, '"public.off"'],
  ])('is refused with %s before anything is written', async (code, request, found) => {
    const queue = new NotingQueue();
    const thrown = await schedule(queue, request).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ConfigError);
    expect((thrown as ConfigError).code).toBe(code);
    expect((thrown as ConfigError).message).toContain(found);
    expect([queue.sent, await rig.keys()]).toEqual([[], []]);
  });
});

function failureOf(table: string) {
  return {
    version: 1 as const,
    source: SOURCE,
    table,
    run_id: RUN_ID,
    failed_at: new Date(RUN_TIME_MS).toISOString(),
    attempts: 1,
    error_class: 'SourceError',
    error_code: 'TABLE_NOT_FOUND',
    error_message: 'gone',
    remedy: '',
    announced_at: null,
  };
}
