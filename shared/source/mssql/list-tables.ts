import type { CatalogTable } from '../source.ts';
import {
  type ListedTable,
  listedTables,
  primaryKeys,
  sizesByPartitions,
  sizesByStatistics,
  type TableSizes,
} from './catalog.ts';
import type { ReadSession } from './read-session.ts';

/** Every table and view that the user may see, by a handful of queries however many there are. */
export async function listTables(session: ReadSession): Promise<CatalogTable[]> {
  const tables = await session.run(() => listedTables(session.catalog));
  const keys = await session.run(() => primaryKeys(session.catalog));
  const sizes = await sizesOf(session, tables);
  return tables.map(({ objectId, ...table }) => ({
    ...table,
    rows: sizes.get(objectId)?.rows,
    bytes: sizes.get(objectId)?.bytes,
    primaryKey: keys.get(objectId) ?? [],
  }));
}

/** By the statistics, and by the partitions for tables that these do not show. */
async function sizesOf(session: ReadSession, tables: readonly ListedTable[]): Promise<TableSizes> {
  const best = (await session.run(() => sizesByStatistics(session.catalog))) ?? new Map();
  if (tables.every(({ objectId, kind }) => kind === 'view' || best.has(objectId))) return best;
  const others = (await session.run(() => sizesByPartitions(session.catalog))) ?? new Map();
  return new Map([...others, ...best]);
}
