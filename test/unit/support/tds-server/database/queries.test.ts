import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SqlDatabase } from '../../../../support/tds-server/database/sql-database.ts';
import { linesOf, onlyValue, openDatabase, rowsOf, typesOf } from './sql-rig.ts';

let database: SqlDatabase;

beforeAll(async () => {
  database = openDatabase();
  await database.run(`
    CREATE SCHEMA sales;
    CREATE TABLE sales.[Order Details] ([Order ID] int NOT NULL, [Line]]No] int NOT NULL, Name nvarchar(20) NULL,
      Price decimal(10,2) NULL, PRIMARY KEY ([Order ID], [Line]]No]));
    INSERT INTO sales.[Order Details] VALUES (2, 1, N'z', 1), (1, 2, N'Y', 10.5), (1, 1, N'x', 9.75), (3, 1, NULL, NULL);
    CREATE TABLE dbo.dense (id int NOT NULL PRIMARY KEY, c char(5) NULL);
    INSERT INTO dense VALUES (1, 'ab'), (2, 'AB'), (3, 'b');`);
});

afterAll(() => database.close());

const rows = async (sql: string) => await rowsOf(database, sql);

describe('a query', () => {
  it.each([
    ['names in brackets', 'SELECT [Order ID], d.[Line]]No] FROM [shop].[sales].[Order Details] AS d', 4],
    ['names in double quotes', 'SELECT "Order ID" FROM "sales"."Order Details" WITH (NOLOCK)', 4],
    ['TOP', 'SELECT TOP (2) * FROM sales.[Order Details] ORDER BY [Order ID] DESC', 2],
    ['TOP PERCENT', 'SELECT TOP 50 PERCENT * FROM sales.[Order Details] ORDER BY 1', 2],
    ['OFFSET and FETCH', 'SELECT * FROM dense ORDER BY id OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY', 1],
    ['a text compared without case', "SELECT * FROM dense WHERE c = 'AB'", 2],
    ['a padded text', "SELECT * FROM dense WHERE c = 'ab       '", 2],
    ['a collation', "SELECT * FROM dense WHERE c COLLATE Latin1_General_BIN2 = 'AB'", 1],
    ['a decimal against a text', "SELECT * FROM sales.[Order Details] WHERE Price > '9.8'", 1],
    ['a decimal against a float', 'SELECT * FROM sales.[Order Details] WHERE Price > 9e0', 2],
    ['LIKE with classes', "SELECT * FROM dense WHERE c LIKE '[a-b]%' AND c NOT LIKE '_b%'", 1],
    [
      'IN with a query',
      'SELECT * FROM dense WHERE id IN (SELECT [Order ID] FROM sales.[Order Details] WHERE Price > 5)',
      1,
    ],
    ['NOT IN with a NULL', 'SELECT * FROM dense WHERE id NOT IN (SELECT NULL)', 0],
    ['EXISTS', 'SELECT * FROM dense AS a WHERE EXISTS (SELECT 1 FROM dense WHERE id = a.id + 1)', 2],
    ['an outer join', 'SELECT * FROM dense a LEFT OUTER JOIN dense b ON b.id = a.id + 1 WHERE b.id IS NULL', 1],
    ['EXCEPT', 'SELECT id FROM dense EXCEPT SELECT 2', 2],
    ['VALUES', "SELECT v.a FROM (VALUES (1, N'x'), (2, N'y')) AS v(a, b) WHERE v.b <> N'x'", 1],
    [
      'a recursive common table',
      'WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n',
      5,
    ],
    ['OPTION', 'SELECT * FROM dense OPTION (MAXDOP 1, RECOMPILE)', 3],
  ])('understands %s', async (_, sql, count) => {
    expect(await rows(sql)).toHaveLength(count);
  });

  it('comes in the order of the primary key without ORDER BY', async () => {
    const keys = await linesOf(database, 'SELECT [Order ID], [Line]]No] FROM sales.[Order Details]');
    expect(keys).toEqual(['1 1', '1 2', '2 1', '3 1']);
  });

  it('keeps the names of columns, of duplicates and of none', async () => {
    const { columns } = await database.run('SELECT ID, id AS [a b], id + 1, x = id, id FROM dense');
    expect(columns.map(({ name }) => name)).toEqual(['id', 'a b', '', 'x', 'id']);
  });

  it('runs variables, IF and several statements', async () => {
    const sql = `DECLARE @n int = 2, @t nvarchar(10); SET @t = N'b'; SELECT @n = MAX(id) FROM dense;
      IF @n > 2 AND @t = 'B' SELECT @n * 2 AS twice ELSE SELECT 0`;
    expect(await rows(sql)).toEqual([['6']]);
  });

  it('reads views by what they select', async () => {
    await database.run('CREATE VIEW sales.prices AS SELECT Name, Price * 2 AS twice FROM sales.[Order Details]');
    expect(await rows("SELECT twice FROM sales.prices WHERE Name = N'y'")).toEqual([['21.00']]);
  });
});

describe('types of results', () => {
  it.each([
    ['id', { kind: 'int', nullable: false }],
    ['COUNT(*)', { kind: 'int' }],
    ['COUNT_BIG(*)', { kind: 'bigint' }],
    ['SUM(id)', { kind: 'int' }],
    ['MAX(c)', { kind: 'char', length: 5 }],
    ["N'abc'", { kind: 'nvarchar', length: 3 }],
    ['12.50', { kind: 'numeric', precision: 4, scale: 2 }],
    ['3000000000', { kind: 'numeric', precision: 10, scale: 0 }],
    ['CONVERT(decimal(20,5), 1)', { kind: 'decimal', precision: 20, scale: 5 }],
    ['CAST(1 AS datetime2)', { kind: 'datetime2', scale: 7 }],
    ['ISNULL(NULL, 0x01)', { kind: 'varbinary' }],
    ['CASE WHEN 1 = 1 THEN 1 ELSE 2.5 END', { kind: 'numeric', precision: 11, scale: 1 }],
    ['1e0 + 1', { kind: 'float' }],
    ["'a' + N'b'", { kind: 'nvarchar', length: 2 }],
    ['GETUTCDATE()', { kind: 'datetime' }],
    ['NEWID()', { kind: 'uniqueidentifier' }],
    ["OBJECT_ID('dense')", { kind: 'int' }],
  ])('%s', async (value, type) => {
    const group = /COUNT|SUM|MAX/.test(value) ? '' : ' WHERE 1 = 0';
    expect((await typesOf(database, `SELECT ${value} AS v FROM dense${group}`))[0]).toMatchObject(type);
  });
});

describe('values', () => {
  it.each([
    ['7 / 2', '3'],
    ['-7 % 3', '-1'],
    ['7 / 2.0', '3.500000'],
    ['1.10 + 2.205', '3.305'],
    ['0.1 * 0.1', '0.01'],
    ['CAST(99999999999999999999999999999999999999 AS decimal(38,0)) - 1', '99999999999999999999999999999999999998'],
    ["LEN(N'ab  ')", '2'],
    ["SUBSTRING('abcdef', 2, 3)", 'bcd'],
    ["RIGHT('abcdef', 2)", 'ef'],
    ["CHARINDEX('C', 'abc')", '3'],
    ["COALESCE(NULL, NULL, 'x')", 'x'],
    ['NULLIF(1, 1)', null],
    ["QUOTENAME('a]b')", '[a]]b]'],
    ["DATEADD(month, 1, CAST('2024-01-31' AS date))", '2024-02-29'],
    ["DATEDIFF(day, '2023-12-31T23:59:59', '2024-01-01')", '1'],
    ["CAST('2024-01-01T00:00:00.1239999' AS datetime2(3))", '2024-01-01 00:00:00.124'],
    ["CAST('2024-12-31T23:59:59.999' AS datetime)", '2025-01-01 00:00:00.000'],
    ["CONVERT(varchar(30), CAST('2024-01-02 03:04:05.6' AS datetime2(1)), 126)", '2024-01-02T03:04:05.6'],
    ["CONVERT(varchar(8), CAST('2024-01-02' AS date), 112)", '20240102'],
    ["CAST(CAST('2024-01-02 15:04' AS datetime) AS varchar(30))", 'Jan  2 2024  3:04PM'],
    ["CAST('1999-12-31 23:00:00 -02:00' AS datetimeoffset(0))", '1999-12-31 23:00:00 -02:00'],
    ['CAST(258 AS binary(4))', '00000102'],
    ['CAST(0x0102 AS int)', '258'],
    ['CONVERT(varchar(10), 0xAB01, 1)', '0xAB01'],
    [
      "CAST(CAST('886b623e-2f82-7f4b-1c77-ace098f1d39a' AS uniqueidentifier) AS varchar(36))",
      '886B623E-2F82-7F4B-1C77-ACE098F1D39A',
    ],
    [
      "CAST(CAST('886b623e-2f82-7f4b-1c77-ace098f1d39a' AS uniqueidentifier) AS binary(16))",
      '3e626b88822f4b7f1c77ace098f1d39a',
    ],
    ["TRY_CAST('x' AS int)", null],
    ["CAST(SERVERPROPERTY('productversion') AS nvarchar(20))", '16.0.4105.2'],
    ['DB_NAME()', 'shop'],
    ["SCHEMA_NAME(SCHEMA_ID(N'sales'))", 'sales'],
    ["OBJECT_NAME(OBJECT_ID(N'[sales].[Order Details]'))", 'Order Details'],
    ['ROUND(12.345, 2)', '12.350'],
    ["IIF(1 = 2, 'a', 'b')", 'b'],
  ])('%s is %s', async (sql, value) => {
    expect(await onlyValue(database, `SELECT ${sql}`)).toBe(value);
  });
});
