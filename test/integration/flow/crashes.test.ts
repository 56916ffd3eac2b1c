import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatMessage } from '../../../shared/core/message.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';
import { extractTable } from '../../../shared/flow/extract-table.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { takeMessage } from '../../../shared/flow/take-message.ts';
import { isExhaustive } from '../../support/exhaustive.ts';
import { csvOf, FlowRig, NotingQueue, noDeadline, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { folderOf, keysIn } from '../../support/landed-parts.ts';
import { emptyBatches, rowBatches } from '../../support/memory-database.ts';
import { CallFault, isLook, namedCalls } from '../../support/port-faults.ts';

const LARGE = 'public.large';
const SMALL = 'public.small';
const EMPTY = 'public.empty';
const BROKEN = 'public.broken';
const ROWS: Readonly<Record<string, number>> = { [LARGE]: 300, [SMALL]: 20, [EMPTY]: 0 };

/** More than any path here makes; a loop ends when its fault is no longer met. */
const MAX_CALLS = 80;

let rig: FlowRig;
let runs = 0;

/** New for each test: listings grow with every run that the bucket has seen. */
beforeEach(async () => {
  const csv = { format: 'csv' };
  rig = await FlowRig.start({
    tables: { [LARGE]: csv, [SMALL]: csv, [EMPTY]: csv, [BROKEN]: csv },
    alertsOn: 'always',
  });
  rig.database.tables.set(LARGE, { batches: rowBatches(ROWS[LARGE]!) });
  rig.database.tables.set(SMALL, { batches: rowBatches(ROWS[SMALL]!) });
  rig.database.tables.set(EMPTY, { batches: emptyBatches() });
});
afterEach(() => rig.close());

/** A run of its own for each try, an hour later each time. */
async function newRun(table: string): Promise<string> {
  runs += 1;
  const scheduledTimeMs = RUN_TIME_MS + runs * 3_600_000;
  await rig.plan(scheduledTimeMs, [table]);
  return runIdOf(scheduledTimeMs);
}

function underFault(fault: CallFault): ExtractServices {
  const { ledger, landing, alerts } = rig.services;
  return { ...rig.services, ledger: fault.on(ledger), landing: fault.on(landing), alerts: fault.on(alerts) };
}

async function expectLandedOnce(table: string, runId: string): Promise<void> {
  const rows = ROWS[table]!;
  const folder = folderOf(table, runId);
  const part = `${folder}part-000-00000.csv`;
  const keys = rows === 0 ? [] : [`${folder}_SUCCESS`, part];
  expect(await keysIn(rig, table, runId)).toEqual(keys);
  if (rows > 0) expect(await rig.text(part)).toBe(csvOf(rows));
  expect(await rig.manifest(table, runId)).toMatchObject({ status: rows === 0 ? 'empty' : 'landed', rows });
  expect(await rig.services.ledger.readLatest(SOURCE, table)).toMatchObject({ run_id: runId });
  expect(await rig.openUploads()).toBe(0);
  expect([rig.database.running, rig.database.connections]).toEqual([0, 0]);
}

describe.each(['before', 'after'] as const)('a port that fails %s its work', (moment) => {
  it.each([LARGE, SMALL, EMPTY])('does not lose, repeat or half-show %s, whichever call it is', async (table) => {
    const met: string[] = [];
    for (let at = 0; at < MAX_CALLS; at++) {
      const runId = await newRun(table);
      const fault = new CallFault(at, moment);
      const assignment = rig.assignment(table, { message: rig.message(table, runId) });
      const first = await extractTable(assignment, underFault(fault)).catch((e: unknown) => e);
      if (fault.calls.length <= at) break;
      met.push(fault.calls[at]!);
      expect(first).toMatchObject({ code: 'INJECTED' });
      await extractTable({ ...assignment, attempt: 2 }, rig.services);
      await expectLandedOnce(table, runId);
    }
    const claiming = ['readClaim', 'readManifest', 'writeClaim'];
    const reading = ['readTablePlan', 'readCheckpoint', 'find', 'readSchema'];
    const landing = ['land', 'writeCheckpoint', 'recordPart', 'writeCheckpoint'];
    const emptyEnd = ['createTablePlan', 'writeCheckpoint', 'readTablePlan'];
    const commit = ['createManifest', ...(table === EMPTY ? [] : ['mark']), 'updateSchema', 'updateLatest'];
    const steps = table === EMPTY ? emptyEnd : landing;
    expect(met).toEqual(['readManifest', 'readPlan', ...claiming, ...reading, ...steps, ...commit]);
  });

  it('does not lose a failed table, its dead letter or its email, whichever call it is', async () => {
    const whole = new CallFault(Number.POSITIVE_INFINITY, moment);
    expect(await take(new NotingQueue(), await newRun(BROKEN), 1, underFault(whole), whole)).toBe(true);
    const all = namedCalls(whole.calls);
    // A look that fails is the same before and after, and the tenth of a name much as the first.
    const calls = isExhaustive
      ? all
      : all.filter((call) => !isLook(call) || (moment === 'before' && call.occurrence === 0));
    for (const call of calls) {
      const runId = await newRun(BROKEN);
      rig.mails.length = 0;
      rig.lines.length = 0;
      const queue = new NotingQueue();
      const fault = new CallFault(call, moment);
      let done = await take(queue, runId, 1, underFault(fault), fault);
      for (let attempt = 2; !done; attempt++) {
        expect(attempt).toBeLessThan(5);
        done = await take(queue, runId, attempt, rig.services);
      }
      expect(queue.deadLetters.length).toBeGreaterThan(0);
      expect(queue.deadLetters.at(-1)).toMatchObject({
        reason: { errorCode: 'TABLE_NOT_FOUND', message: { table: BROKEN } },
      });
      const told = rig.mails.filter(({ subject }) => subject.includes('did not land')).length;
      const saidLost = rig.lines.filter(({ message }) => message === 'The failure was not announced').length;
      expect(told > 0 ? 'told' : saidLost).toBe(
        call.name === 'publish' && moment === 'before' && told === 0 ? 1 : 'told',
      );
      expect(await rig.services.ledger.readFailure(rig.message(BROKEN, runId))).toMatchObject({
        error_code: 'TABLE_NOT_FOUND',
      });
    }
    expect(calls.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['recordFailure', 'publish', 'markAnnounced', 'deadLetter', 'createSummary']),
    );
  });
});

/** True when the message is done with; false when it goes back to the queue. */
async function take(
  queue: NotingQueue,
  runId: string,
  attempt: number,
  services: ExtractServices,
  fault?: CallFault,
): Promise<boolean> {
  const body = formatMessage(rig.message(BROKEN, runId));
  const delivery = { queue: fault?.on(queue) ?? queue, body, receiptHandle: 'receipt', attempt };
  return await takeMessage(delivery, services, noDeadline, () => rig.log, rig.log).then(
    () => true,
    () => false,
  );
}
