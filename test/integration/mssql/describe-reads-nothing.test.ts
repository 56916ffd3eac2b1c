import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestSqlServer, type TestSqlServer } from '../../support/tds-server/test-sql-server.ts';
import { customQuery, sourceOn, wholeTable } from './suite-tables.ts';

/** What no real server lets a test do: to see what it was asked, and to forbid. */
let server: TestSqlServer;
let source: Source;

beforeEach(async () => {
  server = await startTestSqlServer();
  const { host, port, user: username, password, database, caPem } = server;
  const ssl = { mode: 'verify-full', caPem } as const;
  const connection = { host, port, database, username, password, ssl, readOnlyIntent: false } as const;
  source = sourceOn({ connection: { ...connection, isolation: 'auto' } });
  await server.run('CREATE TABLE dbo.t (a int NOT NULL PRIMARY KEY, b int NULL)');
  await server.run('INSERT INTO dbo.t VALUES (1, 2)');
});
afterEach(async () => {
  await source.close();
  await server.close();
});

const whole = (rest: Partial<TableQuery> = {}): TableQuery => wholeTable({ schema: 'dbo' }, 't', rest);
const describeTable = async (query: TableQuery, signal = new AbortController().signal) =>
  await source.describe(query, signal);
/** What the server was asked about the rows, not about the catalog. */
const asked = (): string[] => server.statements.map(({ sql }) => sql).filter((sql) => !/\bsys\.|^SET /.test(sql));

describe('a description asks for no row', () => {
  it.each<[string, TableQuery, string]>([
    ['a table', whole(), 'SELECT TOP (0) * FROM [dbo].[t]'],
    [
      'some columns with a filter',
      whole({ select: ['b'], where: 'a > 1' }),
      'SELECT TOP (0) [b] FROM [dbo].[t] WHERE (\na > 1\n)',
    ],
    [
      'a custom query',
      customQuery('SELECT b FROM dbo.t -- all;'),
      'SELECT TOP (0) * FROM (\nSELECT b FROM dbo.t -- all\n) AS [landfall]',
    ],
    [
      'a custom query by a key',
      customQuery('SELECT a FROM dbo.t', { key: ['a'] }),
      'SELECT TOP (0) * FROM (\nSELECT a FROM dbo.t\n) AS [landfall]',
    ],
  ])('of %s', async (_, query, sql) => {
    await describeTable(query);
    expect(asked()).toEqual([sql]);
  });

  it('but runs a custom query that can be no derived table, and lets it go', async () => {
    const sql = 'WITH c AS (SELECT b FROM dbo.t) SELECT b FROM c';
    expect((await describeTable(customQuery(sql))).schema.names).toEqual(['b']);
    expect(asked()).toEqual([`SELECT TOP (0) * FROM (\n${sql}\n) AS [landfall]`, sql]);
  });
});

describe('what may not be read is refused', () => {
  it.each<[string, TableQuery]>([
    ['a table', whole()],
    ['a table in any order', whole({ key: [] })],
    ['a table by a named key', whole({ key: ['b'] })],
    ['a custom query', customQuery('SELECT b FROM dbo.t')],
    ['a custom query by a key', customQuery('SELECT a FROM dbo.t', { key: ['a'] })],
  ])('as %s', async (_, query) => {
    server.deny('dbo.t');
    await expect(describeTable(query)).rejects.toMatchObject({
      name: 'SourceError',
      code: 'PERMISSION_DENIED',
      retry: 'permanent',
      message: expect.stringMatching(/^Failed describing .+ error 229,/),
    });
    server.allow('dbo.t');
    expect((await describeTable(query)).schema.fields.length).toBeGreaterThan(0);
  });
});

it('has a size where VIEW DATABASE STATE is not granted', async () => {
  server.denyDatabaseState();
  expect(await describeTable(whole())).toMatchObject({ rows: 1, key: ['a'], order: 'index' });
});

it('ends with its signal, also while the server is silent', async () => {
  const reason = new Error('enough');
  await expect(describeTable(whole(), AbortSignal.abort(reason))).rejects.toBe(reason);
  const free = server.lock('dbo.t');
  server.state.snapshotAllowed = false;
  const controller = new AbortController();
  const running = describeTable(whole(), controller.signal);
  await eventually(() => asked().length > 0);
  controller.abort(reason);
  await expect(running).rejects.toBe(reason);
  free();
});

it('is not begun by a source that is closed', async () => {
  await source.close();
  await expect(describeTable(whole())).rejects.toMatchObject({ code: 'SOURCE_CLOSED' });
});
