import { expect, it } from '@jest/globals';
import { earlyRowsStatement, rowsSinceStatement } from '../../../../../shared/source/mssql/bound/early-rows.ts';
import { ORDERS } from './columns.ts';

const query = { ...ORDERS, schema: 'dbo', table: "It's]" };

it('rows are counted in the snapshot that tells whether anything has changed', () => {
  expect(earlyRowsStatement(query)).toEqual({
    sql:
      'SELECT CAST(CHANGE_TRACKING_CURRENT_VERSION() AS varchar(20)) AS [version],' +
      ' (SELECT CAST(begin_version AS varchar(20)) FROM sys.change_tracking_tables WHERE object_id = OBJECT_ID(@table)) AS [begin],' +
      " (SELECT COUNT_BIG(*) FROM [dbo].[It's]]]) AS [rows]",
    parameters: [{ name: 'table', kind: 'text', value: "[dbo].[It's]]]" }],
  });
});

it('rows are compared with the changes of the same snapshot', () => {
  const changes = (operation: string) =>
    `(SELECT COUNT_BIG(*) FROM CHANGETABLE(CHANGES [dbo].[It's]]], @version) AS c WHERE c.[SYS_CHANGE_OPERATION] = N'${operation}')`;
  expect(rowsSinceStatement(query, '7')).toEqual({
    sql: `SELECT (SELECT COUNT_BIG(*) FROM [dbo].[It's]]]) AS [rows], ${changes('I')} AS [inserted], ${changes('D')} AS [deleted]`,
    parameters: [{ name: 'version', kind: 'bigint', value: '7' }],
  });
});
