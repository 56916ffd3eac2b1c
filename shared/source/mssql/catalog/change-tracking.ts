import type { CatalogQuery } from './catalog-query.ts';

/** Where a table's change tracking stands. Versions are bigint and stay exact as text. */
export interface ChangeTracking {
  /** Changes behind an older version are no longer all there; null to whom VIEW CHANGE TRACKING is not granted. */
  readonly minValidVersion: string | null;
  /** Of the last committed change in the database, at the time of the query. */
  readonly currentVersion: string;
  /** When tracking began; anew after TRUNCATE TABLE. */
  readonly beginVersion: string;
  readonly objectId: string;
  /** Of the table that keeps the changes, made anew whenever tracking is enabled; null to whom it is not shown. */
  readonly internalTableId: string | null;
}

interface ChangeTrackingRow extends Omit<ChangeTracking, 'currentVersion'> {
  readonly currentVersion: string | null;
}

const CHANGE_TRACKING_SQL = `
SELECT CAST(CHANGE_TRACKING_MIN_VALID_VERSION(t.object_id) AS varchar(20)) AS minValidVersion,
       CAST(CHANGE_TRACKING_CURRENT_VERSION() AS varchar(20)) AS currentVersion,
       CAST(t.begin_version AS varchar(20)) AS beginVersion,
       CAST(t.object_id AS varchar(20)) AS objectId,
       CAST(i.object_id AS varchar(20)) AS internalTableId
  FROM sys.change_tracking_tables AS t
  LEFT JOIN sys.internal_tables AS i
    ON i.parent_object_id = t.object_id AND i.internal_type_desc = 'CHANGE_TRACKING'
 WHERE t.object_id = OBJECT_ID($table)`;

/**
 * Undefined when change tracking is not enabled for the table. `table` is the quoted name.
 * @see https://learn.microsoft.com/sql/relational-databases/system-catalog-views/change-tracking-catalog-views-sys-change-tracking-tables
 */
export async function changeTracking(query: CatalogQuery, table: string): Promise<ChangeTracking | undefined> {
  const [row] = await query<ChangeTrackingRow>(CHANGE_TRACKING_SQL, { table });
  if (row === undefined || row.currentVersion === null) return undefined;
  const { minValidVersion, currentVersion, beginVersion, objectId, internalTableId } = row;
  return { minValidVersion, currentVersion, beginVersion, objectId, internalTableId };
}

/** What a table lacks that has no change tracking. */
export interface TrackingPrerequisites {
  readonly hasTable: boolean;
  readonly isDatabaseTracked: boolean;
}

interface PrerequisitesRow {
  readonly objectId: string | null;
  readonly currentVersion: string | null;
}

const PREREQUISITES_SQL = `
SELECT CAST(OBJECT_ID($table) AS varchar(20)) AS objectId,
       CAST(CHANGE_TRACKING_CURRENT_VERSION() AS varchar(20)) AS currentVersion`;

/** `table` is the quoted name. */
export async function trackingPrerequisites(query: CatalogQuery, table: string): Promise<TrackingPrerequisites> {
  const [row] = await query<PrerequisitesRow>(PREREQUISITES_SQL, { table });
  return { hasTable: (row?.objectId ?? null) !== null, isDatabaseTracked: (row?.currentVersion ?? null) !== null };
}
