import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CatalogTable, Source } from '../../../shared/source/source.ts';
import { SUBJECTS, type SubjectServer } from '../../support/mssql-subject.ts';
import { startTestSqlServer, type TestSqlServer } from '../../support/tds-server/test-sql-server.ts';
import { numbers, sourceOn } from './suite-tables.ts';

const AWKWARD_NAMES = ['a]b', '[x]', "it's", 'say "hi"', '; DROP TABLE t --', 'Größe 表 😀', 'dot.ted'];

const quoted = (name: string): string => `[${name.replaceAll(']', ']]')}]`;
const never = (): AbortSignal => new AbortController().signal;
const byName = (tables: readonly CatalogTable[]) => new Map(tables.map((table) => [table.name, table]));

describe.each(SUBJECTS)('the tables on $title', ({ start }) => {
  let server: SubjectServer;
  let source: Source;

  beforeAll(async () => {
    server = await start();
    source = sourceOn(server);
  });
  afterAll(async () => {
    await source?.close();
    await server?.close();
  });

  it('are listed with rows, bytes and keys', async () => {
    const sized = server.named('sized');
    await server.run(
      `CREATE TABLE ${sized} (b int NOT NULL, a int NOT NULL, body char(200) NOT NULL, PRIMARY KEY (b, a))`,
      `INSERT INTO ${sized} (a, b, body) SELECT n, 1, 'x' FROM ${numbers(3)}`,
      `CREATE INDEX bodies ON ${sized} (body)`,
      `CREATE TABLE ${server.named('heap')} (id int NULL)`,
      `CREATE TABLE ${server.named('unique')} (id int NOT NULL, UNIQUE (id))`,
      `CREATE VIEW ${server.named('view')} AS SELECT a FROM ${sized}`,
      ...AWKWARD_NAMES.map((name) => `CREATE TABLE ${server.named(name)} (${quoted(name)} int NOT NULL PRIMARY KEY)`),
    );
    const all = await source.listTables(never());
    const tables = byName(all.filter(({ schema }) => schema === server.schema));
    expect(tables.size).toBe(4 + AWKWARD_NAMES.length);
    const whole = { schema: server.schema, kind: 'table', changeTracking: false, isReadable: true };
    expect(tables.get('sized')).toMatchObject({ ...whole, rows: 1_000, primaryKey: ['b', 'a'] });
    expect(tables.get('sized')!.bytes).toBeGreaterThanOrEqual(200_000);
    expect(tables.get('sized')!.bytes).toBeLessThan(600_000);
    expect(tables.get('heap')).toMatchObject({ ...whole, rows: 0, primaryKey: [] });
    expect(tables.get('unique')).toMatchObject({ ...whole, rows: 0, primaryKey: [] });
    const view = { rows: undefined, bytes: undefined, primaryKey: [] };
    expect(tables.get('view')).toEqual({ ...whole, name: 'view', kind: 'view', ...view });
    for (const name of AWKWARD_NAMES) expect(tables.get(name)).toMatchObject({ ...whole, primaryKey: [name] });
    expect(all.filter(({ schema }) => ['sys', 'INFORMATION_SCHEMA'].includes(schema))).toEqual([]);
  });
});

describe('the tables of a server that tests may set', () => {
  let server: TestSqlServer;
  let source: Source;

  beforeEach(async () => {
    server = await startTestSqlServer();
    const { host, port, user: username, password, database, caPem } = server;
    const ssl = { mode: 'verify-full', caPem } as const;
    const connection = { host, port, database, username, password, ssl, readOnlyIntent: false } as const;
    source = sourceOn({ connection: { ...connection, isolation: 'auto' } });
    const columns = [{ name: 'id', type: { kind: 'int' } }] as const;
    server.createTable({ name: 'orders', columns, primaryKey: ['id'], rows: [['1'], ['2']] });
    server.createTable({ schema: 'a]b', name: "it's", columns });
  });
  afterEach(async () => {
    await source.close();
    await server.close();
  });

  it('come by schema and name, without those of the server itself', async () => {
    server.createTable({ name: 'Bills', columns: [{ name: 'id', type: { kind: 'int' } }] });
    server.createTable({
      schema: 'cdc',
      name: 'dbo_orders_CT',
      columns: [{ name: 'id', type: { kind: 'int' } }],
      shipped: true,
    });
    const names = (await source.listTables(never())).map(({ schema, name }) => [schema, name]);
    expect(names).toEqual([
      ['a]b', "it's"],
      ['dbo', 'Bills'],
      ['dbo', 'orders'],
    ]);
  });

  it('tell of change tracking, also to whom the changes are denied', async () => {
    await server.run('ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON');
    await server.run('ALTER TABLE dbo.orders ENABLE CHANGE_TRACKING');
    server.denyChangeTracking('dbo.orders');
    const tables = byName(await source.listTables(never()));
    expect([tables.get('orders')!.changeTracking, tables.get("it's")!.changeTracking]).toEqual([true, false]);
    expect(tables.size).toBe(2);
  });

  it('tell which may not be read', async () => {
    server.deny("a]b.it's");
    const tables = byName(await source.listTables(never()));
    expect([tables.get('orders')!.isReadable, tables.get("it's")!.isReadable]).toEqual([true, false]);
  });

  it('have the same sizes where VIEW DATABASE STATE is not granted', async () => {
    server.setStatistics('dbo.orders', { rows: 3_000_000_000n, usedPages: 40_000_000n });
    const shown = await source.listTables(never());
    expect(byName(shown).get('orders')).toMatchObject({ rows: 3_000_000_000, bytes: 40_000_000 * 8_192 });
    server.denyDatabaseState();
    expect(await source.listTables(never())).toEqual(shown);
  });

  it('take as many queries however many they are', async () => {
    const queries = async (): Promise<number> => {
      const before = server.statements.length;
      await source.listTables(never());
      return server.statements.length - before;
    };
    await source.listTables(never());
    const few = await queries();
    for (let i = 0; i < 30; i++)
      server.createTable({ name: `t${i}`, columns: [{ name: 'id', type: { kind: 'int' } }] });
    expect(await queries()).toBe(few);
    expect((await source.listTables(never())).length).toBe(32);
  });

  it('are not asked for once the signal is aborted or the source closed', async () => {
    const reason = new Error('enough');
    await expect(source.listTables(AbortSignal.abort(reason))).rejects.toBe(reason);
    await source.close();
    await expect(source.listTables(never())).rejects.toMatchObject({ code: 'SOURCE_CLOSED' });
  });
});
