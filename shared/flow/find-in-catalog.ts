import type { Dialect, TableConfig } from '../config/config.ts';
import type { CatalogTable } from '../source/source.ts';

export type FindTable = (table: Pick<TableConfig, 'schema' | 'table'>) => CatalogTable | undefined;

const DEFAULT_SCHEMA: Readonly<Record<Dialect, string>> = { postgres: 'public', mssql: 'dbo' };

/**
 * Finds what the configuration names in a catalog, as the database most likely would: SQL Server mostly minds no upper and
 * lower case, and a name without a schema is one of the usual schema.
 */
export function catalogFinder(dialect: Dialect, catalog: readonly CatalogTable[]): FindTable {
  const exact = new Map(catalog.map((each) => [keyOf(each.schema, each.name), each]));
  const folded = new Map(catalog.map((each) => [keyOf(each.schema, each.name).toLowerCase(), each]));
  return ({ schema = DEFAULT_SCHEMA[dialect], table }) => {
    const key = keyOf(schema, table);
    return exact.get(key) ?? (dialect === 'mssql' ? folded.get(key.toLowerCase()) : undefined);
  };
}

function keyOf(schema: string, table: string): string {
  return JSON.stringify([schema, table]);
}
