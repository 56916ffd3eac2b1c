import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SourceError } from '../../../shared/core/errors.ts';
import { formatMessage } from '../../../shared/core/message.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';
import { takeMessage } from '../../../shared/flow/take-message.ts';
import { runReport, writeReport } from '../../../shared/flow/write-report.ts';
import { FlowRig, NotingQueue, noDeadline, RUN_ID, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { rowBatches } from '../../support/memory-database.ts';

const FULL = 'public.full';
const BROKEN = 'public.broken & lost';
const run = { source: SOURCE, runId: RUN_ID };
const REPORT_KEY = `raw/_landfall/runs/${SOURCE}/${RUN_ID}/report.html`;

let rig: FlowRig;
beforeEach(async () => {
  rig = await FlowRig.start({ tables: { [FULL]: { format: 'csv' }, [BROKEN]: { format: 'csv' } } });
  rig.database.tables.set(FULL, { batches: rowBatches(20) });
  rig.database.tables.set(BROKEN, {
    batches: rowBatches(20),
    failure: new SourceError('TABLE_NOT_FOUND', 'gone', { retry: 'permanent', remedy: 'Look for it.' }),
  });
});
afterEach(() => rig.close());

async function land(table: string, scheduledTimeMs = RUN_TIME_MS): Promise<void> {
  const body = formatMessage(rig.message(table, runIdOf(scheduledTimeMs)));
  const delivery = { queue: new NotingQueue(), body, receiptHandle: 'receipt', attempt: 1 };
  await takeMessage(delivery, rig.services, noDeadline, () => rig.log, rig.log);
}

describe('the report of a run', () => {
  it('is written beside its records when the run ends, and anew when somebody asks', async () => {
    await rig.plan();
    await land(FULL);
    expect(await rig.keys()).not.toContain(REPORT_KEY);
    await land(BROKEN);
    expect(rig.services.ledger.notes.reportKey(run)).toBe(REPORT_KEY);
    const first = await rig.text(REPORT_KEY);
    expect(first).toContain('<h1>1 of 2 tables landed; 1 failed for 1 cause</h1>');
    expect(first).toContain('public.broken &amp; lost');
    expect(first).toContain('Look for it.');
    expect(first).toContain('class="failed"');

    rig.database.tables.set(BROKEN, { batches: rowBatches(5) });
    await land(BROKEN);
    expect(await writeReport(run, rig.services, rig.log)).toBe(true);
    expect(await rig.text(REPORT_KEY)).toContain('<h1>All 2 tables landed</h1>');
  });

  it('compares the run with those before it, and not with later ones', async () => {
    const dayMs = 86_400_000;
    for (const [day, rows] of [
      [0, 20],
      [1, 30],
      [2, 40],
    ] as const) {
      rig.database.tables.set(FULL, { batches: rowBatches(rows) });
      await rig.plan(RUN_TIME_MS + day * dayMs, [FULL]);
      await land(FULL, RUN_TIME_MS + day * dayMs);
    }
    const html = await runReport({ source: SOURCE, runId: runIdOf(RUN_TIME_MS + dayMs) }, rig.services);
    expect(html).toContain('Rows of earlier runs: 20; of this one: 30');
    expect(html).not.toContain(runIdOf(RUN_TIME_MS + 2 * dayMs));
  });

  it('is none for a run that nobody planned', async () => {
    expect(await runReport({ source: SOURCE, runId: '20200101T000000Z' }, rig.services)).toBeUndefined();
    expect(await writeReport({ source: SOURCE, runId: '20200101T000000Z' }, rig.services, rig.log)).toBe(false);
  });

  it('is logged when it cannot be written, and fails nothing', async () => {
    await rig.plan();
    const broken = {
      ...rig.services,
      clock: {
        ...rig.services.clock,
        now: () => {
          throw new Error('no time');
        },
      },
    };
    expect(await writeReport(run, broken, rig.log)).toBe(false);
    expect(rig.lines.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        message: 'The run report was not written',
        fields: { source: SOURCE, run_id: RUN_ID, error_message: 'no time' },
      },
    ]);
  });
});
