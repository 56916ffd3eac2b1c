export type { CatalogQuery } from './catalog/catalog-query.ts';
export {
  type ChangeTracking,
  changeTracking,
  type TrackingPrerequisites,
  trackingPrerequisites,
} from './catalog/change-tracking.ts';
export { type DatabaseFacts, databaseFacts } from './catalog/database-facts.ts';
export { primaryKey } from './catalog/primary-key.ts';
export { resultColumns } from './catalog/result-columns.ts';
export { type CatalogColumn, columnNames, tableColumns } from './catalog/table-columns.ts';
export { type TableSize, tableSize } from './catalog/table-size.ts';
