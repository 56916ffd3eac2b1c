import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runIdOf } from '../../../shared/core/run-id.ts';
import { extractTable } from '../../../shared/flow/extract-table.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { FlowRig, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { CallFault } from '../../support/port-faults.ts';
import { VersionedTable } from '../../support/versioned-table.ts';

const ORDERS = 'public.orders';
const HOUR_MS = 3_600_000;
/** More than the path here makes; the loop ends when its fault is no longer met. */
const MAX_CALLS = 40;

let rig: FlowRig;
const orders = new VersionedTable();
let runs = 0;

beforeAll(async () => {
  rig = await FlowRig.start({ tables: { [ORDERS]: { format: 'csv', mode: 'incremental', update_key: 'version' } } });
  rig.database.tables.set(ORDERS, orders);
  orders.write([1, 'a']);
  await run((assignment) => extractTable(assignment, rig.services));
});
afterAll(() => rig.close());

/** A run an hour later, after one row more and a change of the first one. */
async function run(land: (assignment: ReturnType<FlowRig['assignment']>) => Promise<unknown>): Promise<string> {
  runs += 1;
  const scheduledTimeMs = RUN_TIME_MS + runs * HOUR_MS;
  const runId = runIdOf(scheduledTimeMs);
  await rig.plan(scheduledTimeMs);
  orders.write([1, `version ${runs}`], [runs + 1, 'new']);
  await land(rig.assignment(ORDERS, { message: rig.message(ORDERS, runId) }));
  return runId;
}

function underFault(fault: CallFault): ExtractServices {
  const { ledger, landing } = rig.services;
  return { ...rig.services, ledger: fault.on(ledger), landing: fault.on(landing) };
}

async function expectCommitted(runId: string): Promise<void> {
  const { ledger } = rig.services;
  const manifest = await rig.manifest(ORDERS, runId);
  expect(manifest).toMatchObject({ status: 'landed', rows: 2, window: { kind: 'changes' } });
  const state = await ledger.readState(SOURCE, ORDERS);
  expect(state).toMatchObject({ run_id: runId, watermark: manifest?.window?.up_to });
  expect(state?.history).toHaveLength(runs);
  const latest = await ledger.readLatest(SOURCE, ORDERS);
  expect(latest?.runs).toHaveLength(runs);
  expect(latest?.entries.at(-1)?.url).toBe(ledger.urlOf(manifest?.parts[0]?.key ?? ''));
  const symlinks = await rig.text(`raw/_landfall/symlinks/${SOURCE}/${ORDERS}/manifest.txt`);
  expect(symlinks.trim().split('\n')).toStrictEqual(latest?.entries.map(({ url }) => url));
}

describe.each(['before', 'after'] as const)('a port that fails %s its work', (moment) => {
  it('does not lose, repeat or half-show the changes of a table, whichever call it is', async () => {
    const met: string[] = [];
    for (let at = 0; at < MAX_CALLS; at++) {
      const fault = new CallFault(at, moment);
      const runId = await run(async (assignment) => {
        const first = await extractTable(assignment, underFault(fault)).catch((thrown: unknown) => thrown);
        if (fault.calls.length > at) expect(first).toMatchObject({ code: 'INJECTED' });
        await extractTable({ ...assignment, attempt: 2 }, rig.services);
      });
      await expectCommitted(runId);
      if (fault.calls.length <= at) break;
      met.push(fault.calls[at]!);
    }
    const claiming = ['readManifest', 'readPlan', 'readClaim', 'readManifest', 'writeClaim'];
    const planning = ['readTablePlan', 'readState', 'readSchema', 'createTablePlan'];
    const landing = ['readCheckpoint', 'find', 'land', 'writeCheckpoint', 'recordPart', 'writeCheckpoint'];
    const commit = ['createManifest', 'mark', 'updateSchema', 'updateLatest', 'updateState'];
    expect(met).toEqual([...claiming, ...planning, ...landing, ...commit]);
  });
});
