import type { Catalog } from './catalog.ts';
import type { SystemRow } from './system-rows.ts';

const UNITS = ['MINUTES', 'HOURS', 'DAYS'] as const;
const DATABASE_ID = 5;
const SYS_SCHEMA_ID = 4;

/** The rows of the catalog views about change tracking. */
export function trackingRows(catalog: Catalog): Readonly<Record<string, SystemRow[]>> {
  const { tracking } = catalog;
  return {
    'sys.change_tracking_databases': tracking.enabled ? [databaseRow(catalog)] : [],
    'sys.change_tracking_tables': [...tracking.tables].map(([table, tracked]) => ({
      object_id: table.objectId,
      is_track_columns_updated_on: tracked.tracksColumns,
      min_valid_version: tracked.minValidVersion,
      begin_version: tracked.beginVersion,
      cleanup_version: tracked.cleanupVersion,
    })),
    'sys.internal_tables': internalTableRows(catalog),
  };
}

function databaseRow({ tracking }: Catalog): SystemRow {
  const cleaned = [...tracking.tables.values()].map(({ cleanupVersion }) => cleanupVersion);
  return {
    database_id: DATABASE_ID,
    is_auto_cleanup_on: tracking.autoCleanup,
    retention_period: tracking.retentionPeriod,
    retention_period_units: UNITS.indexOf(tracking.retentionUnit) + 1,
    retention_period_units_desc: tracking.retentionUnit,
    max_cleanup_version: cleaned.reduce((most, each) => (each > most ? each : most), 0n),
  };
}

/** Also rows of sys.objects. None where their metadata is hidden from the login. */
export function internalTableRows({ tracking, internalTablesHidden }: Catalog): SystemRow[] {
  if (internalTablesHidden) return [];
  return [...tracking.tables].map(([table, { internalId, createdAt }]) => ({
    name: `change_tracking_${table.objectId}`,
    object_id: internalId,
    schema_id: SYS_SCHEMA_ID,
    parent_object_id: table.objectId,
    parent_id: table.objectId,
    type: 'IT',
    type_desc: 'INTERNAL_TABLE',
    create_date: createdAt,
    modify_date: createdAt,
    is_ms_shipped: true,
    internal_type: 209,
    internal_type_desc: 'CHANGE_TRACKING',
  }));
}
