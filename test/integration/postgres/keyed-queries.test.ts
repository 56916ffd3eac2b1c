import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeyRange } from '../../../shared/core/key.ts';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { readKeyed, walk } from './keyed-reading.ts';
import { landingError, sourceOf, sqlQuery, tableQuery } from './reading.ts';

let db: TestPostgres;
let source: Source;

beforeAll(async () => {
  db = await startTestPostgres();
  source = sourceOf(db, {}, { batchRows: 7 });
  await db.query(`
    CREATE TABLE people (n int PRIMARY KEY, name text NOT NULL, born date NOT NULL, seen timestamptz, pet json, house xml, spot point);
    INSERT INTO people
      SELECT i, 'name ' || i * 7 % 30, date '2000-01-01' - i * 11 % 30, CASE WHEN i > 5 THEN now() END FROM generate_series(1, 30) AS i;
    CREATE VIEW young AS SELECT n, name, born FROM people WHERE n <= 20;
    CREATE TABLE parted (day date, n int, PRIMARY KEY (day, n)) PARTITION BY RANGE (day);
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2024-01-01') TO ('2024-01-05');
    CREATE TABLE parted_2 PARTITION OF parted DEFAULT;
    INSERT INTO parted SELECT date '2024-01-01' + i % 10, i FROM generate_series(1, 40) AS i;
    CREATE TABLE parent (n int PRIMARY KEY); CREATE TABLE child () INHERITS (parent);
    INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)`);
});

afterAll(async () => {
  await source?.close();
  await db?.close();
});

/** Keys are asked of the catalog unless the test says otherwise. */
const table = (name: string, rest: Partial<TableQuery> = {}): TableQuery =>
  tableQuery(`public.${name}`, { key: undefined, ...rest });

const upTo = (last: number): string[] => Array.from({ length: last }, (_, i) => String(i + 1));

async function keyOf(query: TableQuery): Promise<readonly string[]> {
  return (await readKeyed(source, query)).key;
}

describe('the key that the catalog knows', () => {
  it('is the primary key, and [] asks for any order', async () => {
    expect(await keyOf(table('people'))).toEqual(['n']);
    expect(await keyOf(table('people', { key: [] }))).toEqual([]);
  });

  it.each([
    ['a unique index', 'n int NOT NULL, b text', 'CREATE UNIQUE INDEX ON keyed (n)', ['n']],
    ['not one that takes nulls', 'n int, b text', 'CREATE UNIQUE INDEX ON keyed (n)', []],
    [
      'not one over nulls that were there before NOT NULL',
      'n int',
      'INSERT INTO keyed VALUES (NULL); ALTER TABLE keyed ADD CONSTRAINT c NOT NULL n NOT VALID; CREATE UNIQUE INDEX ON keyed (n)',
      [],
    ],
    ['not one of another collation', 'n text NOT NULL', 'CREATE UNIQUE INDEX ON keyed (n COLLATE "C")', []],
    ['not one of other operators', 'n text NOT NULL', 'CREATE UNIQUE INDEX ON keyed (n text_pattern_ops)', []],
    [
      'the next one where the first cannot order',
      'n int NOT NULL, t text NOT NULL',
      'CREATE UNIQUE INDEX ON keyed (t COLLATE "C"); CREATE UNIQUE INDEX ON keyed (n, t)',
      ['n', 't'],
    ],
  ])('is %s', async (_, columns, index, key) => {
    await db.query(`DROP TABLE IF EXISTS keyed; CREATE TABLE keyed (${columns}); ${index}`);
    expect(await keyOf(table('keyed'))).toEqual(key);
  });

  it('is not that of a parent whose children may have the same keys', async () => {
    const rows = await readKeyed(source, table('parent'));
    expect([rows.key, rows.numbers]).toEqual([[], ['1', '1']]);
    expect(await keyOf(table('child'))).toEqual([]);
  });

  it('is that of a partitioned table, over all partitions', async () => {
    const { rows } = await db.query('SELECT n::text FROM parted ORDER BY day, parted.n');
    const expected = rows.map((row: { n: string }) => row.n);
    expect(await keyOf(table('parted'))).toEqual(['day', 'n']);
    expect(await walk(source, table('parted'), 6)).toEqual(expected);
  });

  it('is none when the user may not read its columns', async () => {
    await db.query(`CREATE TABLE guarded (id int PRIMARY KEY, n int); GRANT SELECT (n) ON guarded TO PUBLIC;
      INSERT INTO guarded VALUES (1, 2); CREATE ROLE reader LOGIN PASSWORD 'reader'`);
    const reader = sourceOf(db, { username: 'reader', password: 'reader' });
    const rows = await readKeyed(reader, table('guarded', { select: ['n'] }));
    await reader.close();
    expect([rows.key, rows.numbers]).toEqual([[], ['2']]);
    expect(await keyOf(table('guarded', { select: ['n'] }))).toEqual(['id']);
  });

  it('orders by columns that `select` leaves out, which neither schema nor batches show', async () => {
    const rows = await readKeyed(source, table('parted', { select: ['n'] }), { to: ['2024-01-02', '1'] });
    expect(rows).toEqual({
      key: ['day', 'n'],
      columns: ['n'],
      keys: [10, 20, 30, 40].map((n) => ['2024-01-01', String(n)]),
      numbers: ['10', '20', '30', '40'],
    });
  });
});

describe('a key that is asked for', () => {
  it('orders a view, and a table by other columns than its primary key', async () => {
    expect(await walk(source, table('young', { key: ['n'] }), 6)).toEqual(upTo(20));
    const { rows } = await db.query('SELECT n::text FROM people ORDER BY born, name');
    const expected = rows.map((row: { n: string }) => row.n);
    expect(await walk(source, table('people', { key: ['born', 'name'], select: ['n'] }), 4)).toEqual(expected);
  });

  it('goes with `where`', async () => {
    const where = 'n % 2 = 0 OR n = 1 -- not all';
    expect(await walk(source, table('people', { where }), 5)).toEqual(
      upTo(30).filter((n) => n === '1' || Number(n) % 2 === 0),
    );
  });

  it.each([
    ['a trailing comment', 'SELECT n, name FROM people -- all'],
    ['an order of its own', 'SELECT n FROM people ORDER BY n DESC'],
    ['WITH', 'WITH x AS MATERIALIZED (SELECT n FROM people) SELECT n FROM x'],
    ['UNION', 'SELECT n FROM people WHERE n < 9 UNION ALL SELECT n FROM people WHERE n >= 9'],
    ['grouping', 'SELECT max(name) AS name, n FROM people GROUP BY n'],
    ['duplicate and unnamed columns', "SELECT 1, n, 2 AS n, 'x' AS c1, 3 AS t FROM people"],
    ['a window', 'SELECT row_number() OVER (ORDER BY name) AS place, n FROM people'],
  ])('orders a custom query with %s', async (_, sql) => {
    expect(await walk(source, sqlQuery(sql, { key: ['n'] }), 8)).toEqual(upTo(30));
  });

  it('orders a custom query by columns that `select` leaves out', async () => {
    const query = sqlQuery('SELECT n, -n AS minus, now() AS t FROM people', { key: ['minus'], select: ['n'] });
    const rows = await readKeyed(source, query, { from: { values: ['-3'], inclusive: true } });
    expect(rows).toMatchObject({ columns: ['n'], numbers: ['3', '2', '1'], keys: [['-3'], ['-2'], ['-1']] });
  });

  it('is none of a custom query unless it is asked for', async () => {
    const sql = 'SELECT n FROM people ORDER BY n DESC';
    for (const key of [undefined, []]) {
      const rows = await readKeyed(source, sqlQuery(sql, { key }));
      expect([rows.key.length, rows.numbers]).toEqual([0, upTo(30).toReversed()]);
    }
  });

  it.each([
    ['of a table', table('people', { key: ['n', 'age'] })],
    ['of a table with `select`', table('people', { key: ['age'], select: ['name'] })],
    ['of a custom query', sqlQuery('SELECT n FROM people', { key: ['age'] })],
  ])('must be there: %s', async (_, query) => {
    expect(await landingError(source, query)).toMatchObject({
      code: 'COLUMN_NOT_FOUND',
      retry: 'permanent',
      message: expect.stringContaining('names "age"'),
      remedy: expect.stringContaining('columns that exist: n'),
    });
  });

  it.each([
    ['json', table('people', { key: ['n', 'pet'] }), 'Column "pet" (json) cannot be part of the key of public.people'],
    ['xml', table('people', { key: ['house'] }), 'Column "house" (xml)'],
    ['point', table('people', { key: ['spot'] }), 'Column "spot" (point)'],
    ['arrays of json', sqlQuery('SELECT ARRAY[pet] AS p FROM people', { key: ['p'] }), 'Column "p" (json[])'],
    ['rows', sqlQuery('SELECT ROW(n, name) AS p FROM people', { key: ['p'] }), 'Column "p" (record)'],
  ])('cannot be of %s', async (_, query, message) => {
    expect(await landingError(source, query)).toMatchObject({
      name: 'SourceError',
      code: 'KEY_UNUSABLE',
      retry: 'permanent',
      message: expect.stringContaining(message),
      remedy: expect.stringContaining('Leave out `primary_key`'),
    });
    expect((await readKeyed(source, table('people'))).numbers).toEqual(upTo(30));
  });

  it.each([[['seen']], [['name', 'seen']]])('cannot hold nulls: %j', async (key) => {
    expect(await landingError(source, table('people', { key, select: ['n'] }))).toMatchObject({
      code: 'KEY_UNUSABLE',
      message: 'Column "seen" of the key holds NULL, which has no place in its order.',
      retry: 'permanent',
    });
  });
});

describe('a null in a key that the catalog does not vouch for', () => {
  it.each([
    ['a table', table('people', { key: ['n', 'seen'] })],
    ['a view', table('nulls', { key: ['n', 'seen'] })],
    ['a custom query', sqlQuery('SELECT n, seen FROM people -- all', { key: ['n', 'seen'] })],
  ])('is found behind the last row of a part: %s', async (_, query) => {
    await db.query('CREATE OR REPLACE VIEW nulls AS SELECT n, seen FROM people');
    const from = { values: ['28', '2024-01-01'], inclusive: false };
    await expect(readKeyed(source, query, { from })).rejects.toMatchObject({
      code: 'KEY_UNUSABLE',
      retry: 'permanent',
    });
    expect((await readKeyed(source, query, { from, to: ['29', '2024-01-01'] })).numbers).toEqual(['28']);
  });
});

describe('a mistake of the caller', () => {
  it.each<[string, TableQuery, KeyRange]>([
    ['a range without a key', table('people', { key: [] }), { to: ['1'] }],
    ['a range of fewer columns', table('parted'), { from: { values: ['2024-01-01'], inclusive: true } }],
  ])('is told: %s', async (_, query, range) => {
    await expect(readKeyed(source, query, range)).rejects.toThrow(/^A range of 1 values does not fit the key of/);
  });

  it('is told: the key of a row that has none, or of a batch of another stream', async () => {
    const never = new AbortController().signal;
    const unkeyed = await source.open(table('people', { key: [] }), never);
    const keyed = await source.open(table('people', { select: ['name'] }), never);
    for await (const batch of unkeyed.batches) {
      expect(() => unkeyed.keyAt(batch, 0)).toThrow('its rows have no key');
      expect(() => keyed.keyAt(batch, 0)).toThrow('not one of this stream');
    }
    for await (const batch of keyed.batches) expect(keyed.keyAt(batch, 0)).toHaveLength(1);
  });
});

describe('a value of a key', () => {
  it('is never SQL', async () => {
    await db.query(
      `CREATE TABLE named (k text PRIMARY KEY, n int); INSERT INTO named VALUES ('''; DROP TABLE named; --', 1), ('z', 2)`,
    );
    expect(await walk(source, table('named'), 1)).toEqual(['1', '2']);
    const refused = readKeyed(source, table('people'), { from: { values: ['1; DROP TABLE people'], inclusive: true } });
    await expect(refused).rejects.toMatchObject({ code: 'VALUE_INVALID', retry: 'permanent' });
  });
});
