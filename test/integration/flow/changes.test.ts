import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TableState } from '../../../shared/core/records.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';
import { extractTable } from '../../../shared/flow/extract-table.ts';
import { scheduleRun } from '../../../shared/flow/schedule-run.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { FlowRig, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { withTable } from '../../support/landed-parts.ts';
import { VersionedTable } from '../../support/versioned-table.ts';
import { drain, WorkingQueue } from '../../support/working-queue.ts';

const ORDERS = 'public.orders';
const DAY_MS = 86_400_000;
const runOf = (day: number) => runIdOf(RUN_TIME_MS + day * DAY_MS);

let rig: FlowRig;
let orders: VersionedTable;
let services: ExtractServices;

beforeEach(async () => {
  rig = await FlowRig.start({
    tables: { [ORDERS]: { format: 'csv', mode: 'incremental', update_key: 'version', primary_key: ['id'] } },
  });
  services = rig.services;
  orders = new VersionedTable();
  rig.database.tables.set(ORDERS, orders);
});
afterEach(() => rig.close());

/** Runs the table on a day, and gives how its message ended. */
async function run(day: number, using = services): Promise<string> {
  await rig.plan(RUN_TIME_MS + day * DAY_MS);
  const { status } = await extractTable(rig.assignment(ORDERS, { message: rig.message(ORDERS, runOf(day)) }), using);
  return status;
}

/** Ids of the rows that landed in a run, in the order of its parts. */
async function landed(day: number): Promise<string[]> {
  const manifest = await rig.manifest(ORDERS, runOf(day));
  return (manifest?.parts ?? []).flatMap(({ key }) => rowsOf(readFileSync(rig.pathOf(key), 'utf8')));
}

const rowsOf = (csv: string) => csv.trim().split('\r\n').slice(1);
const state = async () => (await rig.services.ledger.readState(SOURCE, ORDERS)) as TableState;
const latest = async () => await rig.services.ledger.readLatest(SOURCE, ORDERS);
const window = async (day: number) => (await rig.manifest(ORDERS, runOf(day)))?.window;

/** What a reader finds: of rows with one id the one that landed last. */
async function readerSees(): Promise<string[]> {
  const { entries = [] } = (await latest()) ?? {};
  const bucket = `s3://${rig.s3.bucket}/`;
  const rows = new Map<string, string>();
  for (const { url } of entries) {
    for (const row of rowsOf(readFileSync(rig.pathOf(url.slice(bucket.length)), 'utf8')))
      rows.set(row.split(',')[0]!, row);
  }
  return [...rows.values()].toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

async function symlinks(): Promise<string[]> {
  const text = await rig.text(`raw/_landfall/symlinks/${SOURCE}/${ORDERS}/manifest.txt`);
  return text.split('\n').filter((line) => line !== '');
}

describe('an incremental table', () => {
  it('lands whole at first, then what has changed', async () => {
    orders.write([1, 'a'], [2, 'b'], [3, 'c']);
    expect(await run(0)).toBe('landed');
    orders.write([2, 'B'], [4, 'd']);
    expect(await run(1)).toBe('landed');
    expect(await landed(0)).toStrictEqual(['1,a,1', '2,b,2', '3,c,3']);
    expect(await landed(1)).toStrictEqual(['2,B,4', '4,d,5']);
    expect(await readerSees()).toStrictEqual(['1,a,1', '2,B,4', '3,c,3', '4,d,5']);
    expect(await window(0)).toMatchObject({ kind: 'full', full_because: 'first-run', watermark: null, up_to: '3' });
    expect(await window(1)).toMatchObject({ kind: 'changes', watermark: '3', up_to: '5', based_on: runOf(0) });
    expect(await state()).toMatchObject({ run_id: runOf(1), watermark: '5', full_run_id: runOf(0) });
  });

  it('shows the same to readers of the manifest and of the symlinks', async () => {
    orders.write([1, 'a']);
    await run(0);
    orders.write([2, 'b']);
    await run(1);
    expect(await symlinks()).toStrictEqual((await latest())?.entries.map(({ url }) => url));
    expect(await symlinks()).toHaveLength(2);
  });

  it('that did not change lands nothing, and goes on from there', async () => {
    orders.write([1, 'a']);
    await run(0);
    expect(await run(1)).toBe('empty');
    orders.write([2, 'b']);
    expect(await run(2)).toBe('landed');
    expect(await landed(2)).toStrictEqual(['2,b,2']);
    expect((await latest())?.runs.map(({ parts }) => parts)).toStrictEqual([1, 0, 1]);
    expect((await state()).history).toHaveLength(3);
  });

  it('without any row begins with the first that comes', async () => {
    expect(await run(0)).toBe('empty');
    expect((await state()).watermark).toBeNull();
    orders.write([1, 'a']);
    expect(await run(1)).toBe('landed');
    expect(await window(1)).toMatchObject({ kind: 'full', full_because: 'first-run' });
  });

  it('keeps the bound that was taken first, whoever reads', async () => {
    orders.write([1, 'a'], [2, 'b']);
    orders.afterBound = () => orders.write([3, 'late'], [2, 'B']);
    await run(0);
    orders.afterBound = () => undefined;
    expect(await landed(0)).toStrictEqual(['1,a,1']);
    await run(1);
    expect(await landed(1)).toStrictEqual(['2,B,4', '3,late,3']);
  });

  it('lands its rows without an update key when it lands whole, and says so', async () => {
    orders.write([1, 'a']);
    orders.writeWithoutVersion(2, 'never changed');
    await run(0);
    orders.write([1, 'A']);
    await run(1);
    expect(await landed(0)).toStrictEqual(['1,a,1', '2,never changed,']);
    expect(await landed(1)).toStrictEqual(['1,A,2']);
    expect(await window(1)).toMatchObject({ nulls: 'include-once', has_nulls: true });
  });

  it('leaves them out where it is told to', async () => {
    const skipping = withTable(services, ORDERS, { nulls: 'skip' });
    orders.write([1, 'a']);
    orders.writeWithoutVersion(2, 'never changed');
    await run(0, skipping);
    expect(await landed(0)).toStrictEqual(['1,a,1']);
    expect(await window(0)).toMatchObject({ nulls: 'skip', has_nulls: true });
  });

  it('reads again as far as lookback says', async () => {
    const looking = withTable(services, ORDERS, { lookback: { values: 2 } });
    orders.write([1, 'a'], [2, 'b'], [3, 'c']);
    await run(0, looking);
    orders.write([4, 'd']);
    await run(1, looking);
    expect(await landed(1)).toStrictEqual(['2,b,2', '3,c,3', '4,d,4']);
    expect(await window(1)).toMatchObject({ watermark: '3', read_after: '1', lookback: '2' });
  });

  it('lands in chunks and in several parts with one window for all', async () => {
    const cut = withTable(services, ORDERS, { chunks: { count: 3 }, fileMaxRows: 2 });
    const queue = new WorkingQueue();
    const runInChunks = async (day: number) => {
      await rig.plan(RUN_TIME_MS + day * DAY_MS);
      await queue.send([rig.message(ORDERS, runOf(day))]);
      await drain(rig, queue, { services: cut });
    };
    orders.write(...Array.from({ length: 20 }, (_, i): [number, string] => [i + 1, 'v1']));
    const first = withTable(cut, ORDERS, { chunks: undefined });
    await run(0, first);
    orders.write(...[3, 7, 11, 15, 19, 2].map((id): [number, string] => [id, 'v2']));
    await runInChunks(1);
    expect((await landed(1)).toSorted()).toStrictEqual(
      ['2,v2,26', '3,v2,21', '7,v2,22', '11,v2,23', '15,v2,24', '19,v2,25'].toSorted(),
    );
    expect((await readerSees()).filter((row) => row.includes('v2'))).toHaveLength(6);
  });
});

describe('a table lands whole again', () => {
  beforeEach(async () => {
    orders.write([1, 'a'], [2, 'b']);
    await run(0);
    orders.write([3, 'c']);
    orders.delete(1);
  });

  it('when its update key went back, and readers see nothing of before', async () => {
    orders.lost = 'update-key-went-back';
    await run(1);
    expect(await window(1)).toMatchObject({ kind: 'full', full_because: 'update-key-went-back', based_on: null });
    expect(await readerSees()).toStrictEqual(['2,b,2', '3,c,3']);
    expect((await latest())?.runs).toHaveLength(1);
    expect(
      rig.lines.some(({ level, fields }) => level === 'warn' && fields.full_because === 'update-key-went-back'),
    ).toBe(true);
  });

  it('when full_refresh_every is over', async () => {
    const weekly = withTable(services, ORDERS, { fullRefreshEveryMs: 2 * DAY_MS });
    await run(1, weekly);
    expect(await readerSees()).toStrictEqual(['1,a,1', '2,b,2', '3,c,3']);
    await run(2, weekly);
    expect(await window(2)).toMatchObject({ full_because: 'scheduled' });
    expect(await readerSees()).toStrictEqual(['2,b,2', '3,c,3']);
    await run(3, weekly);
    expect(await window(3)).toMatchObject({ kind: 'changes' });
  });

  it('when whoever started the run asked for it, and goes on from there', async () => {
    const scheduledTimeMs = RUN_TIME_MS + DAY_MS;
    const asked = { source: SOURCE, scheduledTimeMs, fullRefresh: true };
    await scheduleRun(asked, { ...services, queueOf: () => rig.queue }, rig.log);
    await run(1);
    expect(await window(1)).toMatchObject({ kind: 'full', full_because: 'asked', based_on: null });
    expect((await state()).history.at(-1)).toMatchObject({ by: 'run', full_because: 'asked' });
    expect((await latest())?.runs).toHaveLength(1);
    await run(2);
    expect(await window(2)).toMatchObject({ kind: 'changes', based_on: runOf(1) });
  });

  it('when its query changed', async () => {
    await run(1, withTable(services, ORDERS, { where: 'id > 1' }));
    expect(await window(1)).toMatchObject({ full_because: 'query-changed' });
  });

  it('when another column became its update key', async () => {
    await run(1, withTable(services, ORDERS, { updateKey: 'changed_at' }));
    expect(await window(1)).toMatchObject({ full_because: 'update-key-changed' });
  });

  it('when an operator reset its state, whatever was planned before', async () => {
    await rig.plan(RUN_TIME_MS + DAY_MS);
    orders.afterBound = () => undefined;
    const planned = rig.assignment(ORDERS, { message: rig.message(ORDERS, runOf(1)) });
    let reset = false;
    const resetting: ExtractServices = {
      ...services,
      landing: {
        find: (key) => services.landing.find(key),
        mark: (key) => services.landing.mark(key),
        land: async (...order) => {
          if (!reset) await resetState();
          reset = true;
          return await services.landing.land(...order);
        },
      },
    };
    await extractTable(planned, resetting);
    expect(await state()).toMatchObject({ watermark: null, generation: 1, run_id: runOf(0) });
    await run(2);
    expect(await window(2)).toMatchObject({ full_because: 'reset', generation: 1 });
    expect(await state()).toMatchObject({ watermark: '3', generation: 1, run_id: runOf(2) });
  });
});

async function resetState(): Promise<void> {
  await services.ledger.updateState(SOURCE, ORDERS, (standing) => ({
    ...(standing as TableState),
    generation: 1,
    watermark: null,
    history: [{ at: '', by: 'reset', run_id: null, watermark: null, full_because: null }],
  }));
}

describe('runs that do not come in their order', () => {
  beforeEach(async () => {
    orders.write([1, 'a']);
    await run(0);
  });

  it('give way to a newer one that has landed their changes', async () => {
    orders.write([2, 'b']);
    await rig.plan(RUN_TIME_MS + DAY_MS);
    await run(2);
    const late = rig.assignment(ORDERS, { message: rig.message(ORDERS, runOf(1)) });
    expect(await extractTable(late, services)).toMatchObject({ status: 'superseded' });
    const ref = { source: SOURCE, runId: runOf(1), table: ORDERS };
    expect(await services.ledger.readSuperseded(ref)).toMatchObject({ superseded_by: runOf(2) });
    expect(await readerSees()).toStrictEqual(['1,a,1', '2,b,2']);
  });

  it('land what they had planned, without taking anything back', async () => {
    orders.write([2, 'b']);
    const overlapping = withTable(services, ORDERS, { overlap: 'queue' });
    await rig.plan(RUN_TIME_MS + DAY_MS);
    let landing = false;
    const overtaken: ExtractServices = {
      ...overlapping,
      landing: {
        find: (key) => services.landing.find(key),
        mark: (key) => services.landing.mark(key),
        land: async (...order) => {
          if (!landing) {
            landing = true;
            await freeClaim();
            orders.write([3, 'c']);
            expect(await run(2)).toBe('landed');
          }
          return await services.landing.land(...order);
        },
      },
    };
    const slow = rig.assignment(ORDERS, { message: rig.message(ORDERS, runOf(1)) });
    expect(await extractTable(slow, overtaken)).toMatchObject({ status: 'landed' });
    expect(await window(2)).toMatchObject({ based_on: runOf(0), watermark: '1', up_to: '3' });
    expect(await state()).toMatchObject({ run_id: runOf(2), watermark: '3' });
    expect((await latest())?.runs.map(({ run_id: id }) => id)).toStrictEqual([runOf(0), runOf(2)]);
    expect(await readerSees()).toStrictEqual(['1,a,1', '2,b,2', '3,c,3']);
  });

  it('find their way by the manifests where what readers see went another one', async () => {
    orders.write([2, 'b']);
    await run(1);
    orders.write([3, 'c']);
    await run(2);
    await services.ledger.updateLatest(SOURCE, ORDERS, (standing) => ({
      ...standing!,
      runs: standing!.runs.slice(0, 1),
      entries: standing!.entries.slice(0, 1),
    }));
    orders.write([4, 'd']);
    await run(3);
    expect(await readerSees()).toStrictEqual(['1,a,1', '2,b,2', '3,c,3', '4,d,4']);
    expect((await latest())?.runs).toHaveLength(4);
  });
});

/** As after three hours of silence of the run that holds the table. */
async function freeClaim(): Promise<void> {
  const standing = await services.ledger.readClaim(SOURCE, ORDERS);
  const touchedAt = new Date(RUN_TIME_MS - DAY_MS).toISOString();
  await services.ledger.writeClaim({ ...standing!.value, touched_at: touchedAt }, standing!.etag);
}
