import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SourceError } from '../../../shared/core/errors.ts';
import { formatMessage } from '../../../shared/core/message.ts';
import { extractTable } from '../../../shared/flow/extract-table.ts';
import { type RunDetail, readRun, type TableDetail } from '../../../shared/flow/run-detail.ts';
import { scheduleRun } from '../../../shared/flow/schedule-run.ts';
import { takeMessage } from '../../../shared/flow/take-message.ts';
import { FlowRig, noDeadline, RUN_ID, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { emptyBatches, keyedRows, rowBatches } from '../../support/memory-database.ts';

const PEOPLE = 'public.people';
const ORDERS = 'public.orders';
const NOTES = 'public.notes';
const RUN = { source: SOURCE, runId: RUN_ID };
const lost = new SourceError('CONNECTION_LOST', 'Failed reading public.people: the connection was lost.');
const denied = new SourceError('PERMISSION_DENIED', 'Failed reading: permission denied.', { retry: 'permanent' });

let rig: FlowRig;

beforeEach(async () => {
  const csv = { format: 'csv' };
  const tables = { [PEOPLE]: csv, [ORDERS]: { ...csv, chunk_count: 3 }, [NOTES]: csv };
  rig = await FlowRig.start({ tables });
  rig.database.tables.set(PEOPLE, { batches: rowBatches(20) });
  rig.database.tables.set(ORDERS, { batches: keyedRows(90, 10) });
  rig.database.tables.set(NOTES, { batches: emptyBatches() });
  await rig.plan();
});
afterEach(() => rig.close());

const run = async (): Promise<RunDetail> => (await readRun(RUN, rig.services))!;
const table = async (name: string): Promise<TableDetail> =>
  (await run()).tables.find((detail) => detail.table === name)!;

function take(name: string, attempt = 1) {
  const body = formatMessage(rig.message(name));
  const delivery = { queue: rig.queue, body, receiptHandle: 'receipt', attempt };
  return takeMessage(delivery, rig.services, noDeadline, () => rig.log, rig.log);
}

describe('a run that has begun', () => {
  it('has its tables in the queue, in the order of the plan', async () => {
    const { plan, summary, tables } = await run();
    expect(plan.run_id).toBe(RUN_ID);
    expect(summary).toBeUndefined();
    expect(tables.map((each) => [each.table, each.standing, each.rows, each.attempts])).toEqual([
      [PEOPLE, 'queued', 0, 0],
      [ORDERS, 'queued', 0, 0],
      [NOTES, 'queued', 0, 0],
    ]);
  });

  it('is undefined when nobody has planned it', async () => {
    expect(await readRun({ ...RUN, runId: '20200101T000000Z' }, rig.services)).toBeUndefined();
  });
});

describe('a table', () => {
  it('that landed has rows, bytes, times and its cost', async () => {
    await extractTable(rig.assignment(PEOPLE), rig.services);
    const detail = await table(PEOPLE);
    expect(detail).toMatchObject({ standing: 'landed', rows: 20, attempts: 1, chunks: { total: 1, ended: 1 } });
    expect(detail.bytes).toBeGreaterThan(0);
    expect(Date.parse(detail.startedAt!)).toBeLessThan(Date.parse(detail.endedAt!));
    expect(detail.manifest?.cost).toMatchObject({ memory_mb: 1_024 });
    expect(detail.manifest?.cost?.usd).toBeGreaterThan(0);
  });

  it('without rows is empty', async () => {
    await extractTable(rig.assignment(NOTES), rig.services);
    expect(await table(NOTES)).toMatchObject({ standing: 'empty', rows: 0 });
  });

  it('of several chunks is being read until the last one has ended', async () => {
    await extractTable(rig.assignment(ORDERS), rig.services);
    const begun = await table(ORDERS);
    expect(begun).toMatchObject({ standing: 'reading', chunks: { total: 3, ended: 1 }, endedAt: undefined });
    expect(begun.rows).toBeGreaterThan(0);
    expect(begun.rows).toBeLessThan(90);
    for (const message of rig.queue.sent.splice(0)) {
      await extractTable({ ...rig.assignment(ORDERS), message }, rig.services);
    }
    expect(await table(ORDERS)).toMatchObject({ standing: 'landed', rows: 90, chunks: { total: 3, ended: 3 } });
  });

  it('whose attempt failed is tried again, and every attempt is told', async () => {
    rig.database.tables.set(PEOPLE, { batches: rowBatches(20), failure: lost });
    await expect(take(PEOPLE, 1)).rejects.toBe(lost);
    await expect(take(PEOPLE, 2)).rejects.toBe(lost);
    const detail = await table(PEOPLE);
    expect(detail).toMatchObject({ standing: 'retrying', attempts: 2 });
    expect(detail.failedAttempts.map((each) => [each.attempt, each.error_code, each.followed_by])).toEqual([
      [1, 'CONNECTION_LOST', 'retry'],
      [2, 'CONNECTION_LOST', 'retry'],
    ]);
    await take(PEOPLE, 3);
    expect(await table(PEOPLE)).toMatchObject({
      standing: 'failed',
      attempts: 3,
      failure: { error_code: 'CONNECTION_LOST' },
      endedAt: expect.any(String),
    });
    expect((await table(PEOPLE)).failedAttempts.at(-1)?.followed_by).toBe('dead-letter');
  });

  it('that failed and was replayed has landed', async () => {
    rig.database.tables.set(PEOPLE, { batches: rowBatches(20), refusal: denied });
    await take(PEOPLE);
    expect(await table(PEOPLE)).toMatchObject({ standing: 'failed', manifest: undefined });
    rig.database.tables.set(PEOPLE, { batches: rowBatches(20) });
    await take(PEOPLE);
    expect(await table(PEOPLE)).toMatchObject({ standing: 'landed', rows: 20, failure: { error_code: denied.code } });
  });

  it('says what has it when it gave way to another run', async () => {
    await rig.services.ledger.recordSuperseded({
      version: 1,
      source: SOURCE,
      table: PEOPLE,
      run_id: RUN_ID,
      superseded_by: '20261123T030000Z',
      superseded_at: '2026-11-23T03:00:05.000Z',
    });
    expect(await table(PEOPLE)).toMatchObject({
      standing: 'superseded',
      superseded: { superseded_by: '20261123T030000Z' },
      endedAt: '2026-11-23T03:00:05.000Z',
    });
  });
});

describe('a failed attempt that cannot be noted', () => {
  it('is retried all the same, and the log says so', async () => {
    rig.database.tables.set(PEOPLE, { batches: rowBatches(20), failure: lost });
    rig.services.ledger.notes.recordAttempt = async () => await Promise.reject(new Error('no answer'));
    await expect(take(PEOPLE)).rejects.toBe(lost);
    expect(rig.lines.map(({ message }) => message)).toContain('The failed attempt was not noted');
    expect(rig.queue.delays).toHaveLength(1);
  });
});

describe('a run of many tables', () => {
  const names = Array.from({ length: 150 }, (_, index) => `public.t${index}`);
  const runId = '20261123T030000Z';
  const record = { version: 1, source: SOURCE, run_id: runId } as const;

  it('has each as it stands, and looks for nothing of those that are still in the queue', async () => {
    const tables = Object.fromEntries(names.map((name) => [name, { format: 'csv' }]));
    // Claims are told apart by the clock of the store.
    const services = { ...rig.configured({ tables }), clock: { ...rig.services.clock, now: () => Date.now() } };
    const { ledger } = services;
    const request = { source: SOURCE, scheduledTimeMs: RUN_TIME_MS + 86_400_000 };
    await scheduleRun(request, { ...services, queueOf: () => rig.queue }, rig.log);
    for (const name of ['public.t3', 'public.t5']) {
      rig.database.tables.set(name, { batches: rowBatches(20) });
      const message = { ...rig.message(name), runId };
      await extractTable({ ...rig.assignment(name), message }, services);
    }
    const now = new Date().toISOString();
    await ledger.writeClaim({ ...record, table: 'public.t7', touched_at: now }, undefined);
    await ledger.recordSuperseded({ ...record, table: 'public.t9', superseded_by: 'another', superseded_at: now });
    const match = { operation: 'GetObject', key: /\/(claims|tables|checkpoints)\// } as const;
    const reads = rig.s3.endpoint.faults.add({ match, times: 1_000, action: { kind: 'delay', ms: 0 } });
    const detail = await readRun({ source: SOURCE, runId }, { ledger });
    const standings = new Map(detail!.tables.map(({ table, standing }) => [table, standing]));
    const ofFive = ['landed', 'landed', 'reading', 'superseded', 'queued'];
    expect([3, 5, 7, 9, 11].map((index) => standings.get(`public.t${index}`))).toEqual(ofFive);
    expect([...standings.values()].filter((standing) => standing === 'queued')).toHaveLength(146);
    // The plan, the claim and the checkpoint of the one that is being read.
    expect(reads.hits).toBe(3);
  });
});
