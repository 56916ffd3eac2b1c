import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CatalogTable, Source } from '../../../shared/source/source.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { sourceOf } from './reading.ts';
import { connectWriter } from './window-runs.ts';

const READER = { username: 'reader', password: 'reader-password' };

/** A login does without it; the listing does not. */
const LOCK_CATALOG = 'LOCK TABLE pg_catalog.pg_inherits';

let db: TestPostgres;
let source: Source;

beforeAll(async () => {
  db = await startTestPostgres();
  source = sourceOf(db);
  await db.query(`
    CREATE TABLE people (region text, n int, body text, PRIMARY KEY (n, region));
    INSERT INTO people SELECT 'r', i, repeat(md5(i::text), 400) FROM generate_series(1, 500) AS i;
    CREATE TABLE empty (id int8 PRIMARY KEY);
    CREATE TABLE uncounted (id uuid UNIQUE NOT NULL); ALTER TABLE uncounted SET (autovacuum_enabled = off);
    CREATE VIEW adults AS SELECT * FROM people;
    CREATE MATERIALIZED VIEW totals AS SELECT n % 10 AS digit, count(*) FROM people GROUP BY 1;
    CREATE TABLE sales (k int PRIMARY KEY, body text) PARTITION BY RANGE (k);
    CREATE TABLE sales_1 PARTITION OF sales FOR VALUES FROM (0) TO (1000);
    CREATE TABLE sales_2 PARTITION OF sales DEFAULT PARTITION BY RANGE (k);
    CREATE TABLE sales_3 PARTITION OF sales_2 DEFAULT;
    INSERT INTO sales SELECT i, repeat('x', 400) FROM generate_series(1, 3000) AS i;
    CREATE TABLE planned (k int PRIMARY KEY) PARTITION BY RANGE (k);
    CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent);
    INSERT INTO parent SELECT generate_series(1, 10); INSERT INTO child SELECT generate_series(1, 30);
    CREATE TABLE "a"".b" ("k,""{}" int, "ключ" int, PRIMARY KEY ("ключ", "k,""{}"));
    CREATE SCHEMA "Ünï.cøde""; DROP"; CREATE TABLE "Ünï.cøde""; DROP"."表 1" (id int PRIMARY KEY);
    CREATE SCHEMA pgbench; CREATE TABLE pgbench.t (a int);
    ANALYZE;
    INSERT INTO uncounted SELECT md5(i::text)::uuid FROM generate_series(1, 9) AS i;
    CREATE ROLE reader LOGIN PASSWORD 'reader-password';
    GRANT SELECT ON people TO reader; GRANT SELECT (k) ON sales TO reader; GRANT SELECT ON pgbench.t TO reader`);
});

afterAll(async () => {
  await source?.close();
  await db?.close();
});

async function list(of: Source = source): Promise<CatalogTable[]> {
  return await of.listTables(new AbortController().signal);
}

async function listed(name: string, of: Source = source): Promise<CatalogTable> {
  return (await list(of)).find((table) => table.name === name)!;
}

async function bytesOf(...tables: readonly string[]): Promise<number> {
  const sizes = tables.map((table) => `pg_table_size('${table}')`).join(' + ');
  return Number((await db.query(`SELECT ${sizes} AS bytes`)).rows[0].bytes);
}

describe('every table and view of the database', () => {
  it('is listed once by schema and name, and what is the server’s own is not', async () => {
    const session = await connectWriter(db);
    await session.query('CREATE TEMPORARY TABLE passing (a int)');
    const names = (await list()).map(({ schema, name, kind }) => `${schema} / ${name} / ${kind}`);
    await session.end();
    expect(names).toEqual([
      'pgbench / t / table',
      'public / a".b / table',
      'public / adults / view',
      'public / child / table',
      'public / empty / table',
      'public / parent / table',
      'public / people / table',
      'public / planned / table',
      'public / sales / table',
      'public / totals / table',
      'public / uncounted / table',
      'Ünï.cøde"; DROP / 表 1 / table',
    ]);
  });

  it('has rows, bytes with TOAST but without indexes, and the primary key in the order of its index', async () => {
    const bytes = await bytesOf('people');
    expect(bytes).toBeGreaterThan(Number((await db.query(`SELECT pg_relation_size('people') AS b`)).rows[0].b));
    expect(await listed('people')).toEqual({
      schema: 'public',
      name: 'people',
      kind: 'table',
      rows: 500,
      bytes,
      primaryKey: ['n', 'region'],
      changeTracking: undefined,
      isReadable: true,
    });
    expect((await listed('a".b')).primaryKey).toEqual(['ключ', 'k,"{}']);
    expect(await listed('empty')).toMatchObject({ rows: 0, bytes: await bytesOf('empty'), primaryKey: ['id'] });
  });

  it('has no rows where nothing was counted, and neither rows nor bytes of a view', async () => {
    expect(await listed('uncounted')).toMatchObject({ rows: undefined, bytes: 8192, primaryKey: [] });
    expect(await listed('adults')).toMatchObject({ rows: undefined, bytes: undefined, primaryKey: [] });
    expect(await listed('totals')).toMatchObject({ rows: 10, bytes: await bytesOf('totals') });
  });

  it('takes partitions and children together', async () => {
    expect(await listed('sales')).toMatchObject({
      rows: 3_000,
      bytes: await bytesOf('sales_1', 'sales_3'),
      primaryKey: ['k'],
    });
    expect(await listed('planned')).toMatchObject({ rows: 0, bytes: 0, primaryKey: ['k'] });
    expect(await listed('parent')).toMatchObject({ rows: 40, bytes: await bytesOf('parent', 'child') });
    expect(await listed('child')).toMatchObject({ rows: 30, bytes: await bytesOf('child') });
  });

  it('follows what grew since it was analyzed, as the planner does', async () => {
    await db.query(`CREATE TABLE growing (a int) WITH (autovacuum_enabled = off);
      INSERT INTO growing SELECT generate_series(1, 2260); ANALYZE growing;
      INSERT INTO growing SELECT generate_series(1, 2260)`);
    expect((await listed('growing')).rows).toBe(4_520);
    await db.query('DELETE FROM growing; ANALYZE growing');
    expect(await listed('growing')).toMatchObject({ rows: 0, bytes: await bytesOf('growing') });
    await db.query('DROP TABLE growing');
  });

  it('has the rows of a foreign table by its own ANALYZE, and no bytes', async () => {
    await db.query(`
      CREATE EXTENSION postgres_fdw;
      CREATE SERVER itself FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${db.host}', port '${db.port}', dbname '${db.database}');
      CREATE USER MAPPING FOR CURRENT_USER SERVER itself OPTIONS (user '${db.user}', password '${db.password}');
      CREATE FOREIGN TABLE afar (n int) SERVER itself OPTIONS (table_name 'people')`);
    expect(await listed('afar')).toMatchObject({ kind: 'table', rows: undefined, bytes: undefined, primaryKey: [] });
    await db.query('ANALYZE afar');
    expect(await listed('afar')).toMatchObject({ rows: 500, bytes: undefined });
    await db.query('DROP EXTENSION postgres_fdw CASCADE');
  });
});

describe('a user of few rights', () => {
  it('sees all tables with their sizes, and which of them it may read', async () => {
    const reader = sourceOf(db, READER);
    const tables = await list(reader);
    await reader.close();
    const all = await list();
    expect(tables.filter((table) => table.isReadable).map((table) => table.name)).toEqual(['people', 'sales']);
    expect(tables.map((table) => ({ ...table, isReadable: true }))).toEqual(all);
  });

  it('may read a table when its schema may be used too', async () => {
    await db.query('GRANT USAGE ON SCHEMA pgbench TO reader');
    const reader = sourceOf(db, READER);
    expect((await listed('t', reader)).isReadable).toBe(true);
    await reader.close();
    await db.query('REVOKE USAGE ON SCHEMA pgbench FROM reader');
  });
});

describe('while others work', () => {
  it.each([
    ['the table', 'LOCK TABLE people'],
    [
      'its TOAST table',
      `DO $$ BEGIN EXECUTE format('REINDEX TABLE %s', (SELECT reltoastrelid::regclass FROM pg_class WHERE relname = 'people')); END $$`,
    ],
    ['another table of no statistics', 'LOCK TABLE uncounted'],
  ])('does not wait for who has %s for himself', async (_, lock) => {
    const before = await listed('people');
    const tables = await whileHolding(lock, async () => {
      const hasty = sourceOf(db, {}, { lockTimeoutMs: 300 });
      return await list(hasty).finally(() => hasty.close());
    });
    const [people, uncounted] = ['people', 'uncounted'].map((name) => tables.find((table) => table.name === name)!);
    expect([people!.rows, uncounted!.rows]).toEqual([500, undefined]);
    expect(people!.bytes).toBeGreaterThan(before.bytes! / 2);
    expect(uncounted!.bytes).toBe(lock.includes('uncounted') ? undefined : 8192);
  });

  it.each([
    ['a lock on the catalog is a LOCK_TIMEOUT', { lockTimeoutMs: 200 }, { code: 'LOCK_TIMEOUT', retry: 'transient' }],
    ['a silent server is SOURCE_STALLED', { stallTimeoutMs: 300 }, { code: 'SOURCE_STALLED', retry: 'transient' }],
  ])('%s', async (_, limits, expected) => {
    await whileHolding(LOCK_CATALOG, async () => {
      const hasty = sourceOf(db, {}, limits);
      await expect(list(hasty)).rejects.toMatchObject({ name: 'SourceError', ...expected });
      await expect(list(hasty)).rejects.toThrow('listing the tables');
      await hasty.close();
    });
  });

  it('ends with the reason of an abort, and nothing of it stays on the server', async () => {
    const reason = new Error('the deadline is near');
    await expect(source.listTables(AbortSignal.abort(reason))).rejects.toBe(reason);
    await whileHolding(LOCK_CATALOG, async () => {
      const mine = sourceOf(db, {}, { applicationName: 'aborted listing' });
      const abort = new AbortController();
      setTimeout(() => abort.abort(reason), 300);
      await expect(mine.listTables(abort.signal)).rejects.toBe(reason);
      await mine.close();
    });
    const left = `SELECT FROM pg_stat_activity WHERE application_name = 'aborted listing' AND state = 'active'`;
    await eventually(async () => (await db.query(left)).rowCount === 0);
  });

  it('gives its connection back', async () => {
    const narrow = sourceOf(db, {}, { maxConnections: 1 });
    for (let i = 0; i < 4; i++) expect((await list(narrow)).length).toBeGreaterThan(5);
    await narrow.close();
  });
});

/** What `work` gives while another session has done `sql` and not ended its transaction. */
async function whileHolding<T>(sql: string, work: () => Promise<T>): Promise<T> {
  const holder = await connectWriter(db);
  try {
    await holder.query('BEGIN');
    await holder.query(sql);
    return await work();
  } finally {
    await holder.end();
  }
}
