import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CatalogQuery,
  changeTracking,
  columnNames,
  databaseFacts,
  primaryKey,
  tableColumns,
  tableSize,
} from '../../../shared/source/mssql/catalog.ts';
import { asSourceError } from '../../../shared/source/mssql/errors.ts';
import type { ExtractionConnection } from '../../../shared/source/mssql/extraction-connection.ts';
import { DEFAULT_LIMITS, type MssqlConnectionOptions } from '../../../shared/source/mssql/options.ts';
import { quoteIdentifier, sessionSettings } from '../../../shared/source/mssql/query-text.ts';
import {
  type ConnectionPool,
  catalogQueryOn,
  openPool,
  takeConnection,
} from '../../../shared/source/mssql/sequelize-connection.ts';
import { startTestSqlServer, type TestSqlServer } from '../../support/tds-server/test-sql-server.ts';

const AWKWARD_NAMES = [
  'plain',
  'with space',
  'dot.ted',
  'a]b',
  '[x]',
  "it's",
  'say "hi"',
  '; DROP TABLE t --',
  'Größe 表 😀',
];

let server: TestSqlServer;
let pool: ConnectionPool;
let connection: ExtractionConnection;
let query: CatalogQuery;

function connectionOptions(rest: Partial<MssqlConnectionOptions> = {}): MssqlConnectionOptions {
  const { host, port, user: username, password, database, caPem } = server;
  const ssl = { mode: 'verify-full', caPem } as const;
  return { host, port, database, username, password, ssl, readOnlyIntent: false, isolation: 'auto', ...rest };
}

beforeAll(async () => {
  server = await startTestSqlServer();
  pool = openPool(connectionOptions(), 'landfall-test', DEFAULT_LIMITS);
  connection = await takeConnection(pool.sequelize);
  query = catalogQueryOn(pool.sequelize, connection);
});

afterAll(async () => {
  pool.sequelize.connectionManager.releaseConnection(connection);
  await pool.close(5_000);
  await server.close();
});

async function run(...statements: string[]): Promise<void> {
  for (const sql of statements) await connection.runBatch(sql);
}

describe('the catalog of a table', () => {
  it.each(AWKWARD_NAMES)('is found under the name %s', async (name) => {
    const table = `[dbo].${quoteIdentifier(name)}`;
    const column = quoteIdentifier(`c ${name}`);
    await run(`CREATE TABLE ${table} (${column} int NOT NULL PRIMARY KEY, v nvarchar(50) NULL)`);
    expect(columnNames(await tableColumns(query, table))).toEqual([`c ${name}`, 'v']);
    expect(await primaryKey(query, table)).toEqual([`c ${name}`]);
    expect(await changeTracking(query, table)).toBeUndefined();
    expect(columnNames(await tableColumns(query, quoteIdentifier(name)))).toHaveLength(2);
  });

  it('is empty when there is no such table', async () => {
    expect(columnNames(await tableColumns(query, '[dbo].[nothing]'))).toEqual([]);
    expect(await primaryKey(query, '[dbo].[nothing]')).toEqual([]);
    expect(await tableSize(query, '[dbo].[nothing]')).toBeUndefined();
    expect(await changeTracking(query, '[dbo].[nothing]')).toBeUndefined();
  });

  it('has the full types of the columns', async () => {
    await run(`CREATE TABLE dbo.types (
      a int IDENTITY NOT NULL, b decimal(38,10) NULL, c datetime2(7) NULL, d datetimeoffset(3) NULL, e varchar(max) NULL,
      f nvarchar(50) NULL, g varbinary(16) NULL, h uniqueidentifier NULL, i money NULL, j time(0) NULL, k char(3) NULL)`);
    const columns = await tableColumns(query, '[dbo].[types]');
    expect(columns.map((column) => column.type)).toEqual([
      'int',
      'decimal(38,10)',
      'datetime2(7)',
      'datetimeoffset(3)',
      'varchar(max)',
      'nvarchar(50)',
      'varbinary(16)',
      'uniqueidentifier',
      'money',
      'time(0)',
      'char(3)',
    ]);
    expect(columns[0]).toMatchObject({ name: 'a', isNullable: false, isIdentity: true, isHidden: false });
    expect(columns[1]).toMatchObject({ name: 'b', isNullable: true, isIdentity: false, isComputed: false });
    expect(columns[5]!.collation).toBeTruthy();
  });

  it('has rows and bytes', async () => {
    await run(
      'CREATE TABLE dbo.sized (id int NOT NULL PRIMARY KEY)',
      'INSERT INTO dbo.sized (id) VALUES (1), (2), (3)',
    );
    const size = await tableSize(query, '[dbo].[sized]');
    expect(size).toMatchObject({ rows: 3 });
    expect(size!.bytes).toBeGreaterThan(0);
  });

  it('has rows also where VIEW DATABASE STATE is not granted', async () => {
    await run('CREATE TABLE dbo.unseen (id int NOT NULL)', 'INSERT INTO dbo.unseen (id) VALUES (1), (2)');
    server.denyDatabaseState();
    try {
      expect(await tableSize(query, '[dbo].[unseen]')).toMatchObject({ rows: 2 });
    } finally {
      server.denyDatabaseState(false);
    }
  });
});

describe('the key', () => {
  it('is the primary key in the order of its index, not of its columns', async () => {
    await run(
      'CREATE TABLE dbo.k1 (a int NOT NULL, b int NOT NULL, c int NOT NULL, PRIMARY KEY (c, a))',
      'CREATE UNIQUE INDEX narrower ON dbo.k1 (b)',
    );
    expect(await primaryKey(query, '[dbo].[k1]')).toEqual(['c', 'a']);
  });

  it('is else the narrowest unique index without nulls and without a filter', async () => {
    await run(
      'CREATE TABLE dbo.k2 (a int NOT NULL, b int NOT NULL, c int NULL, d int NOT NULL, e bigint NOT NULL)',
      'CREATE UNIQUE INDEX two ON dbo.k2 (b, a)',
      'CREATE UNIQUE INDEX nullable ON dbo.k2 (c)',
      'CREATE INDEX plain ON dbo.k2 (a)',
    );
    expect(await primaryKey(query, '[dbo].[k2]')).toEqual(['b', 'a']);
    await run('CREATE UNIQUE INDEX filtered ON dbo.k2 (d) WHERE d > 0');
    expect(await primaryKey(query, '[dbo].[k2]')).toEqual(['b', 'a']);
    await run('CREATE UNIQUE INDEX one ON dbo.k2 (e)');
    expect(await primaryKey(query, '[dbo].[k2]')).toEqual(['e']);
    await run('CREATE UNIQUE INDEX one_narrower ON dbo.k2 (d)');
    expect(await primaryKey(query, '[dbo].[k2]')).toEqual(['d']);
  });

  it('is none for a view and for a table without one', async () => {
    await run('CREATE TABLE dbo.k3 (a int NOT NULL)', 'CREATE VIEW dbo.k3_view AS SELECT a FROM dbo.k3');
    expect(await primaryKey(query, '[dbo].[k3]')).toEqual([]);
    expect(await primaryKey(query, '[dbo].[k3_view]')).toEqual([]);
    expect(columnNames(await tableColumns(query, '[dbo].[k3_view]'))).toEqual(['a']);
  });
});

describe('the database', () => {
  it('tells whether it allows snapshots', async () => {
    expect((await databaseFacts(query)).version).toMatch(/^\d+\.\d+\./);
    await run('ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON');
    expect(await databaseFacts(query)).toMatchObject({ snapshotAllowed: true, readOnly: false });
    await run('ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION OFF');
    expect(await databaseFacts(query)).toMatchObject({ snapshotAllowed: false });
  });

  it.each(['read-committed', 'read-uncommitted', 'snapshot'] as const)(
    'takes the settings of %s',
    async (isolation) => {
      await run(sessionSettings(isolation, 30_000), sessionSettings('read-committed', 30_000));
      expect(await databaseFacts(query)).toBeDefined();
    },
  );
});

describe('errors of the server', () => {
  it.each([
    ['SELECT * FROM dbo.nothing', 'TABLE_NOT_FOUND', /SQL Server error 208, state \d+, class 16/],
    ['SELECT nothing FROM sys.databases', 'COLUMN_NOT_FOUND', /SQL Server error 207, state \d+, class 16/],
    ['SELECT FROM WHERE', 'SYNTAX_ERROR', /SQL Server error 1\d\d, state \d+, class 15/],
    ['SELECT 1 / 0 AS a', 'VALUE_INVALID', /SQL Server error 8134, state \d+, class 16/],
  ])('"%s" is %s', async (sql, code, message) => {
    const thrown: unknown = await query(sql, {}).catch((error: unknown) => error);
    const error = asSourceError(thrown, 'reading a.b');
    expect(error).toMatchObject({ code, retry: 'permanent' });
    expect(error.message).toMatch(message);
  });

  it.each([
    ['password', { password: 'Hidden-Secret-1' }, 'LOGIN_REFUSED', 'permanent', 18456],
    ['user', { username: 'nobody', password: 'Hidden-Secret-1' }, 'LOGIN_REFUSED', 'permanent', 18456],
    ['database', { database: 'elsewhere' }, 'DATABASE_NOT_FOUND', 'once', 4060],
  ])('a wrong %s is told by its number, without the password', async (_, rest, code, retry, number) => {
    const refused = openPool(connectionOptions(rest), 'landfall-test', DEFAULT_LIMITS);
    const thrown: unknown = await takeConnection(refused.sequelize).catch((error: unknown) => error);
    await refused.close(5_000);
    const error = asSourceError(thrown, 'reading a.b');
    expect(error).toMatchObject({ code, retry });
    expect(error.message).toContain(`(SQL Server error ${number}, `);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(connectionOptions(rest).password);
  });
});
