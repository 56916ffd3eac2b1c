import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Binary, Int32, Int64, Utf8 } from 'apache-arrow';
import { MAX_RESTARTS } from '../../../shared/config/limits.ts';
import { SourceError } from '../../../shared/core/errors.ts';
import { firstMessage, type TableMessage } from '../../../shared/core/message.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import type { TableQuery } from '../../../shared/source/source.ts';
import { FlowRig, RUN_ID, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { expectWhole, folderOf, keysIn, landedCsv, withTable } from '../../support/landed-parts.ts';
import { keyedRows, type MemoryTable } from '../../support/memory-database.ts';
import { drain, steeredDeadline, takeNext, WorkingQueue } from '../../support/working-queue.ts';
import { batchOf, type Column } from '../../unit/format/arrow-columns.ts';

const ORDERS = 'public.orders';
const PEOPLE = 'public.people';
const ROWS = 25;
const tables = { [ORDERS]: { format: 'csv' }, [PEOPLE]: { format: 'csv' } };
/** The table's place in its run's plan is 1, so that its restarts lie behind those of the first table. */
const restartOf = (restart: number) => runIdOf(RUN_TIME_MS + MAX_RESTARTS + restart);
const first = firstMessage(SOURCE, RUN_ID, PEOPLE);

let rig: FlowRig;
let queue: WorkingQueue;
let services: ExtractServices;

beforeEach(async () => {
  rig = await FlowRig.start({ tables });
  services = withTable(rig.services, PEOPLE, { fileMaxRows: 10 });
  queue = new WorkingQueue();
  await rig.plan();
  await queue.send([first]);
  rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 5) });
});
afterEach(() => rig.close());

type Batches = Extract<MemoryTable['batches'], (...words: never) => unknown>;

/** The rows of `keyedRows` with other columns: `more` is added, or stands for a column, `without` is dropped. */
function reshaped(more: Readonly<Record<string, Column['type']>>, without: readonly string[] = []): Batches {
  return (query: TableQuery) =>
    keyedRows(
      ROWS,
      5,
    )(query).map((batch) => {
      const ids = Array.from({ length: batch.numRows }, (_, row) => batch.getChild('id')!.get(row) as bigint);
      const types = Object.entries({ id: new Int64(), name: new Utf8(), ...more });
      const kept = types.filter(([name]) => !without.includes(name));
      const cells = (name: string, type: Column['type']) =>
        ids.map((id) => (name === 'id' ? id : type instanceof Int32 ? Number(id) : `${id}`));
      return batchOf(Object.fromEntries(kept.map(([name, type]) => [name, { type, cells: cells(name, type) }])));
    });
}

/** The first message lands a part and a half, then the table changes. */
async function landThenChange(batches: Batches, worker = services): Promise<void> {
  const ending = steeredDeadline();
  rig.database.tables.set(PEOPLE, {
    batches: keyedRows(ROWS, 5),
    beforeBatch: (index) => {
      if (index !== 3) return;
      rig.database.tables.set(PEOPLE, { batches });
      ending.wrapUp();
    },
  });
  expect(await takeNext(rig, queue, { services: worker, ...ending })).toEqual({ status: 'continued', sequence: 2 });
}

const failureOf = (runId = RUN_ID) => rig.services.ledger.readFailure({ ...first, runId });
const next = (worker = services) => takeNext(rig, queue, { services: worker });

describe('a table whose columns change between two parts', () => {
  it.each([
    ['is added', reshaped({ age: new Int32() }), 'column "age" was added', ['id', 'name', 'age']],
    ['is dropped', reshaped({}, ['name']), 'column "name" was dropped', ['id']],
    [
      'has another type',
      reshaped({ name: new Binary() }),
      'column "name" was  (Utf8) and is  (Binary)',
      ['id', 'name'],
    ],
    [
      'has another name',
      reshaped({ title: new Utf8() }, ['name']),
      'column "name" was dropped; column "title" was added',
      ['id', 'title'],
    ],
  ])('as one %s, starts over in a run of its own', async (_, batches, change, columns) => {
    await landThenChange(batches);
    expect(await next()).toEqual({ status: 'failed', errorCode: 'SCHEMA_CHANGED' });

    const message = `The schema of ${PEOPLE} changed while it was landing: ${change}.`;
    const remedy = expect.stringContaining(`The table started over in run ${restartOf(1)}; no replay is needed.`);
    expect(await failureOf()).toMatchObject({ error_code: 'SCHEMA_CHANGED', error_message: message, remedy });
    expect(rig.mails.map(({ subject }) => subject)).toEqual([`Landfall: shop ${PEOPLE} did not land (SCHEMA_CHANGED)`]);
    expect(rig.mails[0]!.body).toContain(`started over in run ${restartOf(1)}`);
    expect(queue.deadLetters).toEqual([]);

    const plan = (await rig.services.ledger.readPlan({ source: SOURCE, runId: restartOf(1) }))!;
    expect(plan).toMatchObject({ restarts: 1, tables: [{ table: PEOPLE, folder: folderOf(PEOPLE, restartOf(1)) }] });
    expect(plan.tables).toHaveLength(1);
    expect(queue.messages).toEqual([firstMessage(SOURCE, restartOf(1), PEOPLE)]);

    expect(await drain(rig, queue, { services })).toEqual(['landed']);
    const manifest = (await rig.manifest(PEOPLE, restartOf(1)))!;
    expect(manifest).toMatchObject({ status: 'landed', rows: ROWS, consistency: 'snapshot' });
    expect(manifest.columns.map(({ name }) => name)).toEqual(columns);
    expect(new Set(manifest.parts.map((part) => part.schema_hash))).toEqual(new Set([manifest.schema_hash]));
    const lines = (await landedCsv(rig, manifest)).trimEnd().split('\r\n');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(
      Array.from({ length: ROWS }, (_line, index) => String(index + 1)),
    );
    expect(await keysIn(rig, PEOPLE, restartOf(1))).toEqual([
      `${folderOf(PEOPLE, restartOf(1))}_SUCCESS`,
      ...manifest.parts.map(({ key }) => key),
    ]);
    expect(await rig.services.ledger.readLatest(SOURCE, PEOPLE)).toMatchObject({ run_id: restartOf(1) });
  });

  it('leaves the run that was given up without manifest and marker', async () => {
    await landThenChange(reshaped({ age: new Int32() }));
    await drain(rig, queue, { services });
    expect(await rig.manifest(PEOPLE)).toBeUndefined();
    expect((await keysIn(rig, PEOPLE)).map((key) => key.split('/').at(-1))).toEqual([
      'part-000-00000.csv',
      'part-000-00001.csv',
    ]);
  });

  it('starts over when the database refuses a column that was there before', async () => {
    await landThenChange(keyedRows(ROWS, 5));
    const refusal = new SourceError(
      'COLUMN_NOT_FOUND',
      'The key of public.people names "id", which it does not have.',
      {
        retry: 'permanent',
        remedy: 'Correct `primary_key`; columns that exist: name.',
      },
    );
    rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 5), refusal });
    expect(await next()).toEqual({ status: 'failed', errorCode: 'SCHEMA_CHANGED' });
    expect(await failureOf()).toMatchObject({ error_message: expect.stringContaining('names "id"') });
    expect(queue.messages).toEqual([firstMessage(SOURCE, restartOf(1), PEOPLE)]);
    expect(queue.deadLetters).toEqual([]);
  });

  it('does not start over before it is recorded that this run has failed', async () => {
    await landThenChange(reshaped({ age: new Int32() }));
    const recordFailure = async () => await Promise.reject(new Error('no answer'));
    const ledger = new Proxy(services.ledger, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...words: unknown[]) => unknown;
        return name === 'recordFailure' ? recordFailure : method.bind(target);
      },
    });
    expect(await next({ ...services, ledger })).toEqual({ status: 'back' });
    expect(rig.lines.map((line) => line.fields.error_code)).toContain('SCHEMA_CHANGED');
    expect(queue.messages.filter(({ runId }) => runId !== RUN_ID)).toEqual([]);
    expect(await drain(rig, queue, { services })).toEqual(['failed', 'landed']);
  });

  it('starts over once, however often the message arrives', async () => {
    await landThenChange(reshaped({ age: new Int32() }));
    const continuation = queue.waiting[0]!;
    await next();
    queue.waiting.push({ ...continuation, attempt: 2 });
    await drain(rig, queue, { services });
    expect(rig.mails).toHaveLength(1);
    expect(await rig.manifest(PEOPLE, restartOf(1))).toMatchObject({ status: 'landed', rows: ROWS });
    expect(await rig.services.ledger.readPlan({ source: SOURCE, runId: restartOf(2) })).toBeUndefined();
    expect(queue.deadLetters).toEqual([]);
  });

  it('again and again, gives up as a dead letter', async () => {
    await landThenChange(reshaped({ column0: new Utf8() }));
    for (let restart = 1; restart <= MAX_RESTARTS; restart++) {
      expect(await next()).toEqual({ status: 'failed', errorCode: 'SCHEMA_CHANGED' });
      expect(queue.messages).toMatchObject([{ runId: restartOf(restart) }]);
      await landThenChange(reshaped({ [`column${restart}`]: new Utf8() }));
    }
    expect(await next()).toEqual({ status: 'failed', errorCode: 'SCHEMA_CHANGED' });
    expect(queue.waiting).toEqual([]);
    expect(queue.deadLetters).toMatchObject([
      { reason: { errorCode: 'SCHEMA_CHANGED', message: { runId: restartOf(MAX_RESTARTS) } } },
    ]);
    expect(rig.mails.filter(({ subject }) => subject.includes('did not land'))).toHaveLength(MAX_RESTARTS + 1);
    expect(rig.mails.at(-1)!.body).not.toContain('started over');
    expect((await failureOf(restartOf(MAX_RESTARTS)))!.remedy).not.toContain('started over');
  });

  it('is not held up by the run that it started over from', async () => {
    await landThenChange(reshaped({ age: new Int32() }));
    await next();
    const claim = await rig.services.ledger.readClaim(SOURCE, PEOPLE);
    expect(claim?.value.run_id).toBe(RUN_ID);
    expect(await drain(rig, queue, { services })).toEqual(['landed']);
  });
});

describe('a query that is edited between two parts', () => {
  it('is never mixed with the one before', async () => {
    await landThenChange(keyedRows(ROWS, 5));
    const edited = withTable(services, PEOPLE, { where: 'id < 100' });
    expect(await next(edited)).toEqual({ status: 'failed', errorCode: 'QUERY_CHANGED' });
    expect(await drain(rig, queue, { services: edited })).toEqual(['landed']);
    expect(await failureOf()).toMatchObject({ error_code: 'QUERY_CHANGED' });
    await expectWhole(rig, PEOPLE, ROWS, restartOf(1));
    expect(rig.database.queries.at(-1)).toMatchObject({ where: 'id < 100', range: {} });
  });

  it('goes on when only the size of parts was edited', async () => {
    await landThenChange(keyedRows(ROWS, 5));
    expect(await next(withTable(services, PEOPLE, { fileMaxRows: 3 }))).toMatchObject({ status: 'landed' });
    expect((await expectWhole(rig, PEOPLE, ROWS)).parts).toHaveLength(6);
  });

  it('keeps its key when another one is configured meanwhile', async () => {
    await landThenChange(keyedRows(ROWS, 5));
    expect(await next(withTable(services, PEOPLE, { primaryKey: ['name'] }))).toMatchObject({ status: 'landed' });
    const manifest = await expectWhole(rig, PEOPLE, ROWS);
    expect(manifest).toMatchObject({ ordered_by: ['id'], primary_key: ['id'] });
    expect(rig.database.queries.at(-1)!.key).toEqual(['id']);
  });
});

describe('a table that is taken out of the configuration while it starts over', () => {
  it('becomes a dead letter instead', async () => {
    await landThenChange(reshaped({ age: new Int32() }));
    const { [PEOPLE]: _, ...others } = tables;
    expect(await next(rig.configured({ tables: others }))).toEqual({
      status: 'failed',
      errorCode: 'TABLE_NOT_CONFIGURED',
    });
    expect([queue.deadLetters.length, queue.waiting.length]).toEqual([1, 0]);
  });
});

describe('a read that was not whole', () => {
  it('behind parts that landed, starts over, as the server confirms none of them', async () => {
    rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 5), serverRows: ROWS + 1 });
    expect(await next()).toEqual({ status: 'failed', errorCode: 'PARTS_UNVERIFIED' });
    expect((await failureOf())!.error_message).toContain(`2 parts of ${PEOPLE} came of a read that was not whole`);
    rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 5) });
    expect(await drain(rig, queue, { services })).toEqual(['landed']);
    await expectWhole(rig, PEOPLE, ROWS, restartOf(1));
    expect(await rig.manifest(PEOPLE)).toBeUndefined();
  });

  it('of which nothing landed, is read again', async () => {
    rig.database.tables.set(PEOPLE, { batches: keyedRows(8, 5), serverRows: 9 });
    expect(await next()).toEqual({ status: 'back' });
    rig.database.tables.set(PEOPLE, { batches: keyedRows(8, 5) });
    expect(await drain(rig, queue, { services })).toEqual(['landed']);
    await expectWhole(rig, PEOPLE, 8);
  });
});

describe('a message that goes astray while its table starts over', () => {
  it('sends the restart again after a crash behind the note of the failure', async () => {
    await landThenChange(reshaped({ age: new Int32() }));
    const send = queue.send.bind(queue);
    queue.send = async () => await Promise.reject(new Error('killed'));
    expect(await next()).toEqual({ status: 'back' });
    queue.send = send as (messages: readonly TableMessage[]) => Promise<void>;
    expect(await drain(rig, queue, { services })).toEqual(['failed', 'landed']);
    expect(rig.mails).toHaveLength(1);
    expect(await rig.manifest(PEOPLE, restartOf(1))).toMatchObject({ status: 'landed', rows: ROWS });
  });
});
