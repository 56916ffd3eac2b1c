/**
 * Runs a catalog query through Sequelize and gives its rows as objects. SQL names the bound values as `$name`.
 * bigint columns are asked for as text, so that no driver rounds them.
 */
export type CatalogQuery = <Row extends object>(sql: string, bind: Record<string, unknown>) => Promise<Row[]>;
