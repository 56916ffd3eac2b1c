import type { CatalogQuery } from './catalog-query.ts';
import { type SizeRow, sizeOf, type TableSize, unlessNotForUs } from './size-rows.ts';

interface SizeOfTableRow extends SizeRow {
  readonly objectId: number;
}

const BY_STATISTICS_SQL = `
SELECT s.object_id AS objectId,
       CAST(SUM(s.row_count) AS varchar(20)) AS [rowCount],
       CAST(SUM(s.used_page_count) AS varchar(20)) AS pageCount
  FROM sys.dm_db_partition_stats AS s
 WHERE s.index_id IN (0, 1)
 GROUP BY s.object_id`;

/** UNION ALL rather than OR: each half is an equality, which the server can hash for tens of thousands of tables. */
const BY_PARTITIONS_SQL = `
SELECT r.object_id AS objectId,
       CAST(r.[rowCount] AS varchar(20)) AS [rowCount],
       CAST(u.pageCount AS varchar(20)) AS pageCount
  FROM (SELECT p.object_id, SUM(p.rows) AS [rowCount]
          FROM sys.partitions AS p
         WHERE p.index_id IN (0, 1)
         GROUP BY p.object_id) AS r
  LEFT JOIN (SELECT a.object_id, SUM(a.used_pages) AS pageCount
               FROM (SELECT o.object_id, i.used_pages
                       FROM sys.partitions AS o
                       JOIN sys.allocation_units AS i ON i.container_id = o.hobt_id
                      WHERE i.type IN (1, 3) AND o.index_id IN (0, 1)
                      UNION ALL
                     SELECT o.object_id, l.used_pages
                       FROM sys.partitions AS o
                       JOIN sys.allocation_units AS l ON l.container_id = o.partition_id
                      WHERE l.type = 2 AND o.index_id IN (0, 1)) AS a
              GROUP BY a.object_id) AS u ON u.object_id = r.object_id`;

/** Sizes by object id, as `tableSize` has them, of all tables and indexed views at once. */
export type TableSizes = ReadonlyMap<number, TableSize>;

/** Undefined to whom the statistics are not shown, which want VIEW DATABASE (PERFORMANCE) STATE. */
export async function sizesByStatistics(query: CatalogQuery): Promise<TableSizes | undefined> {
  return await sizesBy(query, BY_STATISTICS_SQL);
}

/** What everybody may ask for. */
export async function sizesByPartitions(query: CatalogQuery): Promise<TableSizes | undefined> {
  return await sizesBy(query, BY_PARTITIONS_SQL);
}

async function sizesBy(query: CatalogQuery, sql: string): Promise<TableSizes | undefined> {
  const rows = await unlessNotForUs(async () => await query<SizeOfTableRow>(sql, {}));
  return rows && new Map(rows.flatMap((row) => sizeEntry(row)));
}

function sizeEntry(row: SizeOfTableRow): [number, TableSize][] {
  const size = sizeOf(row);
  return size === undefined ? [] : [[row.objectId, size]];
}
