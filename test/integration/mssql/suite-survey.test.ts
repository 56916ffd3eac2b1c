import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeyValues } from '../../../shared/core/key.ts';
import type { ChunkRequest, Source, TableQuery, TableSurvey } from '../../../shared/source/source.ts';
import { SUBJECTS, type SubjectServer } from '../../support/mssql-subject.ts';
import { chunksOf } from './keyed-walk.ts';
import { customQuery, numbers, sourceOn, wholeTable } from './suite-tables.ts';

const ROWS = 2_000;

/** Tables of `ROWS` rows, numbered by `n`, by how their keys are made of the number. */
const KEYS: readonly { title: string; columns: string; values: string; key: string[] }[] = [
  {
    title: 'integers that lie far apart',
    columns: 'k bigint NOT NULL',
    values: 'n * CONVERT(bigint, 1000003)',
    key: ['k'],
  },
  {
    title: 'integers of which nearly all are small',
    columns: 'k int NOT NULL',
    values: 'CASE WHEN n < 1990 THEN n ELSE n * 1000000 END',
    key: ['k'],
  },
  {
    title: 'several columns, the first with few values',
    columns: 'a tinyint NOT NULL, b smallint NOT NULL',
    values: 'n % 2, n - 1000',
    key: ['a', 'b'],
  },
  {
    title: 'texts',
    columns: 'k varchar(20) NOT NULL',
    values: "CASE n % 3 WHEN 0 THEN 'a-' WHEN 1 THEN 'B' ELSE 'ab' END + CONVERT(varchar(9), n)",
    key: ['k'],
  },
  {
    title: 'uniqueidentifiers',
    columns: 'k uniqueidentifier NOT NULL',
    values: "CONVERT(uniqueidentifier, CONVERT(binary(16), HASHBYTES(N'MD5', CONVERT(varchar(9), n))))",
    key: ['k'],
  },
  { title: 'decimals', columns: 'k decimal(38,10) NOT NULL', values: 'CONVERT(decimal(38,10), n) / 7', key: ['k'] },
  {
    title: 'moments',
    columns: 'k datetime2(7) NOT NULL',
    values: "DATEADD(nanosecond, n * 100, CONVERT(datetime2(7), N'2026-11-22T13:46:50'))",
    key: ['k'],
  },
];

describe.each(SUBJECTS)('a survey on $title', ({ start }) => {
  let server: SubjectServer;
  let source: Source;

  beforeAll(async () => {
    server = await start();
    source = sourceOn(server);
    const dense = server.named('dense');
    await server.run(
      `CREATE TABLE ${dense} (n int NOT NULL PRIMARY KEY, v nvarchar(20) NULL)`,
      `INSERT INTO ${dense} (n, v) SELECT n + 1000, N'v' FROM ${numbers(4)} WHERE n < ${ROWS}`,
      `CREATE VIEW ${server.named('view')} AS SELECT n, n * 5 AS k FROM ${dense}`,
      `CREATE TABLE ${server.named('empty')} (n int NOT NULL PRIMARY KEY)`,
      `CREATE TABLE ${server.named('empty texts')} (n int NOT NULL, k varchar(9) NOT NULL PRIMARY KEY)`,
      `CREATE TABLE ${server.named('heap')} (n int NULL)`,
      `INSERT INTO ${server.named('heap')} VALUES (1), (2)`,
    );
  });
  afterAll(async () => {
    await source?.close();
    await server?.close();
  });

  const survey = async (query: TableQuery, chunks: ChunkRequest): Promise<TableSurvey> =>
    await source.survey(query, chunks, new AbortController().signal);

  /** Every row is in one chunk, and none is more than three times as large as it should be. */
  async function expectEvenChunks(query: TableQuery, bounds: readonly KeyValues[], count: number, rows = ROWS) {
    const chunks = await chunksOf(source, query, bounds);
    expect(chunks).toHaveLength(count);
    const all = chunks.flat();
    expect([all.length, new Set(all).size]).toEqual([rows, rows]);
    const sizes = chunks.map((chunk) => chunk.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual((3 * rows) / count);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(rows / count / 3);
  }

  it.each(KEYS)('cuts $title into even chunks', async ({ title, columns, values, key }) => {
    const name = server.named(title);
    await server.run(
      `CREATE TABLE ${name} (n int NOT NULL, ${columns}, PRIMARY KEY (${key.join(', ')}))`,
      `INSERT INTO ${name} (n, ${key.join(', ')}) SELECT n, ${values} FROM ${numbers(4)} WHERE n < ${ROWS}`,
    );
    const query = wholeTable(server, title);
    const found = await survey(query, { count: 7 });
    expect(found).toMatchObject({ key, primaryKey: key, rows: ROWS, boundsFrom: 'sample' });
    expect(found.schema.names).toEqual(['n', ...key]);
    await expectEvenChunks(query, found.bounds, 7);
  });

  it('cuts dense integers by even steps', async () => {
    const query = wholeTable(server, 'dense', { select: ['v', 'n'] });
    const found = await survey(query, { rows: 600 });
    expect(found).toMatchObject({ key: ['n'], primaryKey: ['n'], rows: ROWS, boundsFrom: 'min-max' });
    expect(found.bounds).toEqual([['1500'], ['2000'], ['2500']]);
    expect(found.schema.names).toEqual(['v', 'n']);
    await expectEvenChunks(query, found.bounds, 4);
  });

  it('has no key column that does not land in its schema, nor as a primary key', async () => {
    const found = await survey(wholeTable(server, 'dense', { select: ['v'] }), { count: 2 });
    expect([found.schema.names, found.key, found.primaryKey]).toEqual([['v'], ['n'], []]);
    expect(found.bounds).toEqual([['2000']]);
  });

  it.each<[string, () => TableQuery]>([
    ['a filter', () => wholeTable(server, 'dense', { where: 'n % 4 = 0 -- every fourth' })],
    ['a view by a named key', () => wholeTable(server, 'view', { key: ['k'], where: 'n < 1500' })],
    [
      'a custom query by a named key',
      () => customQuery(`SELECT n, n * 5 AS k FROM ${server.named('dense')} WHERE n >= 2500`, { key: ['k'] }),
    ],
  ])('counts the rows of %s', async (_, queryOf) => {
    const query = queryOf();
    const found = await survey(query, { rows: 125 });
    expect(found).toMatchObject({ rows: 500, boundsFrom: 'sample' });
    await expectEvenChunks(query, found.bounds, 4, 500);
  });

  it.each([
    ['one chunk', 'dense', { count: 1 }, ROWS],
    ['fewer rows than a chunk has', 'dense', { rows: ROWS }, ROWS],
    ['an empty table', 'empty', { count: 4 }, 0],
    ['an empty table with a text as its key', 'empty texts', { count: 4 }, 0],
    ['a table without a key', 'heap', { count: 4 }, 2],
  ] as const)('has no bounds for %s', async (_, table, chunks, rows) => {
    expect(await survey(wholeTable(server, table), chunks)).toMatchObject({ bounds: [], boundsFrom: 'none', rows });
  });

  it('has a bound for every row but the first when more chunks are wanted', async () => {
    const query = wholeTable(server, 'dense', { where: 'n IN (1001, 1500, 2999)' });
    expect((await survey(query, { count: 1_000_000 })).bounds).toEqual([['1500'], ['2999']]);
  });

  it('tells the columns of a custom query without a key, which is cancelled', async () => {
    const sql = `WITH d AS (SELECT n, v FROM ${server.named('dense')}) SELECT v, n FROM d ORDER BY n`;
    const found = await survey(customQuery(sql), { count: 4 });
    expect(found).toMatchObject({ key: [], primaryKey: [], bounds: [], boundsFrom: 'none' });
    expect([found.schema.names, found.rows]).toEqual([['v', 'n'], undefined]);
  });

  it('fails as reading would', async () => {
    await expect(survey(wholeTable(server, 'nothing'), { count: 2 })).rejects.toMatchObject({
      code: 'TABLE_NOT_FOUND',
    });
    const unknown = wholeTable(server, 'dense', { where: 'm = 1' });
    await expect(survey(unknown, { count: 2 })).rejects.toMatchObject({ code: 'COLUMN_NOT_FOUND' });
  });
});
