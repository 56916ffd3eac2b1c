import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SqlDatabase } from '../../../../support/tds-server/database/sql-database.ts';
import { errorOf, linesOf, onlyValue, openDatabase, rowsOf, typesOf } from './sql-rig.ts';

let database: SqlDatabase;
const run = async (sql: string) => await database.run(sql);
const lines = async (sql: string) => await linesOf(database, sql);
const version = async () => await onlyValue(database, 'SELECT CHANGE_TRACKING_CURRENT_VERSION()');
const minValid = async () => await onlyValue(database, "SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('dbo.t'))");

/** Every change behind a version as its key, operation, version and creation version, in the key's order. */
const changes = async (after: string, table = 't') =>
  await lines(
    `SELECT ct.id, ct.SYS_CHANGE_OPERATION + CAST(ct.SYS_CHANGE_VERSION AS varchar(20)), ct.SYS_CHANGE_CREATION_VERSION
     FROM CHANGETABLE(CHANGES ${table}, ${after}) AS ct ORDER BY ct.id`,
  );

beforeEach(async () => {
  database = openDatabase();
  await run(`ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 2 DAYS, AUTO_CLEANUP = ON)`);
  await run('CREATE TABLE t (id int NOT NULL PRIMARY KEY, v int NULL); CREATE TABLE u (id int NOT NULL PRIMARY KEY)');
  await run('ALTER TABLE dbo.t ENABLE CHANGE_TRACKING WITH (TRACK_COLUMNS_UPDATED = OFF)');
});
afterEach(() => database.close());

describe('the version of change tracking', () => {
  it('is of the database and grows with every statement that changes rows of a tracked table', async () => {
    expect(await version()).toBe('0');
    await run('INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)');
    expect(await version()).toBe('1');
    await run('INSERT INTO u VALUES (1); UPDATE t SET v = 0 WHERE id > 5; UPDATE t SET v = 0');
    expect(await version()).toBe('2');
    await run('DELETE FROM t');
    expect(await version()).toBe('3');
  });

  it('does not grow with what fails', async () => {
    await run('INSERT INTO t VALUES (1, 1)');
    expect(await errorOf(database, 'INSERT INTO t VALUES (2, 2), (1, 1)')).toMatchObject({ number: 2627 });
    expect(await version()).toBe('1');
    expect(await changes('0')).toEqual(['1 I1 1']);
  });

  it('is NULL where tracking is off, and goes on where it was when it is on again', async () => {
    await run('INSERT INTO t VALUES (1, 1); INSERT INTO t VALUES (2, 2)');
    await run('ALTER TABLE t DISABLE CHANGE_TRACKING; ALTER DATABASE shop SET CHANGE_TRACKING = OFF');
    expect(await version()).toBeNull();
    expect(await minValid()).toBeNull();
    await run('ALTER DATABASE shop SET CHANGE_TRACKING = ON; ALTER TABLE t ENABLE CHANGE_TRACKING');
    expect([await version(), await minValid()]).toEqual(['2', '2']);
    expect(await changes('0')).toEqual([]);
  });
});

describe('CHANGETABLE(CHANGES …)', () => {
  beforeEach(async () => await run('INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)'));

  it.each([
    ['', '0', ['1 I1 1', '2 I1 1', '3 I1 1']],
    ['', 'NULL', ['1 I1 1', '2 I1 1', '3 I1 1']],
    ['', '1', []],
    ['', '99', []],
    ['', '-1', []],
    ['UPDATE t SET v = 9 WHERE id = 1', '0', ['1 I2 1', '2 I1 1', '3 I1 1']],
    ['UPDATE t SET v = 9 WHERE id = 1', '1', ['1 U2 ']],
    ['DELETE FROM t WHERE id = 2', '1', ['2 D2 ']],
    ['INSERT INTO t VALUES (4, 0); DELETE FROM t WHERE id = 4', '1', ['4 D3 2']],
    ['DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (1, 0)', '1', ['1 U3 3']],
    ['DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (1, 0)', '2', ['1 I3 3']],
    ['UPDATE t SET id = id + 10 WHERE id < 3', '1', ['1 D2 ', '2 D2 ', '11 I2 2', '12 I2 2']],
  ])('has the net changes: %s, behind %s', async (sql, after, expected) => {
    if (sql !== '') await run(sql);
    expect(await changes(after)).toEqual(expected);
  });

  it('takes its version from a variable, and joins the table by aliases', async () => {
    await run('UPDATE t SET v = 20 WHERE id = 2; DELETE FROM t WHERE id = 3');
    const sql = `DECLARE @after bigint = 1;
      SELECT CAST(ct.SYS_CHANGE_OPERATION AS nchar(1)) AS _op, ct.SYS_CHANGE_VERSION AS _version, ct.[id], t.[v]
      FROM CHANGETABLE(CHANGES [dbo].[t], @after) AS ct LEFT JOIN [dbo].[t] AS t ON t.[id] = ct.[id] ORDER BY ct.[id]`;
    expect(await rowsOf(database, sql)).toEqual([
      ['U', '2', '2', '20'],
      ['D', '3', '3', null],
    ]);
  });

  it('has its own columns and those of the key, in their order and types', async () => {
    await run(`CREATE TABLE k (a int NOT NULL, b varchar(5) NOT NULL, v int NULL, PRIMARY KEY (b, a));
      ALTER TABLE k ENABLE CHANGE_TRACKING; INSERT INTO k VALUES (1, 'x', 1)`);
    const { columns } = await run('SELECT * FROM CHANGETABLE(CHANGES k, 0) AS ct');
    expect(columns.map(({ name, type }) => `${name} ${type.kind}`)).toEqual([
      'SYS_CHANGE_VERSION bigint',
      'SYS_CHANGE_CREATION_VERSION bigint',
      'SYS_CHANGE_OPERATION nchar',
      'SYS_CHANGE_COLUMNS varbinary',
      'SYS_CHANGE_CONTEXT varbinary',
      'b varchar',
      'a int',
    ]);
    expect(
      await typesOf(database, 'SELECT SYS_CHANGE_OPERATION, a FROM CHANGETABLE(CHANGES k, 0) AS ct'),
    ).toMatchObject([
      { kind: 'nchar', length: 1 },
      { kind: 'int', nullable: false },
    ]);
    expect(await lines("SELECT o FROM CHANGETABLE(CHANGES k, 0) AS ct(v, c, o, m, x, b, a) WHERE b = 'X'")).toEqual([
      'I',
    ]);
  });

  it('keeps the first spelling of a key whose case changes', async () => {
    await run(`CREATE TABLE k (id varchar(5) NOT NULL PRIMARY KEY); ALTER TABLE k ENABLE CHANGE_TRACKING`);
    await run(`INSERT INTO k VALUES ('b'); UPDATE k SET id = 'B'`);
    expect(await changes('0', 'k')).toEqual(['b I3 2']);
  });

  it.each([
    ['SELECT * FROM CHANGETABLE(CHANGES t, 0)', 22104, 'A table returned by the CHANGETABLE function must be aliased.'],
    ['SELECT * FROM CHANGETABLE(CHANGES dbo.u, 0) AS c', 22105, "Change tracking is not enabled on table 'dbo.u'."],
    ['SELECT * FROM CHANGETABLE(CHANGES sys.objects, 0) AS c', 22107, /^Object 'sys.objects' is of a data type/],
    ['SELECT * FROM CHANGETABLE(CHANGES nowhere, 0) AS c', 208, "Invalid object name 'nowhere'."],
    ['SELECT * FROM CHANGETABLE(CHANGES t, 1.5) AS c', 102, /^Incorrect syntax/],
    ['SELECT * FROM CHANGETABLE(CHANGES t, 1 + 1) AS c', 102, /^Incorrect syntax/],
    ["DECLARE @s varchar(5) = 'x'; SELECT * FROM CHANGETABLE(CHANGES t, @s) AS c", 8114, /^Error converting/],
  ])('refuses %s', async (sql, number, message) => {
    expect(await errorOf(database, sql)).toMatchObject({ number, message: expect.stringMatching(message) });
  });

  it('needs a permission of its own', async () => {
    database.catalog.trackingDenied.add('dbo.t');
    expect(await errorOf(database, 'SELECT * FROM CHANGETABLE(CHANGES t, 0) AS c')).toMatchObject({
      number: 229,
      message: "The VIEW CHANGE TRACKING permission was denied on the object 't', database 'shop', schema 'dbo'.",
    });
    expect(await minValid()).toBeNull();
    const asked =
      "SELECT HAS_PERMS_BY_NAME('dbo.t', 'OBJECT', 'VIEW CHANGE TRACKING'), HAS_PERMS_BY_NAME('dbo.t', 'OBJECT', 'SELECT')";
    expect(await lines(asked)).toEqual(['0 1']);
  });
});

describe('what is no change of rows', () => {
  beforeEach(async () => await run('INSERT INTO t VALUES (1, 1), (2, 2)'));

  it('TRUNCATE begins the history anew at the version that is', async () => {
    await run('TRUNCATE TABLE t');
    expect([await version(), await minValid()]).toEqual(['1', '1']);
    const views = 'SELECT begin_version, min_valid_version, cleanup_version FROM sys.change_tracking_tables';
    expect(await lines(views)).toEqual(['1 1 0']);
    await run('INSERT INTO t VALUES (3, 3)');
    expect(await changes('0')).toEqual(['3 I2 2']);
  });

  it('neither do new columns and new types', async () => {
    await run('ALTER TABLE t ADD w int NOT NULL DEFAULT 7; ALTER TABLE t ALTER COLUMN v bigint NULL');
    expect(await version()).toBe('1');
    await run('UPDATE t SET w = 8 WHERE id = 1');
    expect(await changes('1')).toEqual(['1 U2 ']);
  });

  it('the cleanup raises the least valid version and takes the changes before it', async () => {
    await run('UPDATE t SET v = 3 WHERE id = 2');
    database.store.changes.clean(database.catalog.table(['t']), 1n);
    expect(await minValid()).toBe('1');
    expect(await changes('0')).toEqual(['2 U2 ']);
    const views = 'SELECT begin_version, min_valid_version, cleanup_version FROM sys.change_tracking_tables';
    expect(await lines(views)).toEqual(['0 1 1']);
  });
});

describe('switching change tracking', () => {
  it.each([
    ['ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON', 5088],
    ['ALTER DATABASE CURRENT SET CHANGE_TRACKING = OFF', 22115],
    ['ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 1 WEEKS)', 155],
    ['ALTER TABLE t ENABLE CHANGE_TRACKING', 4996],
    ['ALTER TABLE heap ENABLE CHANGE_TRACKING', 4997],
    ['ALTER TABLE u DISABLE CHANGE_TRACKING', 4998],
    ['ALTER TABLE nowhere ENABLE CHANGE_TRACKING', 4902],
  ])('refuses %s', async (sql, number) => {
    await run('CREATE TABLE heap (id int NULL)');
    expect(await errorOf(database, sql)).toMatchObject({ number });
  });

  it('refuses what needs the database to have it', async () => {
    await run('ALTER TABLE t DISABLE CHANGE_TRACKING; ALTER DATABASE CURRENT SET CHANGE_TRACKING = OFF');
    expect(await errorOf(database, 'ALTER TABLE t ENABLE CHANGE_TRACKING')).toMatchObject({
      number: 1718,
      message: "Change tracking must be enabled on database 'shop' before it can be enabled on table 't'.",
    });
    expect(await errorOf(database, 'ALTER DATABASE CURRENT SET CHANGE_TRACKING (AUTO_CLEANUP = ON)')).toMatchObject({
      number: 5089,
    });
  });

  it('is told by the catalog, with an internal table that is new every time', async () => {
    const settings = `SELECT is_auto_cleanup_on, retention_period, retention_period_units_desc
      FROM sys.change_tracking_databases WHERE database_id = DB_ID()`;
    expect(await lines(settings)).toEqual(['1 2 DAYS']);
    await run('ALTER DATABASE CURRENT SET CHANGE_TRACKING (CHANGE_RETENTION = 30 MINUTES, AUTO_CLEANUP = OFF)');
    expect(await lines(settings)).toEqual(['0 30 MINUTES']);
    const internal = `SELECT it.object_id FROM sys.internal_tables AS it
      WHERE it.parent_object_id = OBJECT_ID('t') AND it.internal_type_desc = 'CHANGE_TRACKING'`;
    const first = await onlyValue(database, internal);
    await run('TRUNCATE TABLE t');
    expect(await onlyValue(database, internal)).toBe(first);
    await run('ALTER TABLE t DISABLE CHANGE_TRACKING; ALTER TABLE t ENABLE CHANGE_TRACKING');
    expect(await onlyValue(database, internal)).not.toBe(first);
    database.catalog.internalTablesHidden = true;
    database.catalog.version++;
    expect(await rowsOf(database, internal)).toEqual([]);
  });

  it('ends with its table', async () => {
    await run('DROP TABLE t');
    expect(await lines('SELECT COUNT(*) FROM sys.change_tracking_tables')).toEqual(['0']);
    await run('CREATE TABLE t (id int NOT NULL PRIMARY KEY); ALTER TABLE t ENABLE CHANGE_TRACKING');
    await run('INSERT INTO t VALUES (1)');
    expect(await changes('0')).toEqual(['1 I1 1']);
  });
});
