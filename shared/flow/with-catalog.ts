import type { SourceConfig } from '../config/config.ts';
import type { CatalogTable, Source } from '../source/source.ts';
import { openTable } from './open-table.ts';
import type { ExtractServices, Log } from './services.ts';

export type CatalogServices = Pick<ExtractServices, 'openSource'>;

export interface OpenCatalog {
  readonly source: Source;
  readonly tables: readonly CatalogTable[];
}

/** What a database sees in place of a table's name while its catalog is read. */
const PURPOSE = { name: 'catalog' };

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Gives `work` a source and the tables that its catalog lists, and closes it at the end. A refused login is tried again only
 * when its secret has changed, as for a run.
 * @throws LandfallError when the source cannot be reached, and what `work` throws
 */
export async function withCatalog<T>(
  config: SourceConfig,
  services: CatalogServices,
  signal: AbortSignal,
  work: (catalog: OpenCatalog) => Promise<T>,
): Promise<T> {
  const list = (source: Source) => source.listTables(signal);
  const { source, opened } = await openTable(config, PURPOSE, services, list, silent);
  try {
    return await work({ source, tables: opened });
  } finally {
    await source.close();
  }
}
