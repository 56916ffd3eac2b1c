import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { transactionsBetween } from '../../../shared/source/postgres/update-window.ts';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { readKeyed } from './keyed-reading.ts';
import { sourceOf, sqlQuery, tableQuery } from './reading.ts';
import { boundOf, connectWriter, WindowRuns, windowed } from './window-runs.ts';

let db: TestPostgres;
let source: Source;
let writer: pg.Client;

beforeAll(async () => {
  db = await startTestPostgres();
  source = sourceOf(db);
  writer = await connectWriter(db);
});

afterAll(async () => {
  await writer?.end();
  await source?.close();
  await db?.close();
});

const table = (name: string, rest: Partial<TableQuery> = {}): TableQuery =>
  tableQuery(`public.${name}`, { key: undefined, ...rest });

async function create(name: string, columns: string): Promise<TableQuery> {
  await db.query(`DROP TABLE IF EXISTS ${name} CASCADE; CREATE TABLE ${name} (n int PRIMARY KEY, ${columns})`);
  return table(name);
}

const BY_XID8 = 'v xid8 NOT NULL DEFAULT pg_current_xact_id()';

describe.each([
  ['xmin', 'body text'],
  ['v', BY_XID8],
])('the bound of %s', (column, columns) => {
  it('lies below a transaction that goes on, so that no late commit is skipped', async () => {
    const runs = new WindowRuns(source, await create('late', columns), { column });
    await db.query('INSERT INTO late VALUES (1)');
    expect((await runs.run()).rows).toEqual([1]);
    await writer.query('BEGIN; INSERT INTO late VALUES (2)');
    await db.query('INSERT INTO late VALUES (3)');
    const [during, still] = [await runs.run(), await runs.run()];
    expect([during.rows, still.rows]).toEqual([[], []]);
    await db.query('INSERT INTO late VALUES (4)');
    await writer.query('COMMIT');
    expect((await runs.run()).rows).toEqual([2, 3, 4]);
    expect((await runs.run()).rows).toEqual([]);
  });

  it('counts savepoints with their transaction', async () => {
    const runs = new WindowRuns(source, await create('late', columns), { column });
    await runs.run();
    await writer.query('BEGIN; INSERT INTO late VALUES (1); SAVEPOINT s; INSERT INTO late VALUES (2)');
    await db.query('INSERT INTO late VALUES (3)');
    expect((await runs.run()).rows).toEqual([]);
    await writer.query('RELEASE s; INSERT INTO late VALUES (4); COMMIT');
    expect((await runs.run()).rows).toEqual([1, 2, 3, 4]);
  });

  it('leaves what is committed between bound and read to the next run', async () => {
    const runs = new WindowRuns(source, await create('late', columns), { column });
    await db.query('INSERT INTO late VALUES (1)');
    await runs.run();
    await db.query('INSERT INTO late VALUES (2)');
    const { rows } = await runs.run(0, () => db.query('INSERT INTO late VALUES (3)'));
    expect(rows).toEqual([2]);
    expect((await runs.run()).rows).toEqual([3]);
  });

  it('is 64-bit text without lag, newest or loss, of an empty table too', async () => {
    const query = await create('late', columns);
    const { rows } = await db.query('SELECT pg_current_xact_id()::text AS id');
    const bound = await boundOf(source, query, { column });
    expect(bound).toEqual({
      type: 'xid8',
      upTo: rows[0].id,
      after: null,
      newest: null,
      horizon: null,
      epoch: null,
      hasNulls: false,
      lag: null,
      lost: undefined,
    });
  });

  it('needs neither lag nor lookback, and does not use those of the defaults', async () => {
    const query = await create('late', columns);
    for (const unused of [{ lag: { ms: 1_000 } }, { lag: 'snapshot' }, { lookback: { values: 3 } }] as const) {
      const bound = await boundOf(source, query, { column, watermark: '3', ...unused });
      expect(bound).toMatchObject({ after: '3', lag: null });
    }
  });

  it('is anew where the watermark is of another type', async () => {
    const query = await create('late', columns);
    const bound = await boundOf(source, query, { column, watermark: '2026-11-22 03:00:00+00', type: 'date' });
    expect(bound).toMatchObject({ type: 'xid8', after: null, lost: 'update-key-changed' });
  });

  it('stops when the ids went back', async () => {
    const query = await create('late', columns);
    await expect(boundOf(source, query, { column, watermark: '99999999999' })).rejects.toMatchObject({
      name: 'ConsistencyError',
      code: 'WATERMARK_AHEAD',
      retry: 'permanent',
      message: expect.stringMatching(/^The watermark of public\.late is 99999999999 by its update key .* is \d+: /),
      remedy: expect.stringContaining('landfall state reset --table public.late'),
    });
  });
});

describe('xmin', () => {
  it('tells updates, and is never landed', async () => {
    const query = await create('plain', 'body text');
    const runs = new WindowRuns(source, query, { column: 'xmin' });
    await db.query('INSERT INTO plain SELECT i FROM generate_series(1, 9) AS i');
    expect((await runs.run()).rows).toHaveLength(9);
    await db.query("UPDATE plain SET body = 'x' WHERE n IN (3, 7)");
    await db.query('DELETE FROM plain WHERE n = 4');
    expect((await runs.run()).rows).toEqual([3, 7]);
    for (const select of [[], ['n'], ['body', 'n']]) {
      const rows = await readKeyed(source, windowed({ ...query, select }, 'xmin', '3', '99999'));
      expect(rows.columns).toEqual(select.length === 0 ? ['n', 'body'] : select);
    }
  });

  it('goes with `where`, partitions, materialized views and a table with no column dropped or odd', async () => {
    await db.query(`
      DROP TABLE IF EXISTS "odd ""t""";
      CREATE TABLE "odd ""t""" (gone int, "a ""b""" text, n int) PARTITION BY LIST (n);
      ALTER TABLE "odd ""t""" DROP COLUMN gone;
      CREATE TABLE odd_1 PARTITION OF "odd ""t""" FOR VALUES IN (1, 2); CREATE TABLE odd_2 PARTITION OF "odd ""t""" DEFAULT;
      INSERT INTO "odd ""t""" VALUES ('x', 1), ('y', 2), ('z', 3);
      CREATE MATERIALIZED VIEW still AS SELECT * FROM "odd ""t"""`);
    const query = tableQuery('public.odd', { table: 'odd "t"', where: 'n > 1 -- some' });
    const runs = new WindowRuns(source, query, { column: 'xmin' });
    expect((await runs.run()).rows).toEqual([2, 3]);
    await db.query(`UPDATE "odd ""t""" SET n = n + 10 WHERE n < 3`);
    expect((await runs.run()).rows).toEqual([11, 12]);
    const views = new WindowRuns(source, table('still'), { column: 'xmin' });
    expect([(await views.run()).rows, (await views.run()).rows]).toEqual([[1, 2, 3], []]);
    await db.query('REFRESH MATERIALIZED VIEW still');
    expect((await views.run()).rows).toEqual([3, 11, 12]);
  });

  it('is not to be had of a view, a query or a table that is not there', async () => {
    await create('plain', 'body text');
    await db.query('CREATE VIEW glass AS SELECT *, xmin FROM plain');
    const views = [table('glass'), table('glass', { select: ['n'] })];
    for (const query of [...views, sqlQuery('SELECT n, xmin FROM plain')]) {
      await expect(boundOf(source, query, { column: 'xmin' })).rejects.toMatchObject({
        code: 'UPDATE_KEY_UNUSABLE',
        retry: 'permanent',
        message: expect.stringMatching(/^Column "xmin" \(xid\) cannot be the update key of /),
      });
    }
    await expect(boundOf(source, sqlQuery('SELECT n FROM plain'), { column: 'xmin' })).rejects.toMatchObject({
      code: 'COLUMN_NOT_FOUND',
      remedy: expect.stringContaining('of whole tables only'),
    });
    await expect(boundOf(source, table('nowhere'), { column: 'xmin' })).rejects.toMatchObject({
      code: 'TABLE_NOT_FOUND',
    });
  });

  it.each([
    // xmin, after, upTo, inside
    ['5', '4', '5', true],
    ['4', '4', '5', false],
    ['6', '4', '5', false],
    ['5', '5', '5', false],
    ['5', '6', '4', false],
    // upTo has wrapped, after has not: 4294967290 to 4294967306
    ['4294967290', '4294967290', '4294967306', false],
    ['4294967291', '4294967290', '4294967306', true],
    ['4294967295', '4294967290', '4294967306', true],
    ['3', '4294967290', '4294967306', true],
    ['10', '4294967290', '4294967306', true],
    ['11', '4294967290', '4294967306', false],
    ['2147483648', '4294967290', '4294967306', false],
    // both in the third time around
    ['100', '8589934691', '8589934692', true],
    ['99', '8589934691', '8589934692', false],
    ['101', '8589934691', '8589934692', false],
    // just below half of the numbers, and half of them
    ['2147483647', '0', '2147483647', true],
    ['2147483648', '0', '2147483647', false],
    ['2147483649', '0', '2147483648', true],
    ['7', '9', '9223372036854775000', true],
  ])('%s lies in (%s, %s]: %s', async (xmin, after, upTo, inside) => {
    const condition = transactionsBetween(`${xmin}::int8`, `(${after}::int8)`, `(${upTo}::int8)`);
    expect((await db.query(`SELECT ${condition} AS inside`)).rows).toEqual([{ inside }]);
  });
});

describe('a column of type xid8', () => {
  it('may be null', async () => {
    const query = await create('late', 'v xid8');
    await db.query('INSERT INTO late VALUES (1, pg_current_xact_id()), (2, NULL)');
    const bound = await boundOf(source, query, { column: 'v' });
    expect(bound).toMatchObject({ hasNulls: true });
    const of = async (nulls: boolean) =>
      (await readKeyed(source, windowed(query, 'v', null, bound.upTo, nulls))).numbers;
    expect([await of(false), await of(true)]).toEqual([['1'], ['1', '2']]);
  });

  it('is refused with ids of another server, which no window would have', async () => {
    const query = await create('late', BY_XID8);
    await db.query("INSERT INTO late VALUES (1, DEFAULT), (2, '777777777')");
    await expect(boundOf(source, query, { column: 'v' })).rejects.toMatchObject({
      code: 'UPDATE_KEY_UNUSABLE',
      message: expect.stringContaining('has the transaction 777777777, which this server has not come to'),
    });
  });
});
