import { DeleteObjectsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsistencyError, DeadlineError, LandfallError, SourceError } from '../../../shared/core/errors.ts';
import { extractTable } from '../../../shared/flow/extract-table.ts';
import type { Assignment, ExtractionOutcome } from '../../../shared/flow/extraction.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { duckRow, duckRows } from '../../support/duckdb.ts';
import { csvOf, FlowRig, neverAborted, RUN_ID, SOURCE } from '../../support/flow-rig.ts';
import { emptyBatches, rowBatches } from '../../support/memory-database.ts';

const FOLDER = `raw/shop/public/people/run_id=${RUN_ID}/`;
const PART = `${FOLDER}part-000-00000.csv`;
const PEOPLE = 'public.people';
const ROWS = 300;

let rig: FlowRig;
const csv = { tables: { [PEOPLE]: { format: 'csv' } } };

beforeEach(async () => {
  rig = await FlowRig.start(csv);
  rig.database.tables.set(PEOPLE, { batches: rowBatches(ROWS) });
  await rig.plan();
});
afterEach(() => rig.close());

function extract(services: ExtractServices = rig.services, circumstances: Partial<Assignment> = {}) {
  return extractTable(rig.assignment(PEOPLE, circumstances), services);
}

async function refused(work: Promise<ExtractionOutcome>): Promise<LandfallError> {
  const thrown = await work.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(LandfallError);
  return thrown as LandfallError;
}

function boundMethod(target: object, name: string | symbol): unknown {
  const method: unknown = Reflect.get(target, name);
  return typeof method === 'function' ? (method.bind(target) as unknown) : method;
}

async function expectNothingLanded(): Promise<void> {
  expect(await rig.landedKeys()).toEqual([]);
  expect(await rig.openUploads()).toBe(0);
  expect(await rig.manifest(PEOPLE)).toBeUndefined();
  expect(await rig.services.ledger.readLatest(SOURCE, PEOPLE)).toBeUndefined();
  expect([rig.database.running, rig.database.connections]).toEqual([0, 0]);
}

describe('a table with rows', () => {
  it('lands whole, with manifest, marker and latest pointer', async () => {
    const outcome = await extract();
    const text = csvOf(ROWS);
    expect(outcome).toEqual({ status: 'landed', rows: ROWS, bytes: text.length, keys: [PART] });
    expect(await rig.landedKeys()).toEqual([`${FOLDER}_SUCCESS`, PART]);
    expect(await rig.text(PART)).toBe(text);
    expect(await rig.manifest(PEOPLE)).toMatchObject({
      status: 'landed',
      rows: ROWS,
      bytes: text.length,
      folder: FOLDER,
      format: 'csv',
      compression: 'none',
      primary_key: ['id'],
      lossy_values: {},
      columns: [
        { name: 'id', landed_type: 'Int64' },
        { name: 'name', landed_type: 'Utf8' },
      ],
      parts: [{ key: PART, rows: ROWS, bytes: text.length, attempt_id: 'attempt-1' }],
    });
    expect(await rig.services.ledger.readLatest(SOURCE, PEOPLE)).toMatchObject({ run_id: RUN_ID });
    expect([rig.database.running, rig.database.connections, await rig.openUploads()]).toEqual([0, 0, 0]);
  });

  it('says in part record, manifest and log which values lost something', async () => {
    const lossyValues = { shipped_at: 2_113, ['__proto__']: 1 };
    rig.database.tables.set(PEOPLE, { batches: rowBatches(ROWS), lossyValues });
    await extract();
    const manifest = (await rig.manifest(PEOPLE))!;
    expect(Object.entries(manifest.lossy_values)).toEqual(Object.entries(lossyValues));
    expect(manifest.parts[0]!.lossy_values).toEqual(manifest.lossy_values);
    expect(rig.lines).toContainEqual({
      level: 'warn',
      message: 'Some values lost something on landing',
      fields: { lossy_values: manifest.lossy_values },
    });
  });

  it('reports how far it is, never backwards', async () => {
    await extract();
    const rows = rig.progress.map((each) => each.rows);
    expect(rows.at(-1)).toBe(ROWS);
    expect(rows).toEqual(rows.toSorted((a, b) => a - b));
    expect(rig.progress.every(({ status, table }) => status === 'reading' && table === PEOPLE)).toBe(true);
  });

  it('is left alone by a duplicate delivery, which repairs marker and pointer', async () => {
    await extract();
    const manifest = await rig.manifest(PEOPLE);
    const Objects = [`${FOLDER}_SUCCESS`, `raw/_landfall/latest/shop/${PEOPLE}.json`].map((Key) => ({ Key }));
    await rig.s3.client.send(new DeleteObjectsCommand({ Bucket: rig.s3.bucket, Delete: { Objects } }));
    expect(await rig.landedKeys()).toEqual([PART]);

    expect(await extract()).toEqual({ status: 'superseded' });
    expect(await rig.landedKeys()).toEqual([`${FOLDER}_SUCCESS`, PART]);
    expect(await rig.services.ledger.readLatest(SOURCE, PEOPLE)).toMatchObject({ run_id: RUN_ID });
    expect(await rig.manifest(PEOPLE)).toEqual(manifest);
    expect(rig.database.opened).toHaveLength(1);
  });

  it('lands once when two attempts run at the same time', async () => {
    let arrived = 0;
    const { promise: bothRead, resolve: release } = Promise.withResolvers<void>();
    const beforeBatch = async () => {
      arrived += 1;
      if (arrived === 2) release();
      await bothRead;
    };
    rig.database.tables.set(PEOPLE, { batches: rowBatches(ROWS, ROWS), beforeBatch });
    const outcomes = await Promise.all([extract(), extract()]);
    expect(arrived).toBe(2);
    expect(outcomes).toEqual(
      [1, 2].map(() => ({ status: 'landed', rows: ROWS, bytes: csvOf(ROWS).length, keys: [PART] })),
    );
    expect(await rig.landedKeys()).toEqual([`${FOLDER}_SUCCESS`, PART]);
    expect(await rig.text(PART)).toBe(csvOf(ROWS));
    expect((await rig.manifest(PEOPLE))!.parts).toHaveLength(1);
    expect(await rig.openUploads()).toBe(0);
    expect(rig.lines.filter(({ message }) => message.startsWith('Another attempt completed'))).toHaveLength(1);
  });

  it('is adopted when an attempt died between object and manifest, without reading it again', async () => {
    const createManifest = async () => await Promise.reject(new Error('killed'));
    const ledger = new Proxy(rig.services.ledger, {
      get: (target, name) => (name === 'createManifest' ? createManifest : boundMethod(target, name)),
    });
    await expect(extract({ ...rig.services, ledger })).rejects.toThrow('killed');
    expect(await rig.landedKeys()).toEqual([PART]);

    rig.database.tables.set(PEOPLE, { batches: rowBatches(7) });
    expect(await extract(rig.services, { attempt: 2 })).toMatchObject({ status: 'landed', rows: ROWS });
    expect(rig.database.opened).toHaveLength(1);
    expect(await rig.manifest(PEOPLE)).toMatchObject({ rows: ROWS, attempts: 2, parts: [{ attempt_id: 'attempt-1' }] });
    expect(await rig.landedKeys()).toEqual([`${FOLDER}_SUCCESS`, PART]);
  });
});

describe('a table without rows', () => {
  it('lands nothing but its manifest', async () => {
    rig.database.tables.set(PEOPLE, { batches: emptyBatches() });
    expect(await extract()).toEqual({ status: 'empty' });
    expect(await rig.landedKeys()).toEqual([]);
    expect(await rig.manifest(PEOPLE)).toMatchObject({ status: 'empty', rows: 0, bytes: 0, parts: [] });
    expect(await rig.services.ledger.readLatest(SOURCE, PEOPLE)).toMatchObject({ run_id: RUN_ID });
    expect(rig.database.connections).toBe(0);
    expect(await extract()).toEqual({ status: 'superseded' });
    expect(await rig.landedKeys()).toEqual([]);
  });

  it.each(['parquet', 'csv'])('lands its schema as %s when asked to', async (format) => {
    const other = await FlowRig.start({ tables: { [PEOPLE]: { format, on_empty: 'write' } } });
    try {
      other.database.tables.set(PEOPLE, { batches: emptyBatches() });
      await other.plan();
      const outcome = await extractTable(other.assignment(PEOPLE), other.services);
      const key = `${FOLDER}part-000-00000.${format}`;
      expect(outcome).toEqual({ status: 'empty' });
      expect(await other.landedKeys()).toEqual([`${FOLDER}_SUCCESS`, key]);
      expect(await other.manifest(PEOPLE)).toMatchObject({ status: 'empty', rows: 0, parts: [{ key, rows: 0 }] });
      const described = await duckRows(`describe select * exclude (run_id) from '${other.pathOf(key)}'`);
      expect(described.map((column) => column.column_name)).toEqual(['id', 'name']);
      expect(await duckRow(`select count(*)::int as n from '${other.pathOf(key)}'`)).toEqual({ n: 0 });
    } finally {
      await other.close();
    }
  });

  it('stays empty for an attempt that saw rows at the same time', async () => {
    rig.database.tables.set(PEOPLE, {
      batches: rowBatches(ROWS),
      beforeBatch: async (index) => {
        if (index > 0) return;
        rig.database.tables.set(PEOPLE, { batches: emptyBatches() });
        expect(await extract()).toEqual({ status: 'empty' });
      },
    });
    expect(await extract()).toEqual({ status: 'empty' });
    expect(await rig.manifest(PEOPLE)).toMatchObject({ status: 'empty', parts: [] });
    expect(await rig.landedKeys()).toEqual([]);
    expect(await rig.openUploads()).toBe(0);
  });
});

describe('a table that cannot land', () => {
  it.each([ROWS - 1, ROWS + 1, 0])('lands nothing when the server counted %i rows', async (serverRows) => {
    rig.database.tables.set(PEOPLE, { batches: rowBatches(ROWS), serverRows });
    const error = await refused(extract());
    expect(error).toBeInstanceOf(ConsistencyError);
    expect([error.code, error.retry]).toEqual(['ROW_COUNT_DIFFERS', 'once']);
    expect(error.message).toContain(`${serverRows} rows; ${ROWS} were decoded`);
    await expectNothingLanded();
  });

  it('lands nothing when it seems empty and the server says otherwise', async () => {
    rig.database.tables.set(PEOPLE, { batches: emptyBatches(), serverRows: 5 });
    expect((await refused(extract())).code).toBe('ROW_COUNT_DIFFERS');
    await expectNothingLanded();
  });

  it.each([10, ROWS])('shows nothing when the source fails behind row %i', async (rows) => {
    const failure = new SourceError('CONNECTION_LOST', 'The connection was lost.');
    rig.database.tables.set(PEOPLE, { batches: rowBatches(rows), failure });
    expect(await refused(extract())).toBe(failure);
    await expectNothingLanded();
  });

  it('shows nothing when the deadline comes in the middle', async () => {
    const controller = new AbortController();
    const deadline = new DeadlineError('DEADLINE_REACHED', 'The table did not land within 900 s.');
    rig.database.tables.set(PEOPLE, {
      batches: rowBatches(ROWS),
      beforeBatch: (index) => {
        if (index === 4) controller.abort(deadline);
      },
    });
    expect(
      await refused(extract(rig.services, { deadline: { wrapUp: neverAborted, signal: controller.signal } })),
    ).toBe(deadline);
    await expectNothingLanded();
  });

  it.each([
    ['without metadata', {}],
    ['of an unknown attempt', { 'landfall-attempt': 'somebody' }],
  ])('does not touch an object %s at its key', async (_, Metadata) => {
    await rig.s3.client.send(new PutObjectCommand({ Bucket: rig.s3.bucket, Key: PART, Body: 'theirs', Metadata }));
    const error = await refused(extract());
    expect([error.code, error.retry]).toEqual(['FOREIGN_OBJECT', 'permanent']);
    expect(error.message).toContain(PART);
    expect(await rig.text(PART)).toBe('theirs');
    expect(await rig.manifest(PEOPLE)).toBeUndefined();
    expect(rig.database.opened).toEqual([]);
  });

  it('is refused when no run planned it', async () => {
    const error = await refused(extract(rig.services, { message: rig.message(PEOPLE, '20261123T030000Z') }));
    expect([error.name, error.code]).toEqual(['MessageError', 'RUN_NOT_PLANNED']);
    expect(rig.database.opened).toEqual([]);
  });
});

describe('a configuration that was edited between plan and extraction', () => {
  it('keeps the planned format and folder, and reads with the query as it is now', async () => {
    const tables = { [PEOPLE]: { format: 'jsonl', object: '{table}/', where: 'id > 0' } };
    expect(await extract(rig.configured({ tables }))).toMatchObject({ status: 'landed', keys: [PART] });
    expect(await rig.text(PART)).toBe(csvOf(ROWS));
    expect(rig.database.queries).toMatchObject([{ name: PEOPLE, where: 'id > 0' }]);
  });

  it.each([
    ['TABLE_NOT_CONFIGURED', { 'public.other': {} }],
    ['TABLE_DISABLED', { [PEOPLE]: { disabled: true }, 'public.other': {} }],
  ])('ends with %s when the table is gone', async (code, tables) => {
    const error = await refused(extract(rig.configured({ tables })));
    expect([error.name, error.code, error.retry]).toEqual(['ConfigError', code, 'permanent']);
    await expectNothingLanded();
  });
});
