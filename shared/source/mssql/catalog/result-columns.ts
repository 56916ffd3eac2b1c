import type { DescribedColumn } from '../key/key-columns.ts';
import type { CatalogQuery } from './catalog-query.ts';

interface ResultColumnRow {
  readonly name: string | null;
  readonly type: string | null;
  readonly collation: string | null;
  readonly isNullable: boolean;
  readonly errorNumber: number | null;
}

/** Compiles the query and runs nothing. In place of an error it gives a row that tells of it. */
const RESULT_COLUMNS_SQL = `
SELECT d.name AS name,
       d.system_type_name AS type,
       d.collation_name AS collation,
       d.is_nullable AS isNullable,
       d.error_number AS errorNumber
  FROM sys.dm_exec_describe_first_result_set($sql, NULL, 0) AS d
 ORDER BY d.column_ordinal`;

/** The columns that a query gives, in their order; undefined when the server cannot compile or describe it. */
export async function resultColumns(query: CatalogQuery, sql: string): Promise<DescribedColumn[] | undefined> {
  const rows = await query<ResultColumnRow>(RESULT_COLUMNS_SQL, { sql });
  if (rows.length === 0 || rows.some(({ errorNumber }) => errorNumber !== null)) return undefined;
  return rows.map(({ name, type, collation, isNullable }) => ({
    name: name ?? '',
    // CLR types have no system type's name, and the older name of rowversion is no time.
    type: type === 'timestamp' ? 'rowversion' : (type ?? 'CLR type'),
    collation: collation ?? undefined,
    isNullable,
  }));
}
