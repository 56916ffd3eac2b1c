import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { QueueError, SourceError } from '../../../shared/core/errors.ts';
import { formatMessage } from '../../../shared/core/message.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';
import { finishRun } from '../../../shared/flow/finish-run.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { takeMessage } from '../../../shared/flow/take-message.ts';
import { FlowRig, NotingQueue, noDeadline, RUN_ID, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { emptyBatches, rowBatches } from '../../support/memory-database.ts';

const FULL = 'public.full';
const EMPTY = 'public.empty';
const BROKEN = 'public.broken';
const tables = { [FULL]: { format: 'csv' }, [EMPTY]: {}, [BROKEN]: { format: 'csv' } };
const run = { source: SOURCE, runId: RUN_ID };
const permanent = new SourceError('TABLE_NOT_FOUND', 'gone', { retry: 'permanent' });

let rig: FlowRig;

beforeEach(async () => {
  rig = await FlowRig.start({ tables });
  rig.database.tables.set(FULL, { batches: rowBatches(20) });
  rig.database.tables.set(EMPTY, { batches: emptyBatches() });
  rig.database.tables.set(BROKEN, { batches: rowBatches(20), failure: permanent });
  await rig.plan();
});
afterEach(() => rig.close());

function take(table: string, services: ExtractServices = rig.services, runId = RUN_ID) {
  const body = formatMessage(rig.message(table, runId));
  const delivery = { queue: new NotingQueue(), body, receiptHandle: 'receipt', attempt: 1 };
  return takeMessage(delivery, services, noDeadline, () => rig.log, rig.log);
}

const summaries = () => rig.mails.filter(({ subject }) => subject.includes(' run '));
const readSummary = () => rig.services.ledger.readSummary(run);

describe('the end of a run', () => {
  it('is not seen before its last table has ended', async () => {
    await take(FULL);
    await take(BROKEN);
    expect(await readSummary()).toBeUndefined();
    expect(summaries()).toEqual([]);
    await take(EMPTY);
    expect(await readSummary()).toMatchObject({
      run_id: RUN_ID,
      tables: [
        { table: FULL, status: 'landed', rows: 20, error_code: null, seconds: expect.any(Number) },
        { table: EMPTY, status: 'empty', rows: 0 },
        { table: BROKEN, status: 'failed', error_code: 'TABLE_NOT_FOUND', error_message: 'gone' },
      ],
    });
    expect(rig.mails.map(({ subject }) => subject)).toEqual([
      `Landfall: shop ${BROKEN} did not land (TABLE_NOT_FOUND)`,
    ]);
  });

  it('is told once, however many tables end at the same time', async () => {
    const services = rig.configured({ tables, alertsOn: 'always' });
    await Promise.all([FULL, EMPTY, BROKEN].map((table) => take(table, services)));
    await Promise.all(Array.from({ length: 5 }, () => finishRun(run, services, rig.log)));
    expect(summaries()).toHaveLength(1);
    expect((await readSummary())!.tables).toHaveLength(3);
    expect((await readSummary())!.tables[0]).toMatchObject({ table: FULL, cost_usd: expect.any(Number) });
  });

  it.each([
    ['failure', 0],
    ['always', 1],
  ] as const)('that landed whole is told when alerts are on: %s', async (alertsOn, count) => {
    rig.database.tables.set(BROKEN, { batches: rowBatches(20) });
    const services = rig.configured({ tables, alertsOn });
    for (const table of [FULL, EMPTY, BROKEN]) await take(table, services);
    expect(rig.mails).toHaveLength(count);
    expect(rig.mails.map(({ subject }) => subject).join()).toBe(
      count === 0 ? '' : `Landfall: shop run ${RUN_ID}: all 3 tables landed`,
    );
    expect(await readSummary()).toBeDefined();
  });

  it('is written although the summary email cannot be sent', async () => {
    const publish = async ({ subject }: { subject: string }) => {
      if (subject.includes(' run ')) throw new QueueError('ALERT_NOT_SENT', 'SNS is down.');
    };
    const services = { ...rig.configured({ tables, alertsOn: 'always' }), alerts: { publish } };
    for (const table of [FULL, EMPTY, BROKEN]) await take(table, services);
    expect(await readSummary()).toBeDefined();
    expect(rig.lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'The run summary was not sent' }),
    );
  });

  it('does not come for a run that nobody planned', async () => {
    await finishRun({ source: SOURCE, runId: '20271122T030000Z' }, rig.services, rig.log);
    expect(rig.mails).toEqual([]);
  });
});

describe('an old run that is replayed after a newer one', () => {
  it('lands, but never moves the latest pointer back', async () => {
    const newerMs = RUN_TIME_MS + 86_400_000;
    const newer = runIdOf(newerMs);
    await rig.plan(newerMs);
    await take(FULL, rig.services, newer);
    const before = await rig.services.ledger.readLatest(SOURCE, FULL);
    expect(before).toMatchObject({ run_id: newer });
    expect(await take(FULL)).toMatchObject({ status: 'landed', rows: 20 });
    expect(await rig.services.ledger.readLatest(SOURCE, FULL)).toEqual(before);
    expect(await take(FULL)).toEqual({ status: 'superseded' });
    expect(await rig.services.ledger.readLatest(SOURCE, FULL)).toEqual(before);
  });
});
