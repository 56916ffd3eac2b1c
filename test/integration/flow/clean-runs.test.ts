import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runIdOf } from '../../../shared/core/run-id.ts';
import { type CleanRunsServices, cleanRuns } from '../../../shared/flow/clean-runs.ts';
import { extractTable } from '../../../shared/flow/extract-table.ts';
import { S3PartStore } from '../../../shared/landing/s3-part-store.ts';
import { S3Ledger } from '../../../shared/ledger/s3-ledger.ts';
import { FlowRig, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { layRun } from '../../support/landed-history.ts';
import { rowBatches } from '../../support/memory-database.ts';
import { CallFault } from '../../support/port-faults.ts';

const DAY_MS = 86_400_000;
const TABLE = 'public.orders';
const OTHER = 'public.items';

/** More than a call makes; the loop ends when its fault is no longer met. */
const MAX_CALLS = 40;

let rig: FlowRig;
beforeEach(async () => {
  rig = await FlowRig.start({ tables: { [TABLE]: { keep_runs: 2, format: 'csv' }, [OTHER]: { format: 'csv' } } });
  for (const table of [TABLE, OTHER]) rig.database.tables.set(table, { batches: rowBatches(20) });
});
afterEach(() => rig.close());

function runOf(day: number): string {
  return runIdOf(RUN_TIME_MS + day * DAY_MS);
}

/** One run a day, each of which lands both tables. */
async function landRuns(...days: readonly number[]): Promise<void> {
  for (const day of days) {
    await rig.plan(RUN_TIME_MS + day * DAY_MS);
    for (const table of [TABLE, OTHER]) await landTable(table, day);
  }
}

async function landTable(table: string, day: number) {
  return extractTable(rig.assignment(table, { message: rig.message(table, runOf(day)) }), rig.services);
}

function servicesOf(): CleanRunsServices {
  const { config, ledger, clock } = rig.services;
  const parts = new S3PartStore({ client: rig.s3.client, bucket: rig.s3.bucket });
  return { config, clock, ledger, parts };
}

const apply = { apply: true, wholeHistory: false };

/** The runs of a table that have objects, with the names of these. */
async function objectsOf(table: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const [schema, name] = table.split('.');
  const byRun = new Map<string, string[]>();
  for (const key of await rig.landedKeys()) {
    const [, runId, object] = key.split(`raw/${SOURCE}/${schema}/${name}/run_id=`)[1]?.match(/^([^/]+)\/(.*)$/) ?? [];
    if (runId !== undefined && object !== undefined) byRun.set(runId, [...(byRun.get(runId) ?? []), object]);
  }
  return byRun;
}

function wholeRuns(...days: readonly number[]): (readonly [runId: string, objects: readonly string[]])[] {
  return days.map((day) => [runOf(day), ['_SUCCESS', 'part-000-00000.csv']]);
}

describe('cleanRuns on what has landed', () => {
  it('removes old runs of the table that asks for it, and leaves records and readers as they were', async () => {
    await landRuns(0, 1, 2, 3);
    const latest = await rig.services.ledger.readLatest(SOURCE, TABLE);
    const manifest = await rig.manifest(TABLE, runOf(0));
    expect(await cleanRuns(apply, servicesOf())).toMatchObject([
      { table: TABLE, kept: 2, old: [0, 1].map((day) => ({ runId: runOf(day), objects: 2, outcome: 'removed' })) },
    ]);
    expect([...(await objectsOf(TABLE))]).toEqual(wholeRuns(2, 3));
    expect((await objectsOf(OTHER)).size).toBe(4);
    expect(await rig.services.ledger.readLatest(SOURCE, TABLE)).toEqual(latest);
    expect(await rig.manifest(TABLE, runOf(0))).toEqual(manifest);
  });

  it('does not bring a removed run back to life when its message comes again', async () => {
    await landRuns(0, 1, 2);
    await cleanRuns(apply, servicesOf());
    expect(await landTable(TABLE, 0)).toEqual({ status: 'superseded' });
    expect([...(await objectsOf(TABLE)).keys()]).toEqual([runOf(1), runOf(2)]);
  });

  it('removes an old run that is replayed later, once it has landed', async () => {
    await rig.plan(RUN_TIME_MS);
    await landRuns(1, 2, 3);
    expect(await cleanRuns(apply, servicesOf())).toMatchObject([{ old: [{ runId: runOf(1) }] }]);
    await landTable(TABLE, 0);
    expect([...(await objectsOf(TABLE)).keys()]).toEqual([runOf(0), runOf(2), runOf(3)]);
    expect(await cleanRuns(apply, servicesOf())).toMatchObject([{ old: [{ runId: runOf(0), outcome: 'removed' }] }]);
    expect([...(await objectsOf(TABLE)).keys()]).toEqual([runOf(2), runOf(3)]);
  });
});

/** Three landed runs of a table below a prefix of their own, written without a fleet. */
async function layRuns(prefix: string): Promise<CleanRunsServices> {
  const { client, bucket } = rig.s3;
  const ledger = new S3Ledger({ client, bucket, prefix });
  for (const day of [0, 1, 2]) {
    const runId = runOf(day);
    await layRun({ runId, parts: 2, folder: `${prefix}${runId}/` }, { client, bucket, ledger });
  }
  return { ...servicesOf(), ledger };
}

async function objectsBelow(prefix: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const key of await rig.keys()) {
    const [runId = ''] = key.startsWith(prefix) ? key.slice(prefix.length).split('/') : [];
    if (/^\d/.test(runId)) found[runId] = (found[runId] ?? 0) + 1;
  }
  return found;
}

describe.each(['before', 'after'] as const)('cleanRuns, when one of its calls fails %s its work', (moment) => {
  it('has touched nothing that stays, and the next call does the rest', async () => {
    const met: string[] = [];
    for (let at = 0; at < MAX_CALLS; at += 1) {
      const prefix = `crash-${moment}-${at}/`;
      const services = await layRuns(prefix);
      const fault = new CallFault(at, moment);
      const underFault = { ...services, ledger: fault.on(services.ledger), parts: fault.on(services.parts) };
      const first = await cleanRuns(apply, underFault).catch((thrown: unknown) => thrown);
      if (fault.calls.length <= at) break;
      met.push(fault.calls[at]!);
      expect(first).toMatchObject({ code: 'INJECTED' });
      expect(await objectsBelow(prefix)).toMatchObject({ [runOf(1)]: 3, [runOf(2)]: 3 });
      await cleanRuns(apply, services);
      expect(await objectsBelow(prefix)).toEqual({ [runOf(1)]: 3, [runOf(2)]: 3 });
    }
    expect(met.slice(0, 2)).toEqual(['listRuns', 'readLatest']);
    expect(met.slice(-5)).toEqual(['readManifest', 'recordRemoved', 'delete', 'delete', 'recordRemoved']);
  });
});
