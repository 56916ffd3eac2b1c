import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SourceError } from '../../../shared/core/errors.ts';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import { EarlyTimeouts } from '../../support/early-timeouts.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { land, landingError, sourceOf, sqlQuery, tableQuery } from './reading.ts';
import { connectWriter } from './window-runs.ts';

const CONNECT_MS = 120_003;

let db: TestPostgres;
let source: Source;

beforeAll(async () => {
  db = await startTestPostgres();
  source = sourceOf(db, {}, { lockTimeoutMs: 200 });
  await db.query(`
    CREATE TABLE people (id int, name text); INSERT INTO people VALUES (1, 'a');
    CREATE ROLE reader LOGIN PASSWORD 'reader-password';
    CREATE SCHEMA hidden; CREATE TABLE hidden.t (a int); GRANT SELECT ON hidden.t TO reader`);
});

afterAll(async () => {
  await source?.close();
  await db?.close();
});

/** Landing once with a source of other credentials. */
async function errorWith(
  connection: Parameters<typeof sourceOf>[1],
  query: TableQuery = tableQuery('public.people'),
  connectTimeoutMs = 60_000,
) {
  const other = sourceOf(db, connection, { connectTimeoutMs });
  try {
    return await landingError(other, query);
  } finally {
    await other.close();
  }
}

describe('a login or a host that does not work', () => {
  it('is permanent for a wrong password, and does not tell it', async () => {
    const error = (await errorWith({ password: 'wrong-horse' })) as SourceError;
    expect(error).toBeInstanceOf(SourceError);
    expect(error).toMatchObject({ code: 'LOGIN_REFUSED', retry: 'permanent' });
    expect(error.message).toBe(
      'Failed reading public.people: password authentication failed for user "owner" (SQLSTATE 28P01).',
    );
    expect(JSON.stringify([error.message, error.remedy, error.cause])).not.toContain('wrong-horse');
  });

  it('is permanent for an unknown user and an unknown database', async () => {
    expect(await errorWith({ username: 'nobody' })).toMatchObject({ code: 'LOGIN_REFUSED', retry: 'permanent' });
    expect(await errorWith({ database: 'nowhere' })).toMatchObject({ code: 'DATABASE_NOT_FOUND', retry: 'permanent' });
  });

  it('is transient when nobody listens or the name is unknown', async () => {
    expect(await errorWith({ port: 1 })).toMatchObject({ code: 'HOST_UNREACHABLE', retry: 'transient' });
    expect(await errorWith({ host: 'no-such-host.invalid' })).toMatchObject({
      code: 'HOST_UNREACHABLE',
      retry: 'transient',
    });
  });

  it('is transient when the host accepts but never answers', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const sockets: { destroy(): void }[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    const { port } = silent.address() as { port: number };
    using patience = new EarlyTimeouts(CONNECT_MS);
    const refused = errorWith({ port }, tableQuery('public.people'), CONNECT_MS);
    await eventually(() => sockets.length === 1);
    await patience.elapse();
    const error = await refused;
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
    expect(error).toMatchObject({ code: 'HOST_UNREACHABLE', retry: 'transient' });
  });

  it('is transient when the server has no connection left', async () => {
    await db.query('ALTER ROLE reader CONNECTION LIMIT 0');
    const error = await errorWith({ username: 'reader', password: 'reader-password' });
    await db.query('ALTER ROLE reader CONNECTION LIMIT -1');
    expect(error).toMatchObject({ code: 'TOO_MANY_CONNECTIONS', retry: 'transient' });
  });
});

describe('a query that the server refuses', () => {
  it.each<[string, TableQuery, string, RegExp]>([
    ['a missing table', tableQuery('public.gone'), 'TABLE_NOT_FOUND', /relation "public.gone" does not exist.*42P01/],
    ['a missing table with `select`', tableQuery('public.gone', { select: ['a'] }), 'TABLE_NOT_FOUND', /public.gone/],
    ['a missing schema', tableQuery('nowhere.people'), 'TABLE_NOT_FOUND', /nowhere.people/],
    [
      'a missing column in `where`',
      tableQuery('public.people', { where: 'age > 1' }),
      'COLUMN_NOT_FOUND',
      /"age" does not exist/,
    ],
    [
      'a missing column in `select`',
      tableQuery('public.people', { select: ['id', 'age', '-x'] }),
      'COLUMN_NOT_FOUND',
      /names "age", "x"/,
    ],
    ['bad SQL', sqlQuery('SELEKT 1'), 'SYNTAX_ERROR', /syntax error at or near/],
    ['several statements', sqlQuery('SELECT 1; DROP TABLE people'), 'SYNTAX_ERROR', /near ";"/],
    ['an unclosed quote', sqlQuery("SELECT 'a"), 'SYNTAX_ERROR', /42601/],
    ['a query that closes our parenthesis', sqlQuery('SELECT 1) AS x; DROP TABLE people; --'), 'SYNTAX_ERROR', /42601/],
    ['a type mismatch', sqlQuery('SELECT 1 + true'), 'QUERY_INVALID', /operator does not exist/],
    ['no FROM-able query', sqlQuery('DELETE FROM people'), 'SYNTAX_ERROR', /42601/],
    [
      'a query that writes',
      sqlQuery("SELECT nextval('s') FROM setval('s', 1)"),
      'TABLE_NOT_FOUND',
      /"s" does not exist/,
    ],
    ['no column', sqlQuery('SELECT'), 'NO_COLUMNS', /no column/],
    ['no column left', tableQuery('public.people', { select: ['-id', '-name'] }), 'NO_COLUMNS', /no column left/],
  ])('%s is permanent', async (_, query, code, message) => {
    const error = (await landingError(source, query)) as SourceError;
    expect(error).toMatchObject({ name: 'SourceError', code, retry: 'permanent' });
    expect(error.message).toMatch(message);
    expect(error.remedy).toBeTruthy();
    expect((await land(source, tableQuery('public.people'))).rows).toBe(1);
  });

  it('names the columns that exist', async () => {
    const error = (await landingError(source, tableQuery('public.people', { select: ['age'] }))) as SourceError;
    expect(error.remedy).toBe('Columns that exist: id, name.');
  });

  it('is permanent when it writes', async () => {
    await db.query('CREATE SEQUENCE s');
    const error = (await landingError(source, sqlQuery("SELECT nextval('s') AS n"))) as SourceError;
    expect(error).toMatchObject({ code: 'QUERY_INVALID', retry: 'permanent' });
    expect(error.message).toMatch(/read-only transaction.*25006/);
  });

  it('is permanent without the right to read', async () => {
    const login = { username: 'reader', password: 'reader-password' };
    expect(await errorWith(login)).toMatchObject({ code: 'PERMISSION_DENIED', retry: 'permanent' });
    expect(await errorWith(login, tableQuery('hidden.t'))).toMatchObject({
      code: 'PERMISSION_DENIED',
      retry: 'permanent',
    });
  });

  it('is transient while another session holds the lock', async () => {
    await db.query('CREATE TABLE locked (a int)');
    const holder = await connectWriter(db);
    await holder.query('BEGIN; LOCK TABLE locked');
    const error = await landingError(source, tableQuery('public.locked'));
    await holder.end();
    expect(error).toMatchObject({ code: 'LOCK_TIMEOUT', retry: 'transient' });
  });
});

describe('a value that cannot be landed', () => {
  it.each([
    [
      'NaN in a bounded numeric',
      "SELECT 'nan'::numeric(5,2) AS amount",
      'VALUE_NOT_REPRESENTABLE',
      /Column "amount" \(numeric\(5,2\)\) holds NaN/,
    ],
    [
      'a timestamp beyond int64',
      "SELECT '294276-12-31 23:59:59'::timestamp AS at",
      'VALUE_NOT_REPRESENTABLE',
      /Column "at".*after 294247/,
    ],
    [
      'a division by zero mid-stream',
      'SELECT 1 / (3 - i) AS q FROM generate_series(1, 9) AS i',
      'VALUE_INVALID',
      /division by zero.*22012/,
    ],
  ])('%s is permanent and named', async (_, sql, code, message) => {
    const error = (await landingError(source, sqlQuery(sql))) as SourceError;
    expect(error).toMatchObject({ name: 'SourceError', code, retry: 'permanent' });
    expect(error.message).toMatch(message);
  });

  it('says how to cast the column, and that way it lands', async () => {
    const error = (await landingError(source, sqlQuery(`SELECT 'nan'::numeric(5,2) AS "a""b"`))) as SourceError;
    expect(error.remedy).toContain('"a""b"::text');
    expect((await land(source, sqlQuery(`SELECT 'nan'::numeric(5,2)::text AS a`))).rows).toBe(1);
  });

  it('refuses a value beyond the limit and names the column', async () => {
    const small = sourceOf(db, {}, { maxValueBytes: 1_000_000 });
    const error = await landingError(small, sqlQuery("SELECT 1 AS id, repeat('x', 1000001) AS body"));
    const fits = await land(small, sqlQuery("SELECT 1 AS id, repeat('x', 1000000) AS body"));
    await small.close();
    expect(error).toMatchObject({ code: 'VALUE_TOO_LARGE', retry: 'permanent' });
    expect((error as SourceError).message).toBe(
      'Column "body" holds a value of 1000001 bytes; the limit is 1000000 bytes.',
    );
    expect(fits.rows).toBe(1);
  });

  it('refuses text of an SQL_ASCII database that is not UTF-8; the remedy works', async () => {
    await db.query("CREATE DATABASE raw ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0");
    const raw = sourceOf(db, { database: 'raw' });
    const sql = "SELECT convert_from('\\x63e9'::bytea, 'SQL_ASCII') AS word";
    const error = (await landingError(raw, sqlQuery(sql))) as SourceError;
    const remedy = "SELECT convert_from(convert(convert_to(word, 'SQL_ASCII'), 'LATIN1', 'UTF8'), 'SQL_ASCII') AS word";
    const landed = await land(raw, sqlQuery(`${remedy} FROM (${sql}) AS x`));
    await raw.close();
    expect(error).toMatchObject({ code: 'VALUE_INVALID', retry: 'permanent' });
    expect(error.message).toMatch(/22021/);
    expect(error.remedy).toContain(
      "convert_from(convert(convert_to(COLUMN, 'SQL_ASCII'), 'LATIN1', 'UTF8'), 'SQL_ASCII')",
    );
    expect(landed.batches[0]!.getChildAt(0)!.get(0)).toBe('cé');
  });
});
