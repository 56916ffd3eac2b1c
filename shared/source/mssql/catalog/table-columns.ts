import type { CatalogQuery } from './catalog-query.ts';
import { typeText } from './type-text.ts';

/** One column as the catalog has it. */
export interface CatalogColumn {
  readonly name: string;
  /** Its base type as SQL writes it, such as `decimal(12,2)`, `nvarchar(50)` or `varchar(max)`. */
  readonly type: string;
  /** The name of the alias or CLR type it was declared with, when it was. */
  readonly declaredType: string | undefined;
  readonly collation: string | undefined;
  readonly isNullable: boolean;
  readonly isIdentity: boolean;
  readonly isComputed: boolean;
  /** Not among the columns of `SELECT *`: a hidden period column, or a sparse column behind a column set. */
  readonly isHidden: boolean;
}

interface ColumnRow {
  readonly name: string;
  readonly typeName: string;
  readonly declaredType: string;
  readonly maxLength: number;
  readonly precision: number;
  readonly scale: number;
  readonly collation: string | null;
  readonly isNullable: boolean;
  readonly isIdentity: boolean;
  readonly isComputed: boolean;
  readonly isSparse: boolean;
  readonly isColumnSet: boolean;
  readonly isHidden: number | null;
}

/** COLUMNPROPERTY, as sys.columns.is_hidden is unknown to SQL Server 2014. */
const COLUMNS_SQL = `
SELECT c.name AS name,
       COALESCE(b.name, t.name) AS typeName,
       t.name AS declaredType,
       c.max_length AS maxLength,
       c.[precision] AS [precision],
       c.scale AS scale,
       c.collation_name AS collation,
       c.is_nullable AS isNullable,
       c.is_identity AS isIdentity,
       c.is_computed AS isComputed,
       c.is_sparse AS isSparse,
       c.is_column_set AS isColumnSet,
       COLUMNPROPERTY(c.object_id, c.name, 'IsHidden') AS isHidden
  FROM sys.columns AS c
  JOIN sys.types AS t ON t.user_type_id = c.user_type_id
  LEFT JOIN sys.types AS b ON b.user_type_id = c.system_type_id
 WHERE c.object_id = OBJECT_ID($table)
 ORDER BY c.column_id`;

/**
 * A table's or view's columns in their order; empty when there is none of that name, or none that the user may see.
 * `table` is the quoted name.
 */
export async function tableColumns(query: CatalogQuery, table: string): Promise<CatalogColumn[]> {
  const rows = await query<ColumnRow>(COLUMNS_SQL, { table });
  const hasColumnSet = rows.some((row) => row.isColumnSet);
  return rows.map((row) => ({
    name: row.name,
    type: typeText(row.typeName, row),
    declaredType: row.declaredType === row.typeName ? undefined : row.declaredType,
    collation: row.collation ?? undefined,
    isNullable: row.isNullable,
    isIdentity: row.isIdentity,
    isComputed: row.isComputed,
    isHidden: row.isHidden === 1 || (row.isSparse && hasColumnSet),
  }));
}

/** Names of the columns that `SELECT *` gives, and of the hidden ones among `named`, in the table's order. */
export function columnNames(columns: readonly CatalogColumn[], named: readonly string[] = []): string[] {
  return columns.filter((column) => !column.isHidden || named.includes(column.name)).map((column) => column.name);
}
