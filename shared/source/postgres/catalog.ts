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

/**
 * The table's primary key in the order of its index, or else the columns of its narrowest unique index over
 * columns that are never null. Partial indexes and indexes over expressions are no keys.
 */
export async function primaryKey(query: CatalogQuery, table: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    `SELECT a.attname::text AS name
       FROM (SELECT i.indrelid, i.indkey, i.indnkeyatts
               FROM pg_catalog.pg_index i
              WHERE i.indrelid = to_regclass($1) AND i.indisunique AND i.indisvalid
                AND i.indpred IS NULL AND i.indexprs IS NULL
                AND (i.indisprimary OR NOT EXISTS (
                      SELECT FROM pg_catalog.pg_attribute n
                       WHERE n.attrelid = i.indrelid AND NOT n.attnotnull
                         AND n.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])))
              ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid
              LIMIT 1) AS k
      CROSS JOIN LATERAL unnest(k.indkey::int2[]) WITH ORDINALITY AS c(attnum, place)
       JOIN pg_catalog.pg_attribute a ON a.attrelid = k.indrelid AND a.attnum = c.attnum
      WHERE c.place <= k.indnkeyatts
      ORDER BY c.place`,
    [table],
  );
  return rows.map((row) => row.name);
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
