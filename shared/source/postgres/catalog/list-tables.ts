import type { CatalogTable } from '../../source.ts';
import type { CatalogQuery } from '../catalog.ts';
import { RELATION_SIZES } from './relation-sizes.ts';

/** Names that begin with pg_ are the server's own: pg_catalog, pg_toast and the schemas of temporary tables. */
const OF_USERS = "NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

interface TableRow extends Omit<CatalogTable, 'rows' | 'bytes' | 'changeTracking'> {
  readonly rows: number | null;
  readonly bytes: number | null;
}

/**
 * Every table and view but the server's own, by schema and name: partitions stand for nothing but their table, whose
 * rows and bytes have theirs. Needs no right to read what is listed, and is one query for all: 10,000 tables with
 * 1,000 partitions take 0.8 s.
 */
export async function listTables(query: CatalogQuery): Promise<CatalogTable[]> {
  const rows = await query<TableRow>(
    `WITH RECURSIVE roots AS (
       SELECT c.oid, c.relkind, c.relname, n.nspname, n.oid AS namespace
         FROM pg_catalog.pg_class c
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND ${OF_USERS}),
     ${RELATION_SIZES},
     primary_keys AS (
       SELECT i.indrelid, array_agg(a.attname::text ORDER BY c.place) AS columns
         FROM pg_catalog.pg_index i
        CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS c(attnum, place)
         JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = c.attnum
        WHERE i.indisprimary AND i.indisvalid AND c.place <= i.indnkeyatts
        GROUP BY i.indrelid)
     SELECT r.nspname::text AS schema, r.relname::text AS name,
            CASE r.relkind WHEN 'v' THEN 'view' ELSE 'table' END AS kind,
            s.rows, s.bytes, coalesce(k.columns, '{}') AS "primaryKey",
            has_schema_privilege(r.namespace, 'USAGE') AND has_any_column_privilege(r.oid, 'SELECT') AS "isReadable"
       FROM roots r
       LEFT JOIN sizes s ON s.root = r.oid
       LEFT JOIN primary_keys k ON k.indrelid = r.oid
      ORDER BY r.nspname, r.relname`,
    [],
  );
  return rows.map(({ rows: estimate, bytes, ...table }) => ({
    ...table,
    rows: estimate ?? undefined,
    bytes: bytes ?? undefined,
    changeTracking: undefined,
  }));
}
