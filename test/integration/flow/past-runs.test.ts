import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CLAIM_STALE_MS } from '../../../shared/config/limits.ts';
import { SourceError } from '../../../shared/core/errors.ts';
import { formatMessage } from '../../../shared/core/message.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';
import { listPastRuns } from '../../../shared/flow/past-runs.ts';
import { takeMessage } from '../../../shared/flow/take-message.ts';
import { FlowRig, noDeadline, RUN_ID, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { emptyBatches, rowBatches } from '../../support/memory-database.ts';

const PEOPLE = 'public.people';
const NOTES = 'public.notes';
const GONE = 'public.gone';
const gone = new SourceError('TABLE_NOT_FOUND', 'no such table', { retry: 'permanent' });
const DAY_MS = 86_400_000;

let rig: FlowRig;

beforeEach(async () => {
  rig = await FlowRig.start({ tables: { [PEOPLE]: { format: 'csv' }, [NOTES]: { format: 'csv' }, [GONE]: {} } });
  rig.database.tables.set(PEOPLE, { batches: rowBatches(20) });
  rig.database.tables.set(NOTES, { batches: emptyBatches() });
  rig.database.tables.set(GONE, { batches: emptyBatches(), refusal: gone });
});
afterEach(() => rig.close());

async function take(name: string, runId = RUN_ID): Promise<void> {
  const body = formatMessage(rig.message(name, runId));
  const delivery = { queue: rig.queue, body, receiptHandle: 'receipt', attempt: 9 };
  await takeMessage(delivery, rig.services, noDeadline, () => rig.log, rig.log);
}

/** As seen so long after the first run was due. */
function look(afterMs = 60_000, max = 20) {
  const clock = { now: () => RUN_TIME_MS + afterMs, sleep: async () => undefined };
  return listPastRuns(SOURCE, max, { ledger: rig.services.ledger, clock });
}

describe('past runs', () => {
  it('are none before the first one', async () => {
    expect(await look()).toEqual([]);
  });

  it('count their tables by how they ended', async () => {
    await rig.plan();
    for (const table of [PEOPLE, NOTES, GONE]) await take(table);
    const [run, ...others] = await look();
    expect(others).toEqual([]);
    expect(run).toMatchObject({ runId: RUN_ID, state: 'ended', summary: { run_id: RUN_ID } });
    expect(run!.tables).toEqual({ planned: 3, landed: 1, empty: 1, superseded: 0, failed: 1 });
  });

  it('are running as long as somebody may be at work, and then have not ended', async () => {
    await rig.plan();
    await take(PEOPLE);
    const counted = { planned: 3, landed: 1, empty: 0, superseded: 0, failed: 0 };
    expect(await look()).toMatchObject([{ state: 'running', summary: undefined, tables: counted }]);
    expect(await look(CLAIM_STALE_MS + 60_000)).toMatchObject([{ state: 'not-ended', tables: counted }]);
    const touchedAt = new Date(RUN_TIME_MS + CLAIM_STALE_MS).toISOString();
    const claim = { version: 1, source: SOURCE, table: NOTES, run_id: RUN_ID, touched_at: touchedAt } as const;
    await rig.services.ledger.writeClaim(claim, undefined);
    expect(await look(CLAIM_STALE_MS + 60_000)).toMatchObject([{ state: 'running' }]);
  });

  it('come newest first, and no more than are asked for', async () => {
    for (const day of [0, 1, 2]) await rig.plan(RUN_TIME_MS + day * DAY_MS, [PEOPLE]);
    const runIds = (await look(2 * DAY_MS, 2)).map(({ runId }) => runId);
    expect(runIds).toEqual([runIdOf(RUN_TIME_MS + 2 * DAY_MS), runIdOf(RUN_TIME_MS + DAY_MS)]);
  });
});
