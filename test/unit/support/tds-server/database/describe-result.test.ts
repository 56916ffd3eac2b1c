import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SqlDatabase } from '../../../../support/tds-server/database/sql-database.ts';
import { errorOf, linesOf, openDatabase } from './sql-rig.ts';

let database: SqlDatabase;

beforeAll(async () => {
  database = openDatabase();
  await database.run(
    `CREATE TABLE t (a decimal(12, 2) NOT NULL, b nvarchar(50) NULL, c varchar(max) COLLATE Latin1_General_BIN2,
       d datetime2(3), e rowversion NULL, f float, g hierarchyid)`,
  );
});
afterAll(() => database.close());

const described = async (sql: string, columns: string): Promise<string[]> =>
  await linesOf(
    database,
    `DECLARE @sql nvarchar(max) = N'${sql.replaceAll("'", "''")}';
     SELECT ${columns} FROM sys.dm_exec_describe_first_result_set(@sql, NULL, 0) AS d ORDER BY d.column_ordinal`,
  );

describe('sys.dm_exec_describe_first_result_set', () => {
  it('tells the columns of a query that it does not run', async () => {
    const columns = 'd.column_ordinal, d.name, d.system_type_name, d.is_nullable, d.collation_name';
    expect(await described('SELECT TOP (1) t.*, 1 AS n FROM t', columns)).toEqual([
      '1 a decimal(12,2) 0 ',
      '2 b nvarchar(50) 1 SQL_Latin1_General_CP1_CI_AS',
      '3 c varchar(max) 1 Latin1_General_BIN2',
      '4 d datetime2(3) 1 ',
      '5 e timestamp 1 ',
      '6 f float 1 ',
      '7 g  1 ',
      '8 n int 0 ',
    ]);
  });

  it('tells of an error in a row of its own', async () => {
    const columns = 'd.column_ordinal, d.name, d.error_number, d.error_severity, d.error_state, d.error_message';
    expect(await described("SELECT 'x' AS a FROM nothing", columns)).toEqual([
      "0  208 16 1 Invalid object name 'nothing'.",
    ]);
    expect(await described('SELECT FROM', 'd.error_number')).toEqual(['156']);
    expect(await described('PRINT 1', 'd.name')).toEqual([]);
  });

  it('takes a literal too, and is the only function of its kind', async () => {
    const sql = "SELECT d.name FROM sys.dm_exec_describe_first_result_set(N'SELECT a FROM t', NULL, 0) AS d";
    expect(await linesOf(database, sql)).toEqual(['a']);
    expect(await errorOf(database, 'SELECT * FROM sys.fn_helpcollations()')).toMatchObject({ number: 208 });
  });
});
