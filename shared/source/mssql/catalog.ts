export type { CatalogQuery } from './catalog/catalog-query.ts';
export {
  type ChangeTracking,
  changeTracking,
  type TrackingPrerequisites,
  trackingPrerequisites,
} from './catalog/change-tracking.ts';
export { type DatabaseFacts, databaseFacts } from './catalog/database-facts.ts';
export { type ListedTable, listedTables } from './catalog/listed-tables.ts';
export { type OrderedIndex, orderedIndexes } from './catalog/ordered-indexes.ts';
export { primaryKey } from './catalog/primary-key.ts';
export { primaryKeys } from './catalog/primary-keys.ts';
export { resultColumns } from './catalog/result-columns.ts';
export type { TableSize } from './catalog/size-rows.ts';
export { type CatalogColumn, columnNames, tableColumns } from './catalog/table-columns.ts';
export { tableSize } from './catalog/table-size.ts';
export { sizesByPartitions, sizesByStatistics, type TableSizes } from './catalog/table-sizes.ts';
