import { describe, expect, it } from '@jest/globals';
import { listedTables } from '../../../../../shared/source/mssql/catalog.ts';
import { answering } from './answering.ts';

const SQL = `
SELECT o.object_id AS objectId,
       s.name AS [schema],
       o.name AS name,
       CASE o.type WHEN 'V' THEN 'view' ELSE 'table' END AS kind,
       CAST(CASE WHEN c.object_id IS NULL THEN 0 ELSE 1 END AS bit) AS changeTracking,
       HAS_PERMS_BY_NAME(QUOTENAME(s.name) + N'.' + QUOTENAME(o.name), N'OBJECT', N'SELECT') AS selectPermission
  FROM sys.objects AS o
  JOIN sys.schemas AS s ON s.schema_id = o.schema_id
  LEFT JOIN sys.change_tracking_tables AS c ON c.object_id = o.object_id
 WHERE o.type IN ('U', 'V')
   AND o.is_ms_shipped = 0
   AND NOT EXISTS (SELECT 1
                     FROM sys.extended_properties AS p
                    WHERE p.class = 1
                      AND p.major_id = o.object_id
                      AND p.minor_id = 0
                      AND p.name = N'microsoft_database_tools_support')
 ORDER BY s.name, o.name`;

const ORDERS = { objectId: 7, schema: 'dbo', name: 'orders', kind: 'table', changeTracking: true } as const;

describe('the tables of a database', () => {
  it('are asked for by one query', async () => {
    const { query, asked } = answering([{ ...ORDERS, selectPermission: 1 }]);
    expect(await listedTables(query)).toEqual([{ ...ORDERS, isReadable: true }]);
    expect(asked).toEqual([{ sql: SQL, bind: {} }]);
  });

  it.each([
    [1, true],
    [0, false],
    [null, true],
  ])('with the permission %p are readable: %p', async (selectPermission, isReadable) => {
    const [table] = await listedTables(answering([{ ...ORDERS, selectPermission }]).query);
    expect(table).toMatchObject({ name: 'orders', isReadable });
  });
});
