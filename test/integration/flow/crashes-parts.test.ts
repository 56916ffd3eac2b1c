import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { firstMessage } from '../../../shared/core/message.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { isExhaustive } from '../../support/exhaustive.ts';
import { FlowRig, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { expectWhole, withTable } from '../../support/landed-parts.ts';
import { keyedRows } from '../../support/memory-database.ts';
import { CallFault, isLook, namedCalls } from '../../support/port-faults.ts';
import { drain, type SteeredDeadline, steeredDeadline, takeNext, WorkingQueue } from '../../support/working-queue.ts';

const PARTS = 'public.parts';
const HOPS = 'public.hops';
const CHUNKS = 'public.chunks';
const ROWS = 6;
const HOUR_MS = 3_600_000;
/** Every call of a run under a fault, each with some dozen requests to S3. */
const TIMEOUT_MS = 180_000;
/**
 * Calls of one name that fail, in the order in which they are made. What changes nothing is the same before and after its
 * work; and a change that was not made is much as the one before it, made, but for the path that leads on from there.
 */
const FAILING = {
  before: { looking: 1, changing: isExhaustive ? 2 : 1 },
  after: { looking: 0, changing: isExhaustive ? Number.POSITIVE_INFINITY : 3 },
};

let rig: FlowRig;
let services: ExtractServices;
let runs = 0;
/** The end of the invocation at work, which comes behind the first rows that it reads. */
let ending: SteeredDeadline;

/** New for each test: listings grow with every run that the bucket has seen. */
beforeEach(async () => {
  const csv = { format: 'csv' };
  rig = await FlowRig.start({
    tables: { [PARTS]: csv, [HOPS]: csv, [CHUNKS]: { ...csv, chunk_count: 2 } },
    alertsOn: 'always',
  });
  services = [PARTS, HOPS].reduce((edited, table) => withTable(edited, table, { fileMaxRows: 2 }), rig.services);
  const batches = keyedRows(ROWS, 2);
  for (const table of [PARTS, CHUNKS]) rig.database.tables.set(table, { batches });
  rig.database.tables.set(HOPS, {
    batches,
    beforeBatch: (index) => {
      if (index === 1) ending.wrapUp();
    },
  });
});
afterEach(() => rig.close());

interface FaultyRun {
  readonly runId: string;
  readonly queue: WorkingQueue;
  readonly statuses: readonly string[];
}

/** A run of its own, an hour later each time, that comes to its end with a fault somewhere on its way. */
async function runUnder(fault: CallFault, table: string): Promise<FaultyRun> {
  runs += 1;
  const timeMs = RUN_TIME_MS + runs * HOUR_MS;
  const runId = runIdOf(timeMs);
  await rig.plan(timeMs, [table]);
  const { ledger, landing, alerts } = services;
  const worker = {
    services: { ...services, ledger: fault.on(ledger), landing: fault.on(landing), alerts: fault.on(alerts) },
  };
  const queue = new WorkingQueue();
  await queue.send([firstMessage(SOURCE, runId, table)]);
  rig.mails.length = 0;
  const statuses: string[] = [];
  while (queue.waiting.length > 0 && statuses.length < 20) {
    ending = steeredDeadline();
    const deadline = table === HOPS ? { deadline: ending.deadline } : {};
    statuses.push((await takeNext(rig, queue, { ...worker, ...deadline, seenAs: fault.on(queue) })).status);
  }
  return { runId, queue, statuses };
}

async function expectEnded({ runId, queue }: FaultyRun, table: string): Promise<void> {
  const manifest = await expectWhole(rig, table, ROWS, runId);
  expect(manifest.parts.length).toBeGreaterThanOrEqual(table === CHUNKS ? 2 : 3);
  expect([queue.waiting, queue.deadLetters]).toEqual([[], []]);
  expect(await rig.services.ledger.readSummary({ source: SOURCE, runId })).toMatchObject({
    tables: [{ table, status: 'landed', rows: ROWS }],
  });
  expect(await rig.services.ledger.readFailure({ source: SOURCE, runId, table })).toBeUndefined();
}

describe.each([
  [PARTS, 'in three parts', ['landed']],
  [HOPS, 'in three parts and invocations', ['continued', 'continued', 'landed']],
  [CHUNKS, 'in two chunks', ['chunk-ended', 'landed']],
])('%s, a table that lands %s', (table, _, ends) => {
  it('comes to the same end when every message of it arrives again', async () => {
    const run = await runUnder(new CallFault(Number.POSITIVE_INFINITY, 'before'), table);
    expect(run.statuses).toEqual(ends);
    await expectEnded(run, table);
    expect(rig.mails).toHaveLength(1);
    await run.queue.send(run.queue.sent.map(({ message }) => message));
    expect(new Set(await drain(rig, run.queue, { services }))).toEqual(new Set(['superseded']));
    await expectEnded(run, table);
    expect(rig.mails).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)(
    'is not lost, repeated or half-shown when a port fails %s its work, whichever call it is',
    async (moment) => {
      // The first run of a table makes other calls than those behind it.
      await runUnder(new CallFault(Number.POSITIVE_INFINITY, moment), table);
      const whole = new CallFault(Number.POSITIVE_INFINITY, moment);
      await runUnder(whole, table);
      const { changing } = FAILING[moment];
      // How a table looks before it changes anything is the same for all three.
      const looking = table === PARTS || isExhaustive ? FAILING[moment].looking : 0;
      const calls = namedCalls(whole.calls).filter((call) => call.occurrence < (isLook(call) ? looking : changing));
      for (const call of calls) {
        // By its name: how many summaries of earlier runs are read for a report grows with the runs.
        const fault = new CallFault(call, moment);
        const run = await runUnder(fault, table);
        expect(fault.calls.filter((name) => name === call.name).length).toBeGreaterThan(call.occurrence);
        await expectEnded(run, table).catch((thrown: unknown) => {
          throw new Error(`${call.name} ${call.occurrence} failed ${moment} its work: ${run.statuses.join(', ')}`, {
            cause: thrown,
          });
        });
      }
      const writing = [
        'writeClaim',
        'land',
        'recordPart',
        'writeCheckpoint',
        'createManifest',
        'mark',
        'updateSchema',
        'updateLatest',
      ];
      const sending = table === PARTS ? [] : ['send'];
      expect(calls.map(({ name }) => name)).toEqual(
        expect.arrayContaining([...writing, ...sending, 'createSummary', 'publish']),
      );
    },
    TIMEOUT_MS,
  );
});
