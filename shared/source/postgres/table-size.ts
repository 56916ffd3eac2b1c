import type { CatalogQuery } from './catalog.ts';

/** What the server's statistics and files say of a table, its partitions and children included. */
export interface TableSize {
  /** An estimate; undefined for what has no rows of its own, such as a view, and for a table that was never analyzed. */
  readonly rows: number | undefined;
  readonly pages: number;
  /** Whether TABLESAMPLE can read it. */
  readonly canBeSampled: boolean;
}

interface SizeRow {
  readonly rows: number | null;
  readonly pages: number | null;
  readonly sampled: boolean | null;
}

/**
 * Of a table, `table` being its quoted name. As the planner does, it takes the density of the last ANALYZE and the pages
 * of now. reltuples is -1 before the first one, and 0 up to PostgreSQL 13.
 */
export async function tableSize(query: CatalogQuery, table: string): Promise<TableSize> {
  const [row] = await query<SizeRow>(
    `WITH RECURSIVE tree AS (
       SELECT to_regclass($1)::oid AS relation
       UNION
       SELECT h.inhrelid FROM tree JOIN pg_catalog.pg_inherits h ON h.inhparent = tree.relation)
     SELECT CASE WHEN bool_and(stored AND (pages = 0 OR (reltuples > 0 AND relpages > 0)))
                 THEN sum(coalesce(reltuples::float8 / nullif(relpages, 0), 0) * pages) END AS rows,
            sum(pages)::float8 AS pages, bool_and(stored) AS sampled
       FROM (SELECT c.reltuples, c.relpages, c.relkind IN ('r', 'm') AS stored,
                    pg_relation_size(c.oid) / current_setting('block_size')::int8 AS pages
               FROM tree
               JOIN pg_catalog.pg_class c ON c.oid = tree.relation
              WHERE c.relkind NOT IN ('p', 'I')) AS leaves`,
    [table],
  );
  const rows = row?.rows ?? undefined;
  return {
    rows: rows === undefined ? undefined : Math.round(rows),
    pages: row?.pages ?? 0,
    canBeSampled: row?.sampled ?? false,
  };
}
