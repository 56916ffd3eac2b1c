import { serverErrors } from '../server-errors.ts';
import type { CatalogQuery } from './catalog-query.ts';

/** As the server's own statistics have it: an estimate, near the truth. */
export interface TableSize {
  readonly rows: number;
  /** Of the table itself, with its large values and without its other indexes; undefined when the user may not see it. */
  readonly bytes: number | undefined;
}

interface SizeRow {
  /** Null for what has no rows of its own, such as a view. */
  readonly rowCount: string | null;
  readonly pageCount: string | null;
}

const PAGE_BYTES = 8_192;

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

/** A permission or a view is missing. sys.dm_db_partition_stats wants VIEW DATABASE (PERFORMANCE) STATE. */
const NOT_FOR_US = new Set([208, 229, 230, 262, 297, 300, 371]);

/**
 * Rows and bytes of a table or an indexed view; undefined when the user may not see them, or it has none of its own.
 * `table` is the quoted name.
 */
export async function tableSize(query: CatalogQuery, table: string): Promise<TableSize | undefined> {
  return (await sizeBy(query, BY_STATISTICS_SQL, table)) ?? (await sizeBy(query, BY_PARTITIONS_SQL, table));
}

async function sizeBy(query: CatalogQuery, sql: string, table: string): Promise<TableSize | undefined> {
  try {
    const [row] = await query<SizeRow>(sql, { table });
    if (row === undefined || row.rowCount === null) return undefined;
    const bytes = row.pageCount === null ? undefined : Number(row.pageCount) * PAGE_BYTES;
    return { rows: Number(row.rowCount), bytes };
  } catch (thrown) {
    if (serverErrors(thrown).some((error) => NOT_FOR_US.has(error.number))) return undefined;
    throw thrown;
  }
}
