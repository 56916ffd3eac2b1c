import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPostgresSource } from '../../../shared/source/postgres/postgres-source.ts';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { connectionOf, sourceOf, tableQuery } from './reading.ts';
import { boundOf, connectWriter, WindowRuns } from './window-runs.ts';

const SHORT = { settleTimeoutMs: 300 };
/** Longer than a test may take. */
const PATIENT = { settleTimeoutMs: 600_000 };

let db: TestPostgres;
let source: Source;
let writer: pg.Client;
const table: TableQuery = tableQuery('public.keyed', { key: undefined });
const bySnapshot = { column: 'u', lag: 'snapshot' } as const;

beforeAll(async () => {
  db = await startTestPostgres();
  source = sourceOf(db, {}, SHORT);
});

beforeEach(async () => {
  writer = await connectWriter(db);
});

afterEach(async () => await writer.end());

afterAll(async () => {
  await source?.close();
  await db?.close();
});

async function create(u: string): Promise<void> {
  await db.query(
    `DROP TABLE IF EXISTS keyed; CREATE TABLE keyed (n int GENERATED ALWAYS AS IDENTITY, u ${u}); INSERT INTO keyed DEFAULT VALUES`,
  );
}

const KEYS = [
  ['a sequence', 'bigserial'],
  ['the time of a transaction', 'timestamptz DEFAULT now()'],
  ['the time of a statement', "timestamp DEFAULT (clock_timestamp() AT TIME ZONE 'UTC')"],
  ['a number that is decimal', "numeric(20,2) DEFAULT (nextval('numbers') / 4.0)"],
] as const;

describe.each(KEYS)('the newest of %s', (_, u) => {
  beforeEach(async () => {
    await db.query('CREATE SEQUENCE IF NOT EXISTS numbers');
    await create(u);
  });

  it('lands at once when nobody else is at work', async () => {
    const runs = new WindowRuns(source, table, bySnapshot);
    const { bound, rows } = await runs.run();
    expect(rows).toEqual([1]);
    expect(bound).toMatchObject({ upTo: bound.newest, lag: 'snapshot', horizon: expect.stringMatching(/^\d+$/) });
    expect((await runs.run()).rows).toEqual([]);
  });

  it('waits for a transaction that has written a lesser one', async () => {
    const runs = new WindowRuns(source, table, bySnapshot);
    await runs.run();
    await writer.query('BEGIN; INSERT INTO keyed DEFAULT VALUES');
    await db.query('INSERT INTO keyed DEFAULT VALUES');
    expect((await runs.run()).rows).toEqual([]);
    await writer.query('COMMIT');
    expect((await runs.run()).rows).toEqual([2, 3]);
    expect(runs.landed).toEqual([1, 2, 3]);
  });

  it('waits for one that has a lesser one and will write it later', async () => {
    await db.query("SELECT nextval('keyed_n_seq')");
    const runs = new WindowRuns(source, table, bySnapshot);
    await runs.run();
    const value = /DEFAULT (.*)/.exec(u)?.[1] ?? "nextval('keyed_u_seq')";
    // A sequence is logged every 32 numbers, and only then gives its transaction an id.
    await writer.query(`SELECT ${value}`);
    await writer.query('BEGIN');
    const { rows } = await writer.query(
      `SELECT (${value})::text AS mine, pg_current_xact_id_if_assigned()::text AS id`,
    );
    await db.query('INSERT INTO keyed DEFAULT VALUES');
    const during = await runs.run();
    expect([rows[0].id, during.rows]).toEqual([null, []]);
    await writer.query(`INSERT INTO keyed (u) VALUES ('${rows[0].mine}')`);
    expect((await runs.run()).rows).toEqual([]);
    await writer.query('COMMIT');
    expect((await runs.run()).rows).toHaveLength(2);
    expect(runs.landed).toHaveLength(3);
  });
});

describe('while a transaction goes on for long', () => {
  beforeEach(async () => await create('bigserial'));

  it('nothing comes before the first look has settled', async () => {
    await writer.query('BEGIN; SELECT 1');
    const first = await boundOf(source, table, bySnapshot);
    expect(first).toMatchObject({ upTo: null, newest: '1', horizon: expect.stringMatching(/^\d+ \d+\/\d+$/) });
    expect((await boundOf(source, table, { ...bySnapshot, watermark: '0' })).upTo).toBe('0');
  });

  it('what was seen before it comes, and no more', async () => {
    const other = await connectWriter(db);
    await other.query('BEGIN; INSERT INTO keyed DEFAULT VALUES');
    await db.query('INSERT INTO keyed DEFAULT VALUES');
    const runs = new WindowRuns(source, table, bySnapshot);
    expect((await runs.run()).bound).toMatchObject({ upTo: null, newest: '3' });
    await writer.query('BEGIN; INSERT INTO keyed DEFAULT VALUES');
    await db.query('INSERT INTO keyed DEFAULT VALUES');
    await other.query('COMMIT');
    await other.end();
    expect((await runs.run()).bound).toMatchObject({ upTo: '3', newest: '5' });
    expect(runs.landed).toEqual([1, 2, 3]);
    await writer.query('COMMIT');
    expect((await runs.run()).rows).toEqual([4, 5]);
  });

  it('a newest that has settled earlier needs no wait', async () => {
    const { newest, horizon } = await boundOf(source, table, bySnapshot);
    await writer.query('BEGIN; INSERT INTO keyed DEFAULT VALUES');
    const patient = sourceOf(db, {}, PATIENT);
    const seen = { newest: newest!, horizon, ageMs: 0 };
    expect((await boundOf(patient, table, { ...bySnapshot, seen })).upTo).toBe(newest);
    expect((await boundOf(patient, table, { ...bySnapshot, seen, watermark: newest })).upTo).toBe(newest);
    await patient.close();
  });

  it('the wait ends with it, and with the signal', async () => {
    const patient = sourceOf(db, {}, PATIENT);
    await writer.query('BEGIN; INSERT INTO keyed DEFAULT VALUES');
    const taken = boundOf(patient, table, bySnapshot);
    await new Promise((resolve) => setTimeout(resolve, 700));
    await writer.query('COMMIT; BEGIN; SELECT 1');
    expect((await taken).upTo).toBe('1');
    const abort = new AbortController();
    const request = { by: 'update-key', column: 'u', lag: 'snapshot', lookback: undefined } as const;
    await db.query('INSERT INTO keyed DEFAULT VALUES');
    const waiting = patient.takeBound(table, { ...request, watermark: null, seen: undefined }, abort.signal);
    setTimeout(() => abort.abort(new Error('enough')), 500);
    await expect(waiting).rejects.toThrow('enough');
    await patient.close();
  });

  it('of another database, or of a reader of ours, it does not matter', async () => {
    await db.query('CREATE DATABASE elsewhere');
    const elsewhere = await connectWriter({ ...db, database: 'elsewhere' });
    await elsewhere.query('BEGIN; SELECT 1');
    const reader = createPostgresSource({ connection: connectionOf(db), applicationName: 'landfall/1.0/shop/orders' });
    const stream = await reader.open(table, new AbortController().signal);
    expect((await boundOf(source, table, bySnapshot)).upTo).toBe('1');
    for await (const _ of stream.batches);
    await reader.close();
    await elsewhere.end();
  });
});

describe('numbers that began anew', () => {
  it('are lost, and what was seen before does not count', async () => {
    await create('bigserial');
    await db.query('INSERT INTO keyed (u) VALUES (1000)');
    const { newest, horizon } = await boundOf(source, table, bySnapshot);
    await db.query('TRUNCATE keyed RESTART IDENTITY; INSERT INTO keyed DEFAULT VALUES');
    const seen = { newest: newest!, horizon, ageMs: 60_000 };
    const lost = { lost: 'update-key-went-back', after: null, newest: '1' };
    const request = { ...bySnapshot, watermark: '1000', seen };
    expect(await boundOf(source, table, request)).toMatchObject({ ...lost, upTo: '1' });
    await writer.query('BEGIN; INSERT INTO keyed DEFAULT VALUES');
    expect(await boundOf(source, table, request)).toMatchObject({ ...lost, upTo: null });
  });
});

describe('under many writers', () => {
  it('no row is ever skipped over several windows', async () => {
    await create('bigserial');
    const writers = await Promise.all([1, 2, 3, 4].map(() => connectWriter(db)));
    let working = true;
    const work = writers.map(async (client, i) => {
      for (let round = 0; working; round++) {
        await client.query('BEGIN; INSERT INTO keyed DEFAULT VALUES');
        await new Promise((resolve) => setTimeout(resolve, (i * 37 + round * 13) % 90));
        await client.query(round % 5 === 4 ? 'ROLLBACK' : 'INSERT INTO keyed DEFAULT VALUES; COMMIT');
      }
    });
    const byNumber = new WindowRuns(source, table, bySnapshot);
    const byXmin = new WindowRuns(source, table, { column: 'xmin' });
    for (let run = 0; run < 8 || byXmin.landed.length <= 20; run++) {
      await byNumber.run();
      await byXmin.run();
    }
    working = false;
    await Promise.all(work);
    await Promise.all(writers.map(async (client) => await client.end()));
    await byNumber.run();
    await byXmin.run();
    const { rows } = await db.query('SELECT n FROM keyed ORDER BY n');
    const all = rows.map((row: { n: number }) => row.n);
    expect([byNumber.landed, byXmin.landed]).toEqual([all, all]);
  });
});
