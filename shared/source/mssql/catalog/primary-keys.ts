import type { CatalogQuery } from './catalog-query.ts';

interface KeyColumnRow {
  readonly objectId: number;
  readonly name: string;
}

/** A row for each column: STRING_AGG is unknown to SQL Server 2014 and 2016. */
const PRIMARY_KEYS_SQL = `
SELECT i.object_id AS objectId,
       c.name AS name
  FROM sys.indexes AS i
  JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
  JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
 WHERE i.is_primary_key = 1
   AND i.is_disabled = 0
   AND k.key_ordinal > 0
 ORDER BY i.object_id, k.key_ordinal`;

/** The columns of the primary keys of all tables that have one, in the order of their indexes, by object id. */
export async function primaryKeys(query: CatalogQuery): Promise<ReadonlyMap<number, readonly string[]>> {
  const rows = await query<KeyColumnRow>(PRIMARY_KEYS_SQL, {});
  const byTable = Map.groupBy(rows, ({ objectId }) => objectId);
  return new Map([...byTable].map(([objectId, columns]) => [objectId, columns.map(({ name }) => name)]));
}
