import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SqlDatabase } from '../../../../support/tds-server/database/sql-database.ts';
import { errorOf, openDatabase, rowsOf } from './sql-rig.ts';

let database: SqlDatabase;

beforeAll(async () => {
  database = openDatabase();
  await database.run('CREATE TABLE t (id int NOT NULL PRIMARY KEY, v varchar(10) NULL, n int NOT NULL DEFAULT 1)');
  await database.run("INSERT INTO t (id, v) VALUES (1, 'x')");
});

afterAll(() => database.close());

describe('an error has the number, class and text of SQL Server', () => {
  it.each([
    ['SELECT * FROM dbo.nope', 208, 16, "Invalid object name 'dbo.nope'."],
    ['SELECT * FROM elsewhere.dbo.t', 208, 16, "Invalid object name 'elsewhere.dbo.t'."],
    ['SELECT nope FROM t', 207, 16, "Invalid column name 'nope'."],
    ['SELECT t.nope FROM t', 207, 16, "Invalid column name 'nope'."],
    ['SELECT x.id FROM t', 4104, 16, 'The multi-part identifier "x.id" could not be bound.'],
    ['SELECT id FROM t a JOIN t b ON a.id = b.id', 209, 16, "Ambiguous column name 'id'."],
    ['SELECT 1 / 0', 8134, 16, 'Divide by zero error encountered.'],
    ['SELECT 1 / (id - 1.0) FROM t', 8134, 16, 'Divide by zero error encountered.'],
    ['SELECT id % 0 FROM t', 8134, 16, 'Divide by zero error encountered.'],
    ["SELECT CAST('x' AS int)", 245, 16, "Conversion failed when converting the varchar value 'x' to data type int."],
    [
      "SELECT * FROM t WHERE id = N'x'",
      245,
      16,
      "Conversion failed when converting the nvarchar value 'x' to data type int.",
    ],
    ["SELECT CAST('x' AS decimal(5,2))", 8114, 16, 'Error converting data type varchar to numeric.'],
    [
      "SELECT CAST('2024-02-30' AS date)",
      241,
      16,
      'Conversion failed when converting date and/or time from character string.',
    ],
    [
      "SELECT CAST('x' AS uniqueidentifier)",
      8169,
      16,
      'Conversion failed when converting from a character string to uniqueidentifier.',
    ],
    ['SELECT CAST(300 AS tinyint)', 8115, 16, 'Arithmetic overflow error converting expression to data type tinyint.'],
    ['SELECT @x', 137, 15, 'Must declare the scalar variable "@x".'],
    ['SELECT nothing(1)', 195, 15, "'nothing' is not a recognized built-in function name."],
    ['SELECT id FROM t WHERE id', 4145, 15, expect.stringContaining('An expression of non-boolean type')],
    [
      'SELECT * FROM (SELECT id FROM t ORDER BY id) AS x',
      1033,
      15,
      expect.stringContaining('The ORDER BY clause is invalid'),
    ],
    ['SELECT * FROM (SELECT id + 1 FROM t) AS x', 8155, 16, "No column name was specified for column 1 of 'x'."],
    ['SELECT * FROM (SELECT id, ID FROM t) AS x', 8156, 16, "The column 'id' was specified multiple times for 'x'."],
    [
      'SELECT id FROM t UNION SELECT id, v FROM t',
      205,
      16,
      expect.stringContaining('must have an equal number of expressions'),
    ],
    ['SELECT (SELECT id, v FROM t)', 116, 16, expect.stringContaining('Only one expression can be specified')],
    ['SELECT id FROM t ORDER BY 2', 108, 16, expect.stringContaining('position number 2 is out of range')],
    ['EXEC dbo.nothing', 2812, 16, "Could not find stored procedure 'dbo.nothing'."],
    ['USE elsewhere', 911, 16, expect.stringContaining("Database 'elsewhere' does not exist.")],
    ['INSERT INTO t (id) VALUES (1)', 2627, 14, expect.stringContaining("Violation of PRIMARY KEY constraint 'PK_t'.")],
    [
      'INSERT INTO t (id, n) VALUES (9, NULL)',
      515,
      16,
      expect.stringContaining("Cannot insert the value NULL into column 'n'"),
    ],
    ['INSERT INTO t VALUES (9)', 213, 16, expect.stringContaining('Column name or number of supplied values')],
    ['DROP TABLE nope', 3701, 11, expect.stringContaining("Cannot drop the table 'nope'")],
    ['CREATE TABLE t (id int)', 2714, 16, "There is already an object named 't' in the database."],
    ['ALTER TABLE t DROP COLUMN id', 4922, 16, expect.stringContaining('ALTER TABLE DROP COLUMN id failed')],
    ["RAISERROR(N'stop', 16, 3)", 50000, 16, 'stop'],
    ["THROW 51000, N'stop', 1", 51000, 16, 'stop'],
  ])('%s', async (sql, number, severity, message) => {
    expect(await errorOf(database, sql)).toMatchObject({ number, severity, message });
  });

  it('229 where SELECT is denied', async () => {
    database.catalog.denied.add('dbo.t');
    const message = "The SELECT permission was denied on the object 't', database 'shop', schema 'dbo'.";
    expect(await errorOf(database, 'SELECT 1 AS a FROM t')).toEqual({ number: 229, severity: 14, state: 5, message });
    expect(await rowsOf(database, "SELECT HAS_PERMS_BY_NAME(N'dbo.t', 'OBJECT', 'SELECT')")).toEqual([['0']]);
    database.catalog.denied.clear();
    expect(await rowsOf(database, 'SELECT id FROM t')).toEqual([['1']]);
  });

  it('262 where VIEW DATABASE STATE is denied', async () => {
    database.catalog.databaseStateDenied = true;
    expect(await errorOf(database, 'SELECT row_count FROM sys.dm_db_partition_stats')).toMatchObject({ number: 262 });
    expect(await rowsOf(database, 'SELECT SUM(rows) FROM sys.partitions')).toEqual([['1']]);
    database.catalog.databaseStateDenied = false;
  });

  it('3952 where a snapshot is not allowed', async () => {
    await database.run('ALTER DATABASE shop SET ALLOW_SNAPSHOT_ISOLATION OFF');
    const sql = 'SET TRANSACTION ISOLATION LEVEL SNAPSHOT; SELECT id FROM t';
    expect(await errorOf(database, sql)).toMatchObject({ number: 3952, severity: 16 });
    await database.run('ALTER DATABASE shop SET ALLOW_SNAPSHOT_ISOLATION ON');
    expect(await rowsOf(database, sql)).toEqual([['1']]);
    await database.run('SET TRANSACTION ISOLATION LEVEL READ COMMITTED');
  });

  it('1222 where a lock lasts longer than the session waits', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    database.locks.set(database.catalog.table(['t']), promise);
    const sql = 'SET LOCK_TIMEOUT 20; SELECT id FROM t';
    expect(await errorOf(database, sql)).toMatchObject({ number: 1222, severity: 16 });
    expect(await rowsOf(database, 'SELECT id FROM t WITH (NOLOCK)')).toEqual([['1']]);
    const waiting = rowsOf(database, 'SET LOCK_TIMEOUT -1; SELECT id FROM t');
    resolve();
    expect(await waiting).toEqual([['1']]);
    database.locks.clear();
  });

  it('goes on behind some errors, stops at others and with XACT_ABORT', async () => {
    await database.run('SELECT 1 / 0; INSERT INTO t (id) VALUES (21)').catch(() => undefined);
    await database.run('SELECT * FROM nope; INSERT INTO t (id) VALUES (22)').catch(() => undefined);
    await database.run('SET XACT_ABORT ON; SELECT 1 / 0; INSERT INTO t (id) VALUES (23)').catch(() => undefined);
    expect(await rowsOf(database, 'SET XACT_ABORT OFF; SELECT id FROM t WHERE id > 20')).toEqual([['21']]);
  });
});

describe('a common table', () => {
  it.each([
    'SELECT a FROM (WITH c AS (SELECT 1 AS a) SELECT a FROM c) AS d',
    'SELECT (WITH c AS (SELECT 1 AS a) SELECT a FROM c)',
    'SELECT 1 WHERE 1 IN (WITH c AS (SELECT 1 AS a) SELECT a FROM c)',
  ])('stands before a whole statement, not in %s', async (sql) => {
    expect(await errorOf(database, sql)).toMatchObject({ number: 156, message: expect.stringContaining("'WITH'") });
  });
});
