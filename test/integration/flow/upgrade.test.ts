import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../../shared/core/clock.ts';
import { VERSION } from '../../../shared/core/version.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { FlowRig, RUN_TIME_MS } from '../../support/flow-rig.ts';
import { expectGolden } from '../../support/golden-text.ts';
import { expectWhole, withTable } from '../../support/landed-parts.ts';
import { keyedRows } from '../../support/memory-database.ts';
import { type RunInFlight, runInFlight, takeUp } from '../../support/run-in-flight.ts';
import { drain, steeredDeadline, takeNext, WorkingQueue } from '../../support/working-queue.ts';

/** Runs in flight as each release left them. A file of a release is never changed again once the release is out. */
const FOLDER = 'test/fixtures/in-flight';

/** Goes on behind its second part. */
const PEOPLE = 'public.people';
/** Its first chunk has landed. */
const ORDERS = 'public.orders';
/** Has not begun. */
const NOTES = 'public.notes';
const ROWS = 25;

let rig: FlowRig;
let queue: WorkingQueue;
let services: ExtractServices;

beforeEach(async () => {
  rig = await FlowRig.start({
    tables: { [PEOPLE]: { format: 'csv' }, [ORDERS]: { format: 'csv', chunk_count: 2 }, [NOTES]: { format: 'csv' } },
    alertsOn: 'always',
  });
  // How often the flow looks at the clock is no part of what it leaves.
  const clock: Clock = { now: () => RUN_TIME_MS + 1_000, sleep: async () => undefined };
  services = { ...withTable(rig.services, PEOPLE, { fileMaxRows: 10 }), clock };
  queue = new WorkingQueue();
  for (const table of [PEOPLE, ORDERS, NOTES]) rig.database.tables.set(table, { batches: keyedRows(ROWS, 5) });
});
afterEach(() => rig.close());

/** Brings the run to where the releases are replaced. */
async function begin(): Promise<RunInFlight> {
  await rig.plan(RUN_TIME_MS);
  const ending = steeredDeadline();
  rig.database.tables.set(PEOPLE, {
    batches: keyedRows(ROWS, 5),
    beforeBatch: (index) => {
      if (index === 3) ending.wrapUp();
    },
  });
  await queue.send([rig.message(PEOPLE)]);
  expect(await takeNext(rig, queue, { services, deadline: ending.deadline })).toMatchObject({ status: 'continued' });
  const continuation = queue.waiting.splice(0);
  await queue.send([rig.message(ORDERS)]);
  expect(await takeNext(rig, queue, { services })).toEqual({ status: 'chunk-ended' });
  queue.waiting.push(...continuation);
  await queue.send([rig.message(NOTES)]);
  return await runInFlight(rig, queue);
}

const releases = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));

describe('a run in flight while another release is deployed', () => {
  it('is kept for this release too', async () => {
    expectGolden(`${FOLDER}/${VERSION}.json`, `${JSON.stringify(await begin(), null, 2)}\n`);
  });

  it.each(releases)('that %s began comes to its end, with every row once', async (release) => {
    const inFlight = JSON.parse(readFileSync(`${FOLDER}/${release}.json`, 'utf8')) as RunInFlight;
    expect(inFlight.messages).toHaveLength(3);
    await takeUp(rig, queue, inFlight);
    expect(await drain(rig, queue, { services })).toEqual(['landed', 'landed', 'landed']);
    for (const table of [PEOPLE, ORDERS, NOTES]) await expectWhole(rig, table, ROWS);
    expect(queue.deadLetters).toEqual([]);
    expect(rig.mails.map(({ subject }) => subject)).toEqual([expect.stringMatching(/all 3 tables landed/)]);
  });
});
