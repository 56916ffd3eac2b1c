import type { CatalogQuery } from './catalog-query.ts';

interface KeyColumnRow {
  readonly indexId: number;
  readonly isPrimaryKey: boolean;
  readonly name: string;
  readonly maxLength: number;
  readonly isNullable: boolean;
  readonly isComputed: boolean;
  /** Null for a column that is not computed. */
  readonly isPersisted: boolean | null;
}

const UNIQUE_INDEXES_SQL = `
SELECT i.index_id AS indexId,
       i.is_primary_key AS isPrimaryKey,
       c.name AS name,
       c.max_length AS maxLength,
       c.is_nullable AS isNullable,
       c.is_computed AS isComputed,
       p.is_persisted AS isPersisted
  FROM sys.indexes AS i
  JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
  JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
  LEFT JOIN sys.computed_columns AS p ON p.object_id = c.object_id AND p.column_id = c.column_id
 WHERE i.object_id = OBJECT_ID($table)
   AND i.is_unique = 1
   AND i.is_disabled = 0
   AND i.is_hypothetical = 0
   AND i.has_filter = 0
   AND k.key_ordinal > 0
 ORDER BY i.index_id, k.key_ordinal`;

/**
 * The primary key in the order of its index, or else the columns of the narrowest unique index over columns that are
 * never null, of a table or an indexed view. Disabled and filtered indexes are no keys, nor are computed columns that
 * are not persisted. `table` is the quoted name.
 */
export async function primaryKey(query: CatalogQuery, table: string): Promise<string[]> {
  const rows = await query<KeyColumnRow>(UNIQUE_INDEXES_SQL, { table });
  const indexes = [...Map.groupBy(rows, (row) => row.indexId).values()];
  const keys = indexes.filter((columns) => columns[0]!.isPrimaryKey || columns.every(isNeverNull));
  const best = keys.toSorted(byPreference)[0] ?? [];
  return best.map((column) => column.name);
}

function isNeverNull(column: KeyColumnRow): boolean {
  return !column.isNullable && (!column.isComputed || column.isPersisted === true);
}

/** The primary key first, then fewer columns, then fewer bytes, then the older index; 1 is the clustered one. */
function byPreference(a: readonly KeyColumnRow[], b: readonly KeyColumnRow[]): number {
  return (
    Number(b[0]!.isPrimaryKey) - Number(a[0]!.isPrimaryKey) ||
    a.length - b.length ||
    keyBytes(a) - keyBytes(b) ||
    a[0]!.indexId - b[0]!.indexId
  );
}

function keyBytes(columns: readonly KeyColumnRow[]): number {
  return columns.reduce((sum, column) => sum + column.maxLength, 0);
}
