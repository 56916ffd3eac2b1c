import type { Dialect, SourceConfig, TableConfig } from '../config/config.ts';
import { asLandfallError, type LandfallError } from '../core/errors.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import type { SchemaHistory } from '../core/records.ts';
import { type Finding, findingOf } from './check-finding.ts';
import { checkTable, type TableCheck } from './check-table.ts';
import { catalogFinder } from './find-in-catalog.ts';
import { type CatalogServices, type OpenCatalog, withCatalog } from './with-catalog.ts';

/** What was found out about the tables of one source. */
export interface SourceCheck {
  readonly source: string;
  readonly dialect: Dialect;
  /** Of the source itself, such as a login that is refused; its tables could then not be looked at. */
  readonly findings: readonly Finding[];
  /** In the order of the configuration. */
  readonly tables: readonly TableCheck[];
}

export interface CheckServices extends CatalogServices {
  /** The columns of earlier runs of a table; undefined where there are none, or nobody can tell. */
  readonly schemaOf: (source: string, table: string) => Promise<SchemaHistory | undefined>;
}

/** Descriptions at the same time: no more than the pool of a source has connections for. */
const MOST_AT_ONCE: Readonly<Record<Dialect, number>> = { postgres: 4, mssql: 2 };

/** Not of one table: whatever is asked of the source next would fail the same. */
const OF_THE_SOURCE = new Set([
  'LOGIN_REFUSED',
  'LOGIN_DISABLED',
  'HOST_UNREACHABLE',
  'CONNECTION_LOST',
  'TLS_REFUSED',
  'DATABASE_NOT_FOUND',
  'DATABASE_UNAVAILABLE',
  'READ_INTENT_REFUSED',
  'TOO_MANY_CONNECTIONS',
  'SERVER_UNSUPPORTED',
]);

/** Looks at the tables of a source, all of them whatever is wrong with one; rows are not read. */
export async function checkTables(
  config: SourceConfig,
  tables: readonly TableConfig[],
  services: CheckServices,
  signal: AbortSignal,
): Promise<SourceCheck> {
  const { name: source, dialect } = config;
  if (tables.length === 0) return { source, dialect, findings: [], tables: [] };
  try {
    const checked = await withCatalog(config, services, signal, (catalog) =>
      checkAll(config, tables, catalog, services, signal),
    );
    return { source, dialect, findings: [], tables: checked };
  } catch (thrown) {
    return { source, dialect, findings: [findingOf(asLandfallError(thrown))], tables: [] };
  }
}

async function checkAll(
  config: SourceConfig,
  tables: readonly TableConfig[],
  { source, tables: catalog }: OpenCatalog,
  { schemaOf }: CheckServices,
  signal: AbortSignal,
): Promise<TableCheck[]> {
  const find = catalogFinder(config.dialect, catalog);
  const limit = Math.min(MOST_AT_ONCE[config.dialect], config.maxConcurrency);
  return await mapConcurrently(tables, limit, async (table): Promise<TableCheck> => {
    const listed = table.sql === undefined ? find(table) : undefined;
    const history = await schemaOf(config.name, table.name);
    try {
      return await checkTable({ config, table, source, listed, history }, signal);
    } catch (thrown) {
      const error = asLandfallError(thrown);
      if (isOfSource(error)) throw error;
      return { table: table.name, findings: [findingOf(error)], reading: undefined };
    }
  });
}

function isOfSource({ code }: LandfallError): boolean {
  return OF_THE_SOURCE.has(code);
}
