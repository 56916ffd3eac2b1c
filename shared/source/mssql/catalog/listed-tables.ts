import type { CatalogQuery } from './catalog-query.ts';

/** A table or a view as sys.objects has it. */
export interface ListedTable {
  readonly objectId: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly changeTracking: boolean;
  readonly isReadable: boolean;
}

interface ListedTableRow extends Omit<ListedTable, 'isReadable'> {
  readonly selectPermission: number | null;
}

/** Tables of the server itself are shipped, such as those of change data capture; those of its tools say so of themselves. */
const TABLES_SQL = `
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

const DENIED = 0;

/**
 * Every table and view that the user may see, by schema and name. sys.change_tracking_tables shows its row to whom it
 * shows the table: reading the changes takes VIEW CHANGE TRACKING, knowing of them does not. A permission that the server
 * cannot tell counts as given, since reading tells better; one for some of the columns alone counts as none.
 * @see https://learn.microsoft.com/sql/t-sql/functions/has-perms-by-name-transact-sql
 */
export async function listedTables(query: CatalogQuery): Promise<ListedTable[]> {
  const rows = await query<ListedTableRow>(TABLES_SQL, {});
  return rows.map(({ selectPermission, ...table }) => ({ ...table, isReadable: selectPermission !== DENIED }));
}
