import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeyRange } from '../../../shared/core/key.ts';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { KEY_CASE_SETUP, KEY_CASES } from './key-cases.ts';
import { readKeyed, walk } from './keyed-reading.ts';
import { sourceOf, sqlQuery, tableQuery } from './reading.ts';
import { boundOf, windowed } from './window-runs.ts';

const ROWS = 900;

let db: TestPostgres;
let source: Source;

beforeAll(async () => {
  db = await startTestPostgres();
  source = sourceOf(db, {}, { batchRows: 7 });
  await db.query(`${KEY_CASE_SETUP};
    CREATE TABLE changed (n int PRIMARY KEY, "moved ""at""" timestamptz, v numeric(9,2), xmax_ int);
    INSERT INTO changed SELECT i, CASE WHEN i % 10 > 0 THEN timestamptz '2024-01-01' + i * interval '1 s' END, i / 4.0
      FROM generate_series(1, ${ROWS}) AS i ORDER BY md5(i::text);
    CREATE TABLE unkeyed AS SELECT * FROM changed;
    ANALYZE`);
});

afterAll(async () => {
  await source?.close();
  await db?.close();
});

const MOVED = 'moved "at"';
const table = (name: string, rest: Partial<TableQuery> = {}): TableQuery =>
  tableQuery(`public.${name}`, { key: undefined, ...rest });
const changed = (rest: Partial<TableQuery> = {}): TableQuery => table('changed', rest);

/** (00:01:40, 00:05:00]: the rows 101 to 300 without every tenth. */
const WINDOW = ['2024-01-01 00:01:40+00', '2024-01-01 00:05:00+00'] as const;
const between = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)
    .filter((n) => n % 10 > 0)
    .map(String);
const tenths = Array.from({ length: ROWS / 10 }, (_, i) => String(10 * (i + 1)));

async function numbersOf(query: TableQuery, range?: KeyRange): Promise<string[]> {
  return [...(await readKeyed(source, query, range)).numbers].toSorted((a, b) => Number(a) - Number(b));
}

describe('a window of an update key', () => {
  it.each([
    ['a table', changed(), ['n', MOVED, 'v', 'xmax_']],
    ['a table without a key', table('unkeyed'), ['n', MOVED, 'v', 'xmax_']],
    ['a table in no order', changed({ key: [] }), ['n', MOVED, 'v', 'xmax_']],
    ['a table whose `select` leaves it out', changed({ select: ['v', 'n'] }), ['v', 'n']],
    ['the same by another key', changed({ select: ['n'], key: ['v'] }), ['n']],
    ['a table ordered by it', changed({ select: ['n'], key: [MOVED], where: `"moved ""at""" IS NOT NULL` }), ['n']],
    ['a query', sqlQuery('SELECT * FROM changed ORDER BY n -- all'), ['n', MOVED, 'v', 'xmax_']],
    ['a query with a key', sqlQuery('SELECT * FROM changed', { key: ['n'] }), ['n', MOVED, 'v', 'xmax_']],
    ['a query with `select`', sqlQuery('SELECT 1 AS n, * FROM changed', { select: ['n_2'] }), ['n_2']],
  ])('has its rows of %s', async (_, query, columns) => {
    const stream = await source.open(windowed(query, MOVED, ...WINDOW), new AbortController().signal);
    const shown = stream.schema.names.map(String);
    let rows = 0;
    for await (const batch of stream.batches) rows += batch.numRows;
    expect([shown, rows]).toEqual([columns, between(101, 300).length]);
    if (columns.includes('n')) expect(await numbersOf(windowed(query, MOVED, ...WINDOW))).toEqual(between(101, 300));
  });

  it('is open below without `after`, and has nothing without `upTo`', async () => {
    expect(await numbersOf(windowed(changed(), MOVED, null, WINDOW[1]))).toEqual(between(1, 300));
    expect(await numbersOf(windowed(changed(), MOVED, null, null))).toEqual([]);
    expect(await numbersOf(windowed(changed(), MOVED, WINDOW[1], WINDOW[1]))).toEqual([]);
    expect(await numbersOf(windowed(changed(), 'xmin', null, null))).toEqual([]);
  });

  it('has the rows without an update key when they are asked for', async () => {
    const rows = await numbersOf(windowed(changed(), MOVED, ...WINDOW, true));
    expect(rows.filter((n) => !tenths.includes(n))).toEqual(between(101, 300));
    expect(rows).toHaveLength(between(101, 300).length + tenths.length);
    expect(await numbersOf(windowed(changed(), MOVED, null, null, true))).toEqual(tenths);
    const some = windowed(changed({ where: 'n < 35 OR n > 800' }), MOVED, null, WINDOW[1], true);
    expect(await numbersOf(some)).toEqual(
      [...between(1, 34), ...tenths.filter((n) => +n < 35 || +n > 800)].toSorted((a, b) => +a - +b),
    );
  });

  it('goes with ranges of keys and on from part to part', async () => {
    const query = windowed(changed(), MOVED, ...WINDOW);
    const range = { from: { values: ['150'], inclusive: false }, to: ['200'] };
    expect(await numbersOf(query, range)).toEqual(between(151, 199));
    expect(await walk(source, query, 23)).toEqual(between(101, 300));
    expect(await walk(source, windowed(changed(), 'xmin', '3', '99999999'), 400)).toHaveLength(ROWS);
  });

  it('minds no null in the key of rows outside of it', async () => {
    await db.query(
      'CREATE TABLE holes (n int, k int, u int); INSERT INTO holes VALUES (1, NULL, 1), (2, 2, 2), (3, NULL, 3)',
    );
    const holes = table('holes', { key: ['k'] });
    const range = { from: { values: ['0'], inclusive: true } };
    expect(await numbersOf(windowed(holes, 'u', '1', '2'), range)).toEqual(['2']);
    await expect(numbersOf(windowed(holes, 'u', '1', '3'), range)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });

  it('never takes a value for SQL', async () => {
    await expect(numbersOf(windowed(changed(), 'n', "0'); DROP TABLE changed; --", '9'))).rejects.toMatchObject({
      code: 'VALUE_INVALID',
      retry: 'permanent',
    });
    expect(await numbersOf(changed())).toHaveLength(ROWS);
  });
});

describe('a survey of a window', () => {
  const survey = async (query: TableQuery, count: number) =>
    await source.survey(query, { count }, new AbortController().signal);

  it('counts and cuts its rows alone', async () => {
    const query = windowed(changed(), MOVED, ...WINDOW);
    const rows = between(101, 300).length;
    expect(await survey(query, 4)).toMatchObject({ boundsFrom: 'min-max', bounds: [['150'], ['200'], ['250']], rows });
    const sampled = await survey({ ...query, key: ['v'] }, 3);
    expect(sampled).toMatchObject({ boundsFrom: 'sample', bounds: [['41.75'], ['58.50']], rows });
    const chunked = await Promise.all(
      [
        { to: ['41.75'] },
        { from: { values: ['41.75'], inclusive: true }, to: ['58.50'] },
        { from: { values: ['58.50'], inclusive: true } },
      ].map(async (range) => await numbersOf({ ...query, key: ['v'] }, range)),
    );
    expect(chunked.map((numbers) => numbers.length)).toEqual([60, 60, 60]);
    expect(chunked.flat()).toEqual(between(101, 300));
  });

  it('has the schema and the keys of one without', async () => {
    for (const query of [changed(), changed({ select: ['v', 'n'] }), sqlQuery('SELECT n FROM changed')]) {
      const whole = await survey(query, 1);
      for (const column of query.sql === undefined ? [MOVED, 'xmin', 'n'] : ['n']) {
        const { schema, key, primaryKey } = await survey(windowed(query, column, '9999999', null), 1);
        expect({ schema, key, primaryKey }).toEqual({
          schema: whole.schema,
          key: whole.key,
          primaryKey: whole.primaryKey,
        });
      }
    }
  });

  it('of no row has no bounds', async () => {
    const none = { bounds: [], boundsFrom: 'none', rows: 0 };
    expect(await survey(windowed(changed(), MOVED, null, null), 5)).toMatchObject(none);
    expect(await survey(windowed(changed(), MOVED, WINDOW[0], WINDOW[0]), 5)).toMatchObject(none);
    expect(await survey(windowed(changed(), 'xmin', '99999998', '99999999'), 5)).toMatchObject(none);
  });

  it('of xmin cuts the rows that were written', async () => {
    const { upTo } = await boundOf(source, changed(), { column: 'xmin' });
    await db.query('UPDATE changed SET v = v WHERE n BETWEEN 400 AND 499');
    const next = await boundOf(source, changed(), { column: 'xmin', watermark: upTo });
    const surveyed = await survey(windowed(changed(), 'xmin', next.after, next.upTo), 2);
    expect(surveyed).toMatchObject({ bounds: [['450']], rows: 100 });
  });

  it('of a big table from its first row on samples it', async () => {
    await db.query(`CREATE TABLE big (n int, k text COLLATE "C" PRIMARY KEY, u int, filler text);
      INSERT INTO big SELECT i, md5(i::text), i, repeat('x', 300) FROM generate_series(1, 60000) AS i; ANALYZE big`);
    const surveyed = await survey(windowed(table('big'), 'u', null, '59999'), 3);
    expect(surveyed).toMatchObject({ boundsFrom: 'sample', rows: 60_000 });
    const [low, high] = surveyed.bounds.map(([bound]) => Number.parseInt(bound!.slice(0, 4), 16) / 65_536);
    expect([Math.abs(low! - 1 / 3) < 0.05, Math.abs(high! - 2 / 3) < 0.05]).toEqual([true, true]);
  });
});

const USABLE = KEY_CASES.filter(({ key, name }) => key.length === 1 && !name.startsWith('float'));

describe('exact text of an update key of every type', () => {
  it.each(USABLE.map((keyCase) => [keyCase.name, keyCase] as const))('%s', async (_, { columns, rows }) => {
    await db.query(`DROP TABLE IF EXISTS typed; CREATE TABLE typed (n int GENERATED ALWAYS AS IDENTITY, ${columns});
      INSERT INTO typed (k) VALUES ${rows.map((row) => `(${row})`).join(', ')}`);
    const ordered = await readKeyed(source, table('typed', { key: ['k'] }));
    const [first, last] = [ordered.keys[0]![0]!, ordered.keys.at(-2)?.[0] ?? ordered.keys[0]![0]!];
    const inside = await readKeyed(source, windowed(table('typed', { key: ['k'] }), 'k', first, last));
    expect(inside.numbers).toEqual(ordered.numbers.slice(1, -1));
    const bound = await boundOf(source, table('typed', { where: `n <> ${ordered.numbers.at(-1)}` }), {
      column: 'k',
      watermark: first,
    });
    expect(bound.lost).toBeUndefined();
  });
});
