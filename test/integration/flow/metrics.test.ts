import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SourceError } from '../../../shared/core/errors.ts';
import { formatMessage } from '../../../shared/core/message.ts';
import { takeMessage } from '../../../shared/flow/take-message.ts';
import { watchDeadlines } from '../../../shared/flow/watch-deadlines.ts';
import { FlowRig, noDeadline, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { rowBatches } from '../../support/memory-database.ts';

const PEOPLE = 'public.people';

let rig: FlowRig;

beforeEach(async () => {
  rig = await FlowRig.start({ tables: { [PEOPLE]: { format: 'csv' } } });
  rig.database.tables.set(PEOPLE, { batches: rowBatches(20) });
  await rig.plan();
});
afterEach(() => rig.close());

function take(attempt = 1) {
  const delivery = { queue: rig.queue, body: formatMessage(rig.message(PEOPLE)), receiptHandle: 'r', attempt };
  return takeMessage(delivery, rig.services, noDeadline, () => rig.log, rig.log);
}

describe('the metrics of a table', () => {
  it('count its rows once, however often its message is delivered', async () => {
    await take();
    const manifest = await rig.manifest(PEOPLE);
    expect([rig.metrics.sumOf('RowsLanded'), rig.metrics.sumOf('TablesLanded')]).toEqual([20, 1]);
    expect(rig.metrics.sumOf('BytesLanded')).toBe(manifest!.bytes);
    expect(await take(2)).toEqual({ status: 'superseded' });
    expect([rig.metrics.sumOf('RowsLanded'), rig.metrics.sumOf('TablesLanded')]).toEqual([20, 1]);
    expect(rig.metrics.added).toHaveLength(2);
  });

  it('count rows once of two workers at the same time', async () => {
    const outcomes = await Promise.allSettled([take(), take()]);
    expect(outcomes.map(({ status }) => status)).toContain('fulfilled');
    expect(rig.metrics.sumOf('RowsLanded')).toBe(20);
  });

  it('count each try that failed, and the end of the last one', async () => {
    const failure = new SourceError('CONNECTION_LOST', 'The connection was lost.');
    rig.database.tables.set(PEOPLE, { batches: rowBatches(20), failure });
    for (const attempt of [1, 2]) await expect(take(attempt)).rejects.toBe(failure);
    expect(await take(3)).toMatchObject({ status: 'failed' });
    expect([rig.metrics.sumOf('Retries'), rig.metrics.sumOf('TablesFailed')]).toEqual([2, 1]);
    expect(rig.metrics.sumOf('RowsLanded')).toBeUndefined();
  });
});

describe('the metrics of the watchdog', () => {
  const services = (schedule: string | undefined, dueWithinMs: number | undefined) => {
    const { config } = rig.services;
    const source = config.sources.get(SOURCE)!;
    const tables = new Map([...source.tables].map(([name, table]) => [name, { ...table, dueWithinMs }]));
    const clock = { now: () => RUN_TIME_MS + 3 * 3_600_000, sleep: async () => undefined };
    const sources = new Map([[SOURCE, { ...source, schedule, tables }]]);
    return { ...rig.services, clock, config: { ...config, sources } };
  };

  it('say again and again that it began no run, and once that a table is late', async () => {
    for (const _ of [1, 2]) await watchDeadlines(services('cron(0 3 * * ? *)', 3_600_000), rig.log);
    expect(rig.metrics.added.map(({ source, values }) => ({ source, ...values }))).toEqual([
      { source: SOURCE, RunsStarted: 0, TablesOverdue: 1 },
      { source: SOURCE, RunsStarted: 0, TablesOverdue: 0 },
    ]);
  });

  it('say nothing of lateness where nobody waits, and nothing at all of a source without a schedule', async () => {
    await watchDeadlines(services('cron(0 3 * * ? *)', undefined), rig.log);
    await watchDeadlines(services(undefined, 3_600_000), rig.log);
    expect(rig.metrics.added.map(({ values }) => values)).toEqual([{ RunsStarted: 0 }]);
  });
});
