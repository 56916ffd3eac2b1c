import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Source } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { landedTexts } from './landed-text.ts';
import { type Landed, land, sourceOf, sqlQuery, tableQuery } from './reading.ts';

let db: TestPostgres;
let source: Source;

beforeAll(async () => {
  db = await startTestPostgres();
  source = sourceOf(db);
  await db.query(`
    CREATE TABLE people (id int, name text, city text, PRIMARY KEY (id));
    INSERT INTO people SELECT i, 'name ' || i, CASE i % 2 WHEN 0 THEN 'Bonn' ELSE 'Köln' END FROM generate_series(1, 10) AS i`);
});

afterAll(async () => {
  await source?.close();
  await db?.close();
});

function rowsOf(landed: Landed): (string | undefined)[][] {
  const columns = landed.schema.names.map((_, column) => landedTexts(landed.batches, column));
  return Array.from({ length: landed.rows }, (_, row) => columns.map((column) => column[row]));
}

describe('whole tables', () => {
  it('gives an empty table a schema and no batch', async () => {
    await db.query('CREATE TABLE nothing (a int, b text)');
    const landed = await land(source, tableQuery('public.nothing'));
    expect(landed).toMatchObject({ batches: [], rows: 0, serverRows: 0, primaryKey: [] });
    expect(landed.schema.names).toEqual(['a', 'b']);
  });

  it.each([
    ['"', 'odd "quoted" schema', 'ta"ble'],
    ['dots', 'a.b', 'c.d'],
    ['quotes and semicolons', "it's", "x'; DROP TABLE people; --"],
    ['unicode and spaces', 'Übersicht 漢字', ' leading and trailing '],
    ['brackets', '[a]', '$1 ]b'],
  ])('reads names with %s', async (_, schema, table) => {
    const name = [schema, table].map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
    await db.query(
      `CREATE SCHEMA "${schema.replaceAll('"', '""')}"; CREATE TABLE ${name} ("${table.replaceAll('"', '""')}" int PRIMARY KEY)`,
    );
    await db.query(`INSERT INTO ${name} VALUES (7)`);
    const landed = await land(source, tableQuery('x.y', { schema, table, select: [table] }));
    expect(landed.schema.names).toEqual([table]);
    expect(landed.primaryKey).toEqual([table]);
    expect(rowsOf(landed)).toEqual([['7']]);
    expect((await land(source, tableQuery('public.people'))).rows).toBe(10);
  });

  it('finds a table without a schema by the search path', async () => {
    const landed = await land(source, tableQuery('public.people', { schema: undefined }));
    expect([landed.rows, landed.primaryKey]).toEqual([10, ['id']]);
  });

  it('lands the selected columns in the order of `select`', async () => {
    const landed = await land(source, tableQuery('public.people', { select: ['city', 'id'], where: 'id < 3' }));
    expect(landed.schema.names).toEqual(['city', 'id']);
    expect(rowsOf(landed)).toEqual([
      ['Köln', '1'],
      ['Bonn', '2'],
    ]);
  });

  it('leaves out columns with a leading dash, and the key with them', async () => {
    const landed = await land(source, tableQuery('public.people', { select: ['-id', '-city'] }));
    expect(landed.schema.names).toEqual(['name']);
    expect(landed.primaryKey).toEqual([]);
  });

  it('reads only granted columns when `select` names them', async () => {
    await db.query(`CREATE TABLE guarded (id int, secret text); GRANT SELECT (id) ON guarded TO PUBLIC;
      CREATE ROLE reader LOGIN PASSWORD 'reader'; INSERT INTO guarded VALUES (1, 's')`);
    const reader = sourceOf(db, { username: 'reader', password: 'reader' });
    const landed = await land(reader, tableQuery('public.guarded', { select: ['id'] }));
    await reader.close();
    expect(rowsOf(landed)).toEqual([['1']]);
  });

  it('keeps a comment at the end of `where` away from its own parenthesis', async () => {
    const landed = await land(source, tableQuery('public.people', { where: "city = 'Bonn' OR id = 1 -- even" }));
    expect(landed.rows).toBe(6);
  });

  it('reads views, materialized views, partitioned tables and inheritance', async () => {
    await db.query(`
      CREATE VIEW bonn AS SELECT * FROM people WHERE city = 'Bonn';
      CREATE MATERIALIZED VIEW cities AS SELECT DISTINCT city FROM people;
      CREATE TABLE parted (k int PRIMARY KEY, v text) PARTITION BY RANGE (k);
      CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
      CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20);
      INSERT INTO parted SELECT i, 'v' FROM generate_series(0, 19) AS i;
      CREATE TABLE parent (a int); CREATE TABLE child (b int) INHERITS (parent);
      INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3)`);
    const names = ['bonn', 'cities', 'parted', 'parent'];
    const landed = await Promise.all(names.map(async (name) => await land(source, tableQuery(`public.${name}`))));
    expect(landed.map(({ rows }) => rows)).toEqual([5, 2, 20, 2]);
    expect(landed[2]!.primaryKey).toEqual(['k']);
  });

  it('ignores dropped columns', async () => {
    await db.query(
      'CREATE TABLE shrunk (a int, b int, c int); INSERT INTO shrunk VALUES (1, 2, 3); ALTER TABLE shrunk DROP COLUMN b',
    );
    expect(rowsOf(await land(source, tableQuery('public.shrunk', { select: ['c', 'a'] })))).toEqual([['3', '1']]);
  });
});

describe('the key of a table', () => {
  it.each([
    ['a composite primary key in the order of its index', '(a int, b int, c int, PRIMARY KEY (c, a))', ['c', 'a']],
    ['a primary key with an INCLUDE', '(a int, b int, PRIMARY KEY (a) INCLUDE (b))', ['a']],
    ['a unique index over columns that are not null', '(a int NOT NULL, b int NOT NULL, UNIQUE (b, a))', ['b', 'a']],
    ['the narrowest unique index', '(a int NOT NULL, b int NOT NULL, UNIQUE (b, a), UNIQUE (b))', ['b']],
    [
      'the primary key before a narrower unique index',
      '(a int NOT NULL UNIQUE, b int, c int, PRIMARY KEY (b, c))',
      ['b', 'c'],
    ],
    ['none with nullable unique columns', '(a int UNIQUE, b int NOT NULL, UNIQUE (b, a))', []],
    ['none without an index', '(a int NOT NULL)', []],
  ])('%s', async (_, columns, key) => {
    await db.query(`DROP TABLE IF EXISTS keyed; CREATE TABLE keyed ${columns}`);
    expect((await land(source, tableQuery('public.keyed'))).primaryKey).toEqual(key);
  });

  it('is not a partial index or one over an expression', async () => {
    await db.query(`DROP TABLE IF EXISTS keyed; CREATE TABLE keyed (a int NOT NULL, b text NOT NULL);
      CREATE UNIQUE INDEX ON keyed (a) WHERE a > 0; CREATE UNIQUE INDEX ON keyed (lower(b))`);
    expect((await land(source, tableQuery('public.keyed'))).primaryKey).toEqual([]);
  });
});

describe('custom queries', () => {
  it('lands duplicate, empty and unnamed columns under distinct names', async () => {
    const landed = await land(
      source,
      sqlQuery('SELECT 1 AS id, 2 AS id, 3, 4 AS id_2, 5 AS "?column?", 6 AS "column_3"'),
    );
    expect(landed.schema.names).toEqual(['id', 'id_3', 'column_3', 'id_2', 'column_5', 'column_3_2']);
    expect(rowsOf(landed)).toEqual([['1', '2', '3', '4', '5', '6']]);
    expect(landed.primaryKey).toEqual([]);
  });

  it('keeps the order of ORDER BY, with cast columns too', async () => {
    const landed = await land(source, sqlQuery('SELECT id, ARRAY[id] AS list FROM people ORDER BY id DESC'));
    expect(rowsOf(landed).map((row) => row[0])).toEqual(['10', '9', '8', '7', '6', '5', '4', '3', '2', '1']);
    expect(rowsOf(landed)[0]).toEqual(['10', '{10}']);
  });

  it.each([
    ['a trailing comment', 'SELECT 1 AS a -- done'],
    ['a comment in between', 'SELECT /* ) */ 1 AS a'],
    ['WITH', 'WITH x AS (SELECT 1 AS a) SELECT a FROM x'],
    ['VALUES', 'VALUES (1)'],
    ['UNION', 'SELECT 1 AS a UNION ALL SELECT 1 LIMIT 1'],
    ['parentheses', '(SELECT 1 AS a)'],
    ['backslashes and dollar quotes', "SELECT length($x$'$x$) AS a"],
  ])('reads a query with %s', async (_, sql) => {
    expect(rowsOf(await land(source, sqlQuery(sql)))).toEqual([['1']]);
  });

  it('honours `select` on a custom query', async () => {
    const landed = await land(source, sqlQuery('SELECT 1 AS a, 2 AS b, 3 AS c', { select: ['-b'] }));
    expect(rowsOf(landed)).toEqual([['1', '3']]);
  });

  it('runs in UTC and sees one snapshot', async () => {
    const sql =
      "SELECT current_setting('TimeZone') AS zone, current_setting('transaction_isolation') AS level, current_setting('transaction_read_only') AS ro";
    expect(rowsOf(await land(source, sqlQuery(sql)))).toEqual([['UTC', 'repeatable read', 'on']]);
  });
});

describe('connections', () => {
  it('are used again after a whole read, under the given application name', async () => {
    const own = sourceOf(db, {}, { applicationName: 'landfall public.people' });
    const sql = "SELECT pg_backend_pid() AS pid, current_setting('application_name') AS name";
    const first = rowsOf(await land(own, sqlQuery(sql)));
    const second = rowsOf(await land(own, sqlQuery(sql)));
    await own.close();
    expect(second).toEqual(first);
    expect(first[0]![1]).toBe('landfall public.people');
  });

  it('serve several streams at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, async () => await land(source, tableQuery('public.people'))),
    );
    expect(all.map(({ rows }) => rows)).toEqual(Array(8).fill(10));
  });
});

describe('batches', () => {
  it('close at batchRows, and their buffers are nobody else’s', async () => {
    const small = sourceOf(db, {}, { batchRows: 4 });
    const landed = await land(small, tableQuery('public.people'));
    await small.close();
    expect(landed.batches.map((batch) => batch.numRows)).toEqual([4, 4, 2]);
    const buffers = landed.batches.flatMap((batch) =>
      batch.data.children.flatMap((data) =>
        [data.values, data.valueOffsets].filter(Boolean).map((view) => view.buffer),
      ),
    );
    expect(new Set(buffers).size).toBe(buffers.length);
  });

  it('close at batchBytes with wide rows', async () => {
    const small = sourceOf(db, {}, { batchBytes: 100_000 });
    const landed = await land(small, sqlQuery("SELECT i, repeat('x', 30000) AS t FROM generate_series(1, 9) AS i"));
    await small.close();
    expect(landed.batches.map((batch) => batch.numRows)).toEqual([4, 4, 1]);
  });

  it('of a table with 1600 columns stay small', async () => {
    const columns = Array.from({ length: 1600 }, (_, i) => `${i} AS c${i}`).join(', ');
    const landed = await land(source, sqlQuery(`SELECT ${columns} FROM generate_series(1, 2000)`));
    expect(landed.rows).toBe(2000);
    expect(Math.max(...landed.batches.map((batch) => batch.numRows))).toBeLessThanOrEqual(655);
    expect(landedTexts(landed.batches, 1599).every((text) => text === '1599')).toBe(true);
  });
});
