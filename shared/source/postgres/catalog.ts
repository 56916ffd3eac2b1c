/** Runs a catalog query and gives its rows as objects. */
export type CatalogQuery = <Row extends object>(sql: string, bind: readonly unknown[]) => Promise<Row[]>;

/** Names of a table's columns in their order; empty when there is no such table. `table` is quoted SQL. */
export async function columnNames(query: CatalogQuery, table: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `SELECT attname::text AS name
       FROM pg_catalog.pg_attribute
      WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
      ORDER BY attnum`,
    [table],
  );
  return rows.map((row) => row.name);
}

/** Columns that are unique together and never null, in the order of their index. */
export interface UniqueKey {
  readonly columns: readonly string[];
  /**
   * False when ORDER BY and the index may disagree on which keys are equal, when the columns are not all readable or
   * NOT NULL is not validated, and for a parent whose children's rows are not in the index.
   */
  readonly ordersRows: boolean;
}

/** The oid of the access method btree, whose default operators ORDER BY goes by. */
const BTREE_OID = 403;

/**
 * The table's primary key, then its other unique indexes over columns that are never null, the narrowest first.
 * Partial indexes and indexes over expressions are no keys.
 */
export async function uniqueKeys(query: CatalogQuery, table: string): Promise<UniqueKey[]> {
  return await query<UniqueKey>(
    `SELECT array_agg(a.attname::text ORDER BY c.place) AS columns,
            bool_and(o.opcmethod = ${BTREE_OID} AND o.opcdefault AND c.coll = a.attcollation
                     AND has_column_privilege(i.indrelid, a.attnum, 'SELECT')
                     AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint n
                                      WHERE n.conrelid = i.indrelid AND n.contype = 'n' AND NOT n.convalidated
                                        AND a.attnum = ANY (n.conkey)))
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_class r JOIN pg_catalog.pg_inherits h ON h.inhparent = r.oid
                               WHERE r.oid = i.indrelid AND r.relkind = 'r') AS "ordersRows"
       FROM pg_catalog.pg_index i
      CROSS JOIN LATERAL unnest(i.indkey::int2[], i.indclass::oid[], i.indcollation::oid[])
            WITH ORDINALITY AS c(attnum, class, coll, place)
       JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = c.attnum
       JOIN pg_catalog.pg_opclass o ON o.oid = c.class
      WHERE i.indrelid = to_regclass($1) AND i.indisunique AND i.indisvalid
        AND i.indpred IS NULL AND i.indexprs IS NULL AND c.place <= i.indnkeyatts
      GROUP BY i.indexrelid, i.indrelid, i.indisprimary, i.indnkeyatts
     HAVING i.indisprimary OR bool_and(a.attnotnull)
      ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid`,
    [table],
  );
}

/**
 * Whether the rows of a table, its partitions and children included, are stored with their system columns. True when
 * there is no such table.
 */
export async function hasSystemColumns(query: CatalogQuery, table: string): Promise<boolean> {
  const [row] = await query<{ stored: boolean }>(
    `WITH RECURSIVE tree AS (
       SELECT to_regclass($1)::oid AS relation
       UNION
       SELECT h.inhrelid FROM tree JOIN pg_catalog.pg_inherits h ON h.inhparent = tree.relation)
     SELECT coalesce(bool_and(c.relkind IN ('r', 'p', 'm')), true) AS stored
       FROM tree
       JOIN pg_catalog.pg_class c ON c.oid = tree.relation`,
    [table],
  );
  return row?.stored ?? true;
}

export interface TypeDescription {
  /** As format_type() prints it, such as `numeric(12,2)`. */
  readonly name: string;
  readonly isEnum: boolean;
}

/** Names of the types with the given object ids and modifiers, in the same order. */
export async function describeTypes(
  query: CatalogQuery,
  types: readonly { readonly oid: number; readonly modifier: number }[],
): Promise<TypeDescription[]> {
  return await query<{ name: string; isEnum: boolean }>(
    `SELECT format_type(w.type, w.modifier) AS name, coalesce(t.typtype = 'e', false) AS "isEnum"
       FROM ROWS FROM (unnest(string_to_array($1, ' ')::oid[]), unnest(string_to_array($2, ' ')::int4[]))
            WITH ORDINALITY AS w(type, modifier, place)
       LEFT JOIN pg_catalog.pg_type t ON t.oid = w.type
      ORDER BY w.place`,
    [types.map((type) => type.oid).join(' '), types.map((type) => type.modifier).join(' ')],
  );
}

/** What comparing values of a type needs. */
export interface KeyTypeDescription {
  /** As format_type() prints it, to cast a text to. */
  readonly name: string;
  /** Quoted name of the schema with the operators that ORDER BY goes by. */
  readonly operatorSchema: string;
  /** An anonymous record or the like, which no text reads back into. */
  readonly isPseudo: boolean;
}

/**
 * Types with the given object ids and modifiers, in the same order. The comparisons of an extension's type (citext)
 * are in its own schema, which the search path need not have: without it `>` would be another operator than ORDER BY's.
 */
export async function describeKeyTypes(
  query: CatalogQuery,
  types: readonly { readonly oid: number; readonly modifier: number }[],
): Promise<KeyTypeDescription[]> {
  return await query<KeyTypeDescription>(
    `SELECT format_type(w.type, w.modifier) AS name, t.typtype = 'p' AS "isPseudo",
            coalesce((SELECT quote_ident(n.nspname)
                        FROM pg_catalog.pg_opclass c
                        JOIN pg_catalog.pg_amop m ON m.amopfamily = c.opcfamily AND m.amopstrategy = 1
                             AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype
                        JOIN pg_catalog.pg_operator o ON o.oid = m.amopopr
                        JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
                       WHERE c.opcmethod = ${BTREE_OID} AND c.opcdefault AND c.opcintype = w.type
                       LIMIT 1), 'pg_catalog') AS "operatorSchema"
       FROM ROWS FROM (unnest(string_to_array($1, ' ')::oid[]), unnest(string_to_array($2, ' ')::int4[]))
            WITH ORDINALITY AS w(type, modifier, place)
       JOIN pg_catalog.pg_type t ON t.oid = w.type
      ORDER BY w.place`,
    [types.map((type) => type.oid).join(' '), types.map((type) => type.modifier).join(' ')],
  );
}
