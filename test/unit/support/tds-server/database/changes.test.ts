import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SqlDatabase } from '../../../../support/tds-server/database/sql-database.ts';
import { errorOf, linesOf, openDatabase, rowsOf, typesOf } from './sql-rig.ts';

let database: SqlDatabase;
const rows = async (sql: string) => await rowsOf(database, sql);
const lines = async (sql: string) => await linesOf(database, sql);

beforeEach(() => {
  database = openDatabase();
});
afterEach(() => database.close());

describe('changing rows', () => {
  it('fills identity, default and rowversion columns and rounds to the column', async () => {
    await database.run(
      `CREATE TABLE t (id int IDENTITY(1,1) NOT NULL PRIMARY KEY, n decimal(5,1) NULL, s varchar(5) NOT NULL DEFAULT 'q', r rowversion)`,
    );
    expect((await database.run('INSERT INTO t (n) VALUES (1.25), (-2)')).rowCount).toBe(2);
    await database.run("INSERT INTO t (n, s) SELECT n * 10, 'z' FROM t WHERE n > 0");
    expect(await rows('SELECT id, n, s FROM t')).toEqual([
      ['1', '1.3', 'q'],
      ['2', '-2.0', 'q'],
      ['3', '13.0', 'z'],
    ]);
    const [before] = await lines('SELECT r FROM t WHERE id = 1');
    expect((await database.run('UPDATE t SET n += 1 WHERE id <= 2')).rowCount).toBe(2);
    expect(await rows('SELECT n FROM t WHERE id < 3')).toEqual([['2.3'], ['-1.0']]);
    expect((await lines('SELECT r FROM t WHERE id = 1'))[0]! > before!).toBe(true);
    expect((await database.run("DELETE FROM dbo.t WHERE s = 'Q'")).rowCount).toBe(2);
    await database.run('TRUNCATE TABLE t');
    expect(await rows('SELECT COUNT(*) FROM t')).toEqual([['0']]);
  });

  it('changes nothing when one row of many cannot be inserted', async () => {
    await database.run('CREATE TABLE t (id int NOT NULL PRIMARY KEY)');
    expect(await errorOf(database, 'INSERT INTO t VALUES (1), (2), (1)')).toMatchObject({ number: 2627 });
    expect(await rows('SELECT id FROM t')).toEqual([]);
  });

  it('refuses a second row of a unique index', async () => {
    await database.run('CREATE TABLE t (a int NOT NULL, b int NOT NULL); CREATE UNIQUE INDEX ab ON t (a, b)');
    const error = await errorOf(database, 'INSERT INTO t VALUES (1, 2), (1, 2)');
    expect(error).toMatchObject({ number: 2601, message: expect.stringContaining("unique index 'ab'") });
  });
});

describe('changing a table', () => {
  it('adds, drops and alters columns with rows in it', async () => {
    await database.run(
      "CREATE TABLE t (id int NOT NULL PRIMARY KEY, v varchar(10) NULL); INSERT INTO t VALUES (1, '5')",
    );
    await database.run('ALTER TABLE t ADD w int NOT NULL DEFAULT 7, x nvarchar(5) NULL');
    expect(await rows('SELECT * FROM t')).toEqual([['1', '5', '7', null]]);
    expect(await errorOf(database, 'ALTER TABLE t ADD y int NOT NULL')).toMatchObject({ number: 4901 });
    await database.run('ALTER TABLE t ALTER COLUMN v decimal(6,2) NULL');
    expect((await typesOf(database, 'SELECT v FROM t'))[0]).toMatchObject({ kind: 'decimal', precision: 6, scale: 2 });
    await database.run('ALTER TABLE t DROP COLUMN w, x');
    expect(await rows('SELECT * FROM t WHERE v > 4')).toEqual([['1', '5.00']]);
    const columns = await rows("SELECT name, column_id FROM sys.columns WHERE object_id = OBJECT_ID('t')");
    expect(columns).toEqual([
      ['id', '1'],
      ['v', '2'],
    ]);
  });

  it('drops tables and makes them anew with another object id', async () => {
    await database.run('CREATE TABLE t (id int)');
    const [before] = await rows("SELECT OBJECT_ID('t')");
    await database.run('DROP TABLE t; DROP TABLE IF EXISTS t');
    expect(await rows("SELECT OBJECT_ID('t')")).toEqual([[null]]);
    await database.run('CREATE TABLE t (id int)');
    expect(await rows("SELECT OBJECT_ID('t')")).not.toEqual([before]);
  });

  it('waits in vain where a definition changes under a reader', async () => {
    await database.run('CREATE TABLE t (id int NOT NULL PRIMARY KEY); INSERT INTO t VALUES (1), (2)');
    const reader = database.store.sqlite.prepare('SELECT id FROM dbo.t').iterate();
    reader.next();
    expect(await errorOf(database, 'DROP TABLE t')).toMatchObject({ number: 1222 });
    reader.return?.();
    await database.run('DROP TABLE t');
  });
});

describe('the catalog views', () => {
  it('describe columns as SQL Server does', async () => {
    await database.run(`CREATE TABLE t (a nvarchar(50) NOT NULL, b varchar(max) NULL, c decimal(18,4) NULL, d datetime2(3) NULL,
      e time(0) NULL, f uniqueidentifier NULL, g binary(6) NULL, h rowversion, i datetimeoffset(7) NULL)`);
    const sql = `SELECT c.name, t.name, c.max_length, c.precision, c.scale, c.is_nullable FROM sys.columns c
      JOIN sys.types t ON t.user_type_id = c.user_type_id WHERE c.object_id = OBJECT_ID(N'dbo.t') ORDER BY c.column_id`;
    expect(await lines(sql)).toEqual([
      'a nvarchar 100 0 0 0',
      'b varchar -1 0 0 1',
      'c decimal 9 18 4 1',
      'd datetime2 7 23 3 1',
      'e time 3 8 0 1',
      'f uniqueidentifier 16 0 0 1',
      'g binary 6 0 0 1',
      'h timestamp 8 0 0 1',
      'i datetimeoffset 10 34 7 1',
    ]);
  });

  it('have the indexes, the key first, and a heap where there is none', async () => {
    await database.run('CREATE TABLE a (x int NOT NULL, y int NOT NULL, PRIMARY KEY (y, x)); CREATE INDEX i ON a (x)');
    await database.run('CREATE TABLE b (x int NULL); CREATE UNIQUE INDEX u ON b (x) WHERE x IS NOT NULL');
    const sql = `SELECT OBJECT_NAME(object_id), index_id, name, type_desc, is_unique, is_primary_key, has_filter FROM sys.indexes ORDER BY 1, 2`;
    expect(await lines(sql)).toEqual([
      'a 1 PK_a CLUSTERED 1 1 0',
      'a 2 i NONCLUSTERED 0 0 0',
      'b 0  HEAP 0 0 0',
      'b 2 u NONCLUSTERED 1 0 1',
    ]);
    const keys = await rows(`SELECT COL_NAME(object_id, column_id) FROM sys.index_columns
      WHERE object_id = OBJECT_ID('a') AND index_id = 1 ORDER BY key_ordinal`);
    expect(keys).toEqual([['y'], ['x']]);
  });

  it('count rows as they are, in every view that counts', async () => {
    await database.run('CREATE TABLE t (id int NOT NULL PRIMARY KEY); INSERT INTO t VALUES (1), (2)');
    const counts = async () =>
      await rows(
        'SELECT p.rows, s.row_count FROM sys.partitions p JOIN sys.dm_db_partition_stats s ON s.partition_id = p.partition_id',
      );
    expect(await counts()).toEqual([['2', '2']]);
    await database.run('DELETE FROM t WHERE id = 1');
    expect(await counts()).toEqual([['1', '1']]);
  });

  it('tell tables, views, schemas and the database', async () => {
    await database.run('CREATE SCHEMA s; CREATE TABLE s.t (id int NOT NULL); CREATE VIEW s.v AS SELECT id FROM s.t');
    expect(await rows('SELECT SCHEMA_NAME(schema_id), name, type FROM sys.objects')).toEqual([
      ['s', 't', 'U'],
      ['s', 'v', 'V'],
    ]);
    const tables = 'SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE FROM INFORMATION_SCHEMA.TABLES ORDER BY 2';
    expect(await rows(tables)).toEqual([
      ['s', 't', 'BASE TABLE'],
      ['s', 'v', 'VIEW'],
    ]);
    expect(await rows("SELECT name FROM master.sys.databases WHERE database_id = DB_ID(N'shop')")).toEqual([['shop']]);
  });
});
