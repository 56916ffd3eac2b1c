import type { CatalogQuery } from '../catalog.ts';

/**
 * Common table expressions behind one named `roots` (oid, relkind) that give `sizes` (root, rows, bytes): those of the
 * root, its partitions and its children; nothing for a view.
 *
 * Rows are the planner's estimate: the density of the last ANALYZE and the pages of now. Bytes have no index; both are
 * null where one of the relations has none to tell, as one that was never analyzed (reltuples -1, and up to PostgreSQL 13
 * no relpages) or a foreign table, which has rows by its own ANALYZE at the most.
 *
 * The size functions wait for whoever has a table for himself, as ALTER TABLE and VACUUM FULL have: of such a table, its
 * TOAST table or an index of either the pages of the last ANALYZE or VACUUM are taken instead.
 */
export const RELATION_SIZES = `
     tree AS (
       SELECT oid AS root, oid AS relation FROM roots WHERE relkind <> 'v'
       UNION
       SELECT tree.root, h.inhrelid FROM tree JOIN pg_catalog.pg_inherits h ON h.inhparent = tree.relation),
     held AS (
       SELECT coalesce(i.indrelid, l.relation) AS relation
         FROM pg_catalog.pg_locks l
         LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = l.relation
        WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
          AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())),
     relations AS (
       SELECT t.root, c.oid, c.relkind, c.reltuples::float8 AS tuples, c.relpages, x.relpages AS toast_pages,
              current_setting('block_size')::int8 AS block_size,
              c.oid IN (SELECT relation FROM held) OR c.reltoastrelid IN (SELECT relation FROM held) AS is_held
         FROM tree t
         JOIN pg_catalog.pg_class c ON c.oid = t.relation
         LEFT JOIN pg_catalog.pg_class x ON x.oid = c.reltoastrelid),
     leaves AS (
       SELECT root, relkind, tuples, relpages,
              CASE WHEN relkind = 'f' THEN NULL WHEN is_held THEN nullif(relpages, 0)
                   ELSE pg_relation_size(oid) / block_size END AS pages,
              CASE WHEN relkind = 'f' THEN NULL WHEN is_held THEN (nullif(relpages, 0) + coalesce(toast_pages, 0)) * block_size
                   ELSE pg_table_size(oid) END AS bytes
         FROM relations
        WHERE relkind <> 'p'),
     sizes AS (
       SELECT r.oid AS root,
              CASE WHEN count(l.root) = count(l.rows) THEN coalesce(round(sum(l.rows)), 0) END AS rows,
              CASE WHEN count(l.root) = count(l.bytes) THEN coalesce(sum(l.bytes)::float8, 0) END AS bytes
         FROM roots r
         LEFT JOIN (SELECT root, bytes,
                           CASE WHEN relkind = 'f' THEN nullif(greatest(tuples, 0), 0)
                                WHEN pages = 0 THEN 0
                                WHEN relpages > 0 AND tuples >= 0 THEN tuples / relpages * pages END AS rows
                      FROM leaves) AS l ON l.root = r.oid
        WHERE r.relkind <> 'v'
        GROUP BY r.oid)`;

export interface RelationSize {
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
}

/** Of a table, `table` being its quoted name; nothing is known of a view or of what is not there. */
export async function relationSize(query: CatalogQuery, table: string): Promise<RelationSize> {
  const [row] = await query<{ rows: number | null; bytes: number | null }>(
    `WITH RECURSIVE roots AS (
       SELECT c.oid, c.relkind
         FROM pg_catalog.pg_class c
        WHERE c.oid = to_regclass($1) AND c.relkind IN ('r', 'p', 'm', 'v', 'f')),
     ${RELATION_SIZES}
     SELECT rows, bytes FROM sizes`,
    [table],
  );
  return { rows: row?.rows ?? undefined, bytes: row?.bytes ?? undefined };
}
