import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Source, TableDescription, TableQuery } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { land, landingError, sourceOf, sqlQuery, tableQuery } from './reading.ts';
import { connectWriter } from './window-runs.ts';

const READER = { username: 'reader', password: 'reader-password' };
const ROWS = 20_000;

let db: TestPostgres;
let source: Source;

beforeAll(async () => {
  db = await startTestPostgres();
  source = sourceOf(db);
  await db.query(`
    CREATE TABLE people (id int PRIMARY KEY, price numeric(12,2), born date, seen timestamptz, secret text, free numeric);
    INSERT INTO people SELECT i, i, '2024-01-01', '2024-01-01', 's', i FROM generate_series(1, ${ROWS}) AS i;
    CREATE INDEX people_seen ON people (seen, id);
    CREATE VIEW adults AS SELECT * FROM people;
    CREATE TABLE unkeyed (a int, b int); INSERT INTO unkeyed SELECT i, i FROM generate_series(1, ${ROWS}) AS i;
    CREATE TABLE "a"".b" ("k,""{}" int, "ключ" int UNIQUE NOT NULL, PRIMARY KEY ("ключ", "k,""{}"));
    CREATE SCHEMA "Ünï"; CREATE TABLE "Ünï"."表; --" ("c""1" int PRIMARY KEY);
    CREATE TABLE sales (k int PRIMARY KEY, v text) PARTITION BY RANGE (k);
    CREATE TABLE sales_1 PARTITION OF sales FOR VALUES FROM (MINVALUE) TO (10000);
    CREATE TABLE sales_2 PARTITION OF sales DEFAULT;
    INSERT INTO sales SELECT i, 'x' FROM generate_series(1, ${ROWS}) AS i;
    CREATE ROLE reader LOGIN PASSWORD 'reader-password';
    CREATE SCHEMA hidden; CREATE TABLE hidden.t (a int); GRANT SELECT ON hidden.t TO reader;
    GRANT SELECT (id, price, free) ON people TO reader;
    ANALYZE`);
});

afterAll(async () => {
  await source?.close();
  await db?.close();
});

const table = (name: string, rest: Partial<TableQuery> = {}): TableQuery =>
  tableQuery(`public.${name}`, { key: undefined, ...rest });

async function described(query: TableQuery, of: Source = source): Promise<TableDescription> {
  return await of.describe(query, new AbortController().signal);
}

describe('how a table would be read', () => {
  it('is told as a stream tells it, with its size in the catalog', async () => {
    const query = table('people', { select: ['-secret'] });
    const stream = await source.open(query, new AbortController().signal);
    for await (const _ of stream.batches);
    const listed = await source.listTables(new AbortController().signal);
    const { rows, bytes } = listed.find(({ name }) => name === 'people')!;
    expect([rows, bytes]).toEqual([ROWS, expect.any(Number)]);
    expect(await described(query)).toEqual({
      schema: stream.schema,
      losses: new Map([
        ['price', 'NaN cannot land as a decimal'],
        ['seen', 'moments after 294247-01-10 04:00:54 cannot land'],
      ]),
      primaryKey: ['id'],
      key: ['id'],
      keyFrom: 'catalog',
      order: 'index',
      rows,
      bytes,
    });
  });

  it.each<[string, TableQuery, Partial<TableDescription>]>([
    ['in any order', table('unkeyed'), { key: [], keyFrom: 'none', order: 'none', primaryKey: [], rows: ROWS }],
    [
      'in any order when asked to',
      table('people', { key: [] }),
      { key: [], keyFrom: 'none', order: 'none', primaryKey: ['id'] },
    ],
    [
      'by a configured key without an index',
      table('unkeyed', { key: ['b'] }),
      { key: ['b'], keyFrom: 'configuration', order: 'sort', primaryKey: [] },
    ],
    ['by the configured primary key', table('people', { key: ['id'] }), { keyFrom: 'configuration', order: 'index' }],
    [
      'by a key that is not selected',
      table('people', { select: ['born'] }),
      { key: ['id'], keyFrom: 'catalog', order: 'index', primaryKey: [] },
    ],
    ['by the key of partitions', table('sales'), { key: ['k'], order: 'index', rows: ROWS }],
    ['of a partition', table('sales_2'), { key: ['k'], order: 'index', rows: ROWS - 9_999 }],
    ['of a view without a key', table('adults'), { key: [], order: 'none', rows: undefined, bytes: undefined }],
    [
      'of a view by the key of its table',
      table('adults', { key: ['id'], where: 'id < 50' }),
      { keyFrom: 'configuration', order: 'index' },
    ],
    ['of a view by another key', table('adults', { key: ['price'] }), { keyFrom: 'configuration', order: 'sort' }],
    [
      'by a key to sort what an index finds',
      table('people', { key: ['free'], where: 'id < 50' }),
      { keyFrom: 'configuration', order: 'sort' },
    ],
    [
      'with awkward names',
      tableQuery('x.y', { schema: 'public', table: 'a".b', key: undefined }),
      { key: ['ключ', 'k,"{}'], primaryKey: ['ключ', 'k,"{}'], order: 'index', rows: 0, bytes: 0 },
    ],
    [
      'with more awkward names',
      tableQuery('Ünï.表; --', { key: undefined, select: ['c"1'] }),
      { key: ['c"1'], order: 'index' },
    ],
    [
      'of a custom query',
      sqlQuery('SELECT a, 1.5::numeric(4,2) AS p FROM unkeyed -- all'),
      { key: [], keyFrom: 'none', order: 'none', rows: undefined, bytes: undefined },
    ],
    [
      'of a custom query by a key that is sorted',
      sqlQuery('SELECT a FROM unkeyed ORDER BY b', { key: ['a'] }),
      { key: ['a'], keyFrom: 'configuration', order: 'sort' },
    ],
    [
      'of a custom query by a key that has an index',
      sqlQuery('SELECT p.id, u.a FROM people p JOIN unkeyed u ON u.a = p.id WHERE p.id = 7', { key: ['id'] }),
      { keyFrom: 'configuration', order: 'index' },
    ],
  ])('%s', async (_, query, expected) => {
    expect(await described(query)).toMatchObject(expected);
  });

  it('reads no row: what fails or takes long with the first one is described at once', async () => {
    const costly = sqlQuery('SELECT a, 1 / (a - a) AS q, pg_sleep(600)::text AS s FROM unkeyed', { key: ['a'] });
    const started = performance.now();
    expect((await described(costly)).schema.names).toEqual(['a', 'q', 's']);
    expect((await described(table('unkeyed', { where: '1 / (a - a) = 1' }))).order).toBe('none');
    expect(performance.now() - started).toBeLessThan(90_000);
    expect(await landingError(source, { ...costly, sql: costly.sql!.replace('600', '0') })).toMatchObject({
      code: 'VALUE_INVALID',
    });
  });

  it('takes as loss what a landing refuses', async () => {
    const query = sqlQuery(
      "SELECT 'nan'::numeric(5,2) AS n, timestamp '294276-12-31' AS t, 'nan'::numeric AS text, date 'infinity' AS d",
    );
    expect([...(await described(query)).losses.keys()]).toEqual(['n', 't']);
    for (const name of ['n', 't']) {
      const error = await landingError(source, { ...query, select: [name] });
      expect(error).toMatchObject({ code: 'VALUE_NOT_REPRESENTABLE' });
    }
    expect((await land(source, { ...query, select: ['text', 'd'] })).rows).toBe(1);
    await expect(db.query("SELECT 'infinity'::numeric(5,2)")).rejects.toThrow('numeric field overflow');
  });

  it('says of an SQL_ASCII database that not every text may land', async () => {
    await db.query("CREATE DATABASE raw ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0");
    const raw = sourceOf(db, { database: 'raw' });
    const { losses } = await described(sqlQuery("SELECT 1 AS n, 'x' AS word"), raw);
    await raw.close();
    expect([...losses]).toEqual([['word', 'text that is not valid UTF-8 cannot land']]);
  });
});

describe('what stands in the way of a reading', () => {
  it.each<[string, TableQuery, string, RegExp]>([
    ['no such table', table('gone'), 'TABLE_NOT_FOUND', /public.gone/],
    ['no such table with `select`', table('gone', { select: ['a'] }), 'TABLE_NOT_FOUND', /public.gone/],
    ['no such schema', tableQuery('nowhere.people'), 'TABLE_NOT_FOUND', /nowhere.people/],
    ['no such column', table('people', { select: ['id', 'age'] }), 'COLUMN_NOT_FOUND', /names "age"/],
    ['no such column left out', table('people', { select: ['-age'] }), 'COLUMN_NOT_FOUND', /names "age"/],
    ['no such column in `where`', table('people', { where: 'age > 1' }), 'COLUMN_NOT_FOUND', /"age" does not exist/],
    ['no such column in the key', table('people', { key: ['age'] }), 'COLUMN_NOT_FOUND', /key .* names "age"/],
    ['a key without an order', sqlQuery("SELECT '{}'::json AS j", { key: ['j'] }), 'KEY_UNUSABLE', /has no order/],
    ['bad SQL', sqlQuery('SELEKT 1'), 'SYNTAX_ERROR', /42601/],
    ['no such function', sqlQuery('SELECT no_such(1)'), 'QUERY_INVALID', /no_such\(integer\) does not exist/],
    ['no column', sqlQuery('SELECT'), 'NO_COLUMNS', /no column/],
  ])('%s is found', async (_, query, code, message) => {
    const error = await described(query).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'SourceError', code, retry: 'permanent' });
    expect((error as Error).message).toMatch(message);
  });

  it.each<[string, TableQuery, RegExp]>([
    ['on a table', table('unkeyed'), /permission denied for table unkeyed/],
    ['on a schema', tableQuery('hidden.t'), /permission denied for schema hidden/],
    [
      'on one column of all',
      table('people'),
      /reading public.people: permission denied for columns "born", "seen", "secret"\.$/,
    ],
    ['on one selected column', table('people', { select: ['id', 'secret'] }), /denied for column "secret"\.$/],
    ['on a column of the key', table('people', { select: ['id'], key: ['born'] }), /denied for column "born"\.$/],
    ['on a column of `where`', table('people', { select: ['id'], where: "secret = 's'" }), /denied for table people/],
    ['in a custom query', sqlQuery('SELECT b FROM unkeyed'), /denied for table unkeyed/],
    ['behind a view', table('adults'), /denied for view adults/],
    ['on a function', sqlQuery("SELECT pg_read_file('x') AS f"), /denied for function pg_read_file/],
  ])('no permission %s is found, as a landing finds it', async (_, query, message) => {
    const reader = sourceOf(db, READER);
    try {
      const error = await described(query, reader).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: 'SourceError', code: 'PERMISSION_DENIED', retry: 'permanent' });
      expect((error as Error).message).toMatch(message);
      expect(await landingError(reader, query)).toMatchObject({ code: 'PERMISSION_DENIED' });
    } finally {
      await reader.close();
    }
  });

  it('names a column to leave out, and without it the table can be read', async () => {
    const reader = sourceOf(db, READER);
    const select = ['-born', '-seen', '-secret'];
    await expect(described(table('people'), reader)).rejects.toMatchObject({
      remedy: expect.stringContaining('select: ["-born", "-seen", "-secret"]'),
    });
    expect(await described(table('people', { select }), reader)).toMatchObject({
      key: ['id'],
      order: 'index',
      rows: ROWS,
    });
    expect((await land(reader, table('people', { select }))).rows).toBe(ROWS);
    await reader.close();
  });
});

describe('a server that keeps one waiting', () => {
  it.each([
    ['is a LOCK_TIMEOUT while another has the table for himself', { lockTimeoutMs: 200 }, 'LOCK_TIMEOUT'],
    ['is SOURCE_STALLED when nothing comes', { stallTimeoutMs: 300 }, 'SOURCE_STALLED'],
  ])('%s', async (_, limits, code) => {
    await withLockedTable(async () => {
      const hasty = sourceOf(db, {}, limits);
      await expect(described(table('people'), hasty)).rejects.toMatchObject({
        name: 'SourceError',
        code,
        retry: 'transient',
      });
      await hasty.close();
    });
    expect((await described(table('people'))).key).toEqual(['id']);
  });

  it('is left by an abort with its reason', async () => {
    const reason = new Error('the deadline is near');
    await expect(source.describe(table('people'), AbortSignal.abort(reason))).rejects.toBe(reason);
    await withLockedTable(async () => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(reason), 200);
      await expect(source.describe(table('people'), abort.signal)).rejects.toBe(reason);
    });
  });

  it('gets its connection back, after failures too', async () => {
    const narrow = sourceOf(db, {}, { maxConnections: 2 });
    for (let i = 0; i < 4; i++) {
      await expect(described(table('gone'), narrow)).rejects.toMatchObject({ code: 'TABLE_NOT_FOUND' });
      await described(table('people'), narrow);
    }
    await narrow.close();
  });
});

async function withLockedTable(work: () => Promise<void>): Promise<void> {
  const holder = await connectWriter(db);
  await holder.query('BEGIN; LOCK TABLE people');
  try {
    await work();
  } finally {
    await holder.end();
  }
}
