import type { CatalogQuery } from './catalog-query.ts';
import { type SizeRow, sizeOf, type TableSize, unlessNotForUs } from './size-rows.ts';

/** 0 is the heap and 1 the clustered index: one of them is the table. */
const BY_STATISTICS_SQL = `
SELECT CAST(SUM(s.row_count) AS varchar(20)) AS [rowCount],
       CAST(SUM(s.used_page_count) AS varchar(20)) AS pageCount
  FROM sys.dm_db_partition_stats AS s
 WHERE s.object_id = OBJECT_ID($table) AND s.index_id IN (0, 1)`;

/** Pages of types 1 (in row) and 3 (overflow) belong to a partition's hobt_id, those of type 2 (large values) to its id. */
const BY_PARTITIONS_SQL = `
SELECT CAST(SUM(p.rows) AS varchar(20)) AS [rowCount],
       CAST((SELECT SUM(a.used_pages)
               FROM sys.partitions AS o
               JOIN sys.allocation_units AS a
                 ON (a.type IN (1, 3) AND a.container_id = o.hobt_id)
                 OR (a.type = 2 AND a.container_id = o.partition_id)
              WHERE o.object_id = OBJECT_ID($table) AND o.index_id IN (0, 1)) AS varchar(20)) AS pageCount
  FROM sys.partitions AS p
 WHERE p.object_id = OBJECT_ID($table) AND p.index_id IN (0, 1)`;

/**
 * Rows and bytes of a table or an indexed view; undefined when the user may not see them, or it has none of its own.
 * `table` is the quoted name.
 */
export async function tableSize(query: CatalogQuery, table: string): Promise<TableSize | undefined> {
  return (await sizeBy(query, BY_STATISTICS_SQL, table)) ?? (await sizeBy(query, BY_PARTITIONS_SQL, table));
}

async function sizeBy(query: CatalogQuery, sql: string, table: string): Promise<TableSize | undefined> {
  const rows = await unlessNotForUs(async () => await query<SizeRow>(sql, { table }));
  return rows?.[0] && sizeOf(rows[0]);
}
