import type { CatalogQuery } from './catalog-query.ts';

/** An index that has all rows of a table in an order. */
export interface OrderedIndex {
  readonly isClustered: boolean;
  /** The columns of its key, in its order. */
  readonly key: readonly { readonly name: string; readonly isDescending: boolean }[];
  /** Names of all columns that it has, its key and those that it includes. */
  readonly columns: readonly string[];
  /** The column that tells in which partition a row lies; undefined when there is one partition for all. */
  readonly partitionColumn: string | undefined;
}

interface IndexColumnRow {
  readonly indexId: number;
  readonly indexType: number;
  readonly name: string;
  readonly keyOrdinal: number;
  readonly partitionOrdinal: number;
  readonly isDescending: boolean;
}

/**
 * Of tables alone: the server need not look into the index of a view that a query names. Types 1 (clustered) and 2
 * (nonclustered) are in an order, columnstores and hash indexes are not.
 */
const INDEXES_SQL = `
SELECT i.index_id AS indexId,
       i.type AS indexType,
       c.name AS name,
       k.key_ordinal AS keyOrdinal,
       k.partition_ordinal AS partitionOrdinal,
       k.is_descending_key AS isDescending
  FROM sys.indexes AS i
  JOIN sys.tables AS t ON t.object_id = i.object_id
  JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
  JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
 WHERE i.object_id = OBJECT_ID($table)
   AND i.type IN (1, 2)
   AND i.is_disabled = 0
   AND i.is_hypothetical = 0
   AND i.has_filter = 0
 ORDER BY i.index_id, k.key_ordinal, k.index_column_id`;

const CLUSTERED = 1;

/** `table` is the quoted name. */
export async function orderedIndexes(query: CatalogQuery, table: string): Promise<OrderedIndex[]> {
  const rows = await query<IndexColumnRow>(INDEXES_SQL, { table });
  return [...Map.groupBy(rows, ({ indexId }) => indexId).values()].map((columns) => ({
    isClustered: columns[0]!.indexType === CLUSTERED,
    key: columns.filter(({ keyOrdinal }) => keyOrdinal > 0).map(({ name, isDescending }) => ({ name, isDescending })),
    columns: columns.map(({ name }) => name),
    partitionColumn: columns.find(({ partitionOrdinal }) => partitionOrdinal > 0)?.name,
  }));
}
