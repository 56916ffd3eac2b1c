import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeyRange } from '../../../shared/core/key.ts';
import type { ChunkRequest, Source, TableQuery, TableSurvey } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { readKeyed } from './keyed-reading.ts';
import { sourceOf, sqlQuery, tableQuery } from './reading.ts';

const BIG = 120_000;

let db: TestPostgres;
let source: Source;

beforeAll(async () => {
  db = await startTestPostgres();
  source = sourceOf(db);
});

afterAll(async () => {
  await source?.close();
  await db?.close();
});

const table = (name: string, rest: Partial<TableQuery> = {}): TableQuery =>
  tableQuery(`public.${name}`, { key: undefined, ...rest });

async function survey(query: TableQuery, chunks: ChunkRequest): Promise<TableSurvey> {
  return await source.survey(query, chunks, new AbortController().signal);
}

/** A table `keyed` with the key `key`, whose values are SQL over `i`, and a number `n` for each row. */
async function create(columns: string, key: string, values: string, rows: number, analyze = true): Promise<void> {
  await db.query(`
    DROP TABLE IF EXISTS keyed CASCADE;
    CREATE TABLE keyed (n int, ${columns}, PRIMARY KEY (${key}));
    INSERT INTO keyed SELECT row_number() OVER (), v.* FROM (SELECT ${values} FROM generate_series(1, ${rows}) AS i ORDER BY md5(i::text)) AS v`);
  if (analyze) await db.query('ANALYZE keyed');
}

function rangesOf({ bounds }: TableSurvey): KeyRange[] {
  return Array.from({ length: bounds.length + 1 }, (_, i) => {
    const [from, to] = [bounds[i - 1], bounds[i]];
    return { ...(from && { from: { values: from, inclusive: true } }), ...(to && { to }) };
  });
}

/** Rows of each chunk, after all of them are seen to be there once. */
async function chunkSizes(query: TableQuery, surveyed: TableSurvey, total: number): Promise<number[]> {
  const numbers: string[] = [];
  const sizes: number[] = [];
  for (const range of rangesOf(surveyed)) {
    const rows = await readKeyed(source, { ...query, key: surveyed.key }, range);
    sizes.push(rows.numbers.length);
    numbers.push(...rows.numbers);
  }
  expect([numbers.length, new Set(numbers).size]).toEqual([total, total]);
  return sizes;
}

interface SurveyCase {
  readonly name: string;
  readonly columns: string;
  readonly key?: string;
  readonly values: string;
  readonly rows: number;
  readonly from: TableSurvey['boundsFrom'];
}

/** Half of the keys at the beginning, the others far apart. */
const SKEWED = 'CASE WHEN i % 2 = 0 THEN i ELSE i::int8 * i * 1000 + 1 END';

const CASES: readonly SurveyCase[] = [
  { name: 'dense int4', columns: 'k int', values: 'i - 500', rows: 2_000, from: 'min-max' },
  { name: 'dense int8 at its ends', columns: 'k int8', values: '9223372036854775807 - i', rows: 500, from: 'min-max' },
  { name: 'int2 with gaps', columns: 'k int2', values: 'i * 2 - 1', rows: 9_000, from: 'min-max' },
  { name: 'sparse int8', columns: 'k int8', values: SKEWED, rows: 3_000, from: 'sample' },
  {
    name: 'int8 from end to end',
    columns: 'k int8',
    values: '(i - 50) * 180000000000000000',
    rows: 100,
    from: 'sample',
  },
  { name: 'big sparse int8', columns: 'k int8', values: SKEWED, rows: BIG, from: 'sample' },
  { name: 'big text', columns: 'k text COLLATE "en-x-icu"', values: "md5(i::text) || 'é'", rows: BIG, from: 'sample' },
  { name: 'uuid', columns: 'k uuid', values: 'md5(i::text)::uuid', rows: 3_000, from: 'sample' },
  { name: 'numeric', columns: 'k numeric(20,6)', values: 'pow(1.01, i)::numeric(20,6)', rows: 2_000, from: 'sample' },
  {
    name: 'timestamptz',
    columns: 'k timestamptz',
    values: "timestamptz '2024-01-01' + i * i * interval '1 ms'",
    rows: 3_000,
    from: 'sample',
  },
  {
    name: 'big composite with few first values',
    columns: 'a text, b timestamp, c int',
    key: 'a, b, c',
    values: "chr(97 + (i % 10) / 9), timestamp '2024-01-01' + (i % 50) * interval '1 hour', i",
    rows: BIG,
    from: 'sample',
  },
];

describe('chunks have every row once, and none has three times its share', () => {
  it.each(CASES.map((surveyCase) => [surveyCase.name, surveyCase] as const))('%s', async (_, surveyCase) => {
    const { columns, key = 'k', values, rows, from } = surveyCase;
    await create(columns, key, values, rows);
    for (const count of rows === BIG ? [8] : [2, 7, 60]) {
      const surveyed = await survey(table('keyed'), { count });
      expect([surveyed.boundsFrom, surveyed.bounds.length, surveyed.rows]).toEqual([from, count - 1, rows]);
      const sizes = await chunkSizes(table('keyed', { select: ['n'] }), surveyed, rows);
      expect(Math.max(...sizes)).toBeLessThan((3 * rows) / count);
    }
  });

  it('a sample of a big table whose rows lie in the order of the key', async () => {
    await db.query(`DROP TABLE IF EXISTS keyed CASCADE;
      CREATE TABLE keyed (n int, k float8 PRIMARY KEY, filler text);
      INSERT INTO keyed SELECT i, sqrt(i), repeat('x', 700) FROM generate_series(1, ${BIG}) AS i; ANALYZE keyed`);
    const surveyed = await survey(table('keyed'), { count: 40 });
    expect([surveyed.boundsFrom, surveyed.bounds.length]).toEqual(['sample', 39]);
    const sizes = await chunkSizes(table('keyed', { select: ['n'] }), surveyed, BIG);
    expect(Math.max(...sizes)).toBeLessThan((3 * BIG) / 40);
    expect(new Set(sizes).size).toBeGreaterThan(20);
  });
});

describe('what a survey tells', () => {
  it('schema and keys are those of a stream', async () => {
    await create('k int, t timestamptz', 'k', 'i, now()', 100);
    const query = table('keyed', { select: ['t', 'n'] });
    const surveyed = await survey(query, { count: 1 });
    const stream = await source.open(query, new AbortController().signal);
    for await (const _ of stream.batches);
    expect(surveyed).toEqual({
      schema: stream.schema,
      key: ['k'],
      primaryKey: stream.primaryKey,
      bounds: [],
      boundsFrom: 'none',
      rows: 100,
    });
    expect(surveyed.schema.names).toEqual(['t', 'n']);
  });

  it.each<[string, ChunkRequest, number]>([
    ['as many chunks as asked for', { count: 4 }, 4],
    ['at least one', { count: 0 }, 1],
    ['at most 1,000', { count: 5_000 }, 1_000],
    ['as many as the rows make', { rows: 300 }, 7],
    ['one for few rows', { rows: 2_000 }, 1],
    ['at most 1,000 of few rows each', { rows: 1 }, 1_000],
  ])('gives %s', async (_, request, chunks) => {
    await create('k int', 'k', 'i', 2_000);
    expect((await survey(table('keyed'), request)).bounds).toHaveLength(chunks - 1);
  });

  it('gives no more chunks than there are keys', async () => {
    await create('k int', 'k', 'i', 3);
    expect((await survey(table('keyed'), { count: 10 })).bounds).toEqual([['2'], ['3']]);
    await create('k text', 'k', "'é' || i", 3);
    expect((await survey(table('keyed'), { count: 10 })).bounds).toEqual([['é2'], ['é3']]);
  });

  it('merges equal bounds of a key that is not unique', async () => {
    await create('k int, a text COLLATE "en-x-icu"', 'k', "i, CASE WHEN i < 900 THEN 'x' ELSE 'y' || i END", 1_000);
    const { bounds } = await survey(table('keyed', { key: ['a'] }), { count: 20 });
    expect(new Set(bounds.map(String)).size).toBe(bounds.length);
    expect(bounds[0]).toEqual(['x']);
  });

  it.each([
    ['int', '1'],
    ['text', "'a'"],
  ])('gives an empty table of %s no bounds', async (type) => {
    await create(`k ${type}`, 'k', `i::${type}`, 0, false);
    for (const request of [{ count: 5 }, { rows: 10 }]) {
      expect(await survey(table('keyed'), request)).toMatchObject({
        key: ['k'],
        bounds: [],
        boundsFrom: 'none',
        rows: 0,
      });
    }
  });

  it('gives a table without a key no bounds', async () => {
    await create('k int', 'k', 'i', 500);
    await db.query('CREATE TABLE unkeyed AS SELECT * FROM keyed; ANALYZE unkeyed');
    const expected = { key: [], bounds: [], boundsFrom: 'none', rows: 500 };
    expect(await survey(table('unkeyed'), { count: 5 })).toMatchObject(expected);
    expect(await survey(table('keyed', { key: [] }), { rows: 5 })).toMatchObject(expected);
    expect(await survey(sqlQuery('SELECT 1 AS n'), { count: 5 })).toMatchObject({ bounds: [], rows: undefined });
  });

  it('counts what was never analyzed, views, custom queries and tables with `where`', async () => {
    await create('k uuid', 'k', 'md5(i::text)::uuid', 900, false);
    await db.query('CREATE VIEW seen AS SELECT * FROM keyed WHERE n <= 600');
    const queries: [TableQuery, number][] = [
      [table('keyed'), 900],
      [table('seen', { key: ['k'] }), 600],
      [sqlQuery('SELECT * FROM keyed WHERE n > 300 -- rest', { key: ['k'] }), 600],
      [table('keyed', { where: 'n % 3 = 0 -- some' }), 300],
    ];
    for (const [query, rows] of queries) {
      const surveyed = await survey(query, { rows: rows / 4 });
      expect([surveyed.rows, surveyed.boundsFrom]).toEqual([rows, 'sample']);
      expect(await chunkSizes(query, surveyed, rows)).toEqual([rows / 4, rows / 4, rows / 4, rows / 4]);
    }
  });

  it('looks at all partitions', async () => {
    await db.query(`
      CREATE TABLE parted (n int, k numeric PRIMARY KEY, filler text) PARTITION BY RANGE (k);
      CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
      CREATE TABLE parted_2 PARTITION OF parted DEFAULT PARTITION BY RANGE (k);
      CREATE TABLE parted_3 PARTITION OF parted_2 DEFAULT;
      INSERT INTO parted SELECT i, i / 7.0, repeat('x', 400) FROM generate_series(1, ${BIG}) AS i; ANALYZE parted`);
    const surveyed = await survey(table('parted'), { count: 3 });
    expect(surveyed).toMatchObject({ key: ['k'], boundsFrom: 'sample', rows: BIG });
    const sizes = await chunkSizes(table('parted', { select: ['n'] }), surveyed, BIG);
    expect(Math.max(...sizes)).toBeLessThan(BIG);
    expect(Math.min(...sizes)).toBeGreaterThan(BIG / 9);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeGreaterThan(1); // a sample was taken, not all keys
  });

  it('counts a foreign table, which has neither statistics nor a sample', async () => {
    await create('k uuid', 'k', 'md5(i::text)::uuid', 600);
    await db.query(`
      CREATE EXTENSION postgres_fdw;
      CREATE SERVER itself FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${db.host}', port '${db.port}', dbname '${db.database}');
      CREATE USER MAPPING FOR CURRENT_USER SERVER itself OPTIONS (user '${db.user}', password '${db.password}');
      CREATE FOREIGN TABLE afar (n int, k uuid) SERVER itself OPTIONS (table_name 'keyed')`);
    expect(await survey(table('afar'), { count: 3 })).toMatchObject({ key: [], bounds: [] });
    const query = table('afar', { key: ['k'] });
    const surveyed = await survey(query, { count: 3 });
    expect(surveyed).toMatchObject({ key: ['k'], boundsFrom: 'sample', rows: 600 });
    expect(await chunkSizes(query, surveyed, 600)).toEqual([200, 200, 200]);
  });

  it('is the same for a user that may only SELECT', async () => {
    await create('k text', 'k', "'é' || i", 400);
    await db.query(`CREATE ROLE reader LOGIN PASSWORD 'reader'; GRANT SELECT ON keyed TO reader`);
    const reader = sourceOf(db, { username: 'reader', password: 'reader' });
    const surveyed = await reader.survey(table('keyed'), { count: 4 }, new AbortController().signal);
    await reader.close();
    expect(surveyed).toEqual(await survey(table('keyed'), { count: 4 }));
    expect(surveyed.bounds).toHaveLength(3);
  });

  it('fails as a read does, and gives the connection back', async () => {
    await expect(survey(table('gone'), { count: 2 })).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
    await expect(survey(table('keyed', { key: ['age'] }), { count: 2 })).rejects.toMatchObject({
      code: 'COLUMN_NOT_FOUND',
    });
    const one = sourceOf(db, {}, { maxConnections: 2 });
    for (let i = 0; i < 6; i++) await one.survey(table('keyed'), { count: 2 }, new AbortController().signal);
    await one.close();
  });
});
