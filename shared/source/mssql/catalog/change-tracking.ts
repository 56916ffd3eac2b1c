import type { CatalogQuery } from './catalog-query.ts';

/** Versions are bigint and stay exact as text. */
export interface ChangeTracking {
  /** Changes since an older version are no longer all there. */
  readonly minValidVersion: string;
  /** Of the last committed change in the database, at the time of the query. */
  readonly currentVersion: string;
}

interface ChangeTrackingRow {
  readonly minValidVersion: string | null;
  readonly currentVersion: string | null;
}

/** The function gives null to whom VIEW CHANGE TRACKING is not granted. */
const CHANGE_TRACKING_SQL = `
SELECT CAST(COALESCE(CHANGE_TRACKING_MIN_VALID_VERSION(t.object_id), t.min_valid_version) AS varchar(20))
         AS minValidVersion,
       CAST(CHANGE_TRACKING_CURRENT_VERSION() AS varchar(20)) AS currentVersion
  FROM sys.change_tracking_tables AS t
 WHERE t.object_id = OBJECT_ID($table)`;

/** Where a table's change tracking stands; undefined when it is not enabled. `table` is the quoted name. */
export async function changeTracking(query: CatalogQuery, table: string): Promise<ChangeTracking | undefined> {
  const [row] = await query<ChangeTrackingRow>(CHANGE_TRACKING_SQL, { table });
  if (row === undefined || row.minValidVersion === null || row.currentVersion === null) return undefined;
  return { minValidVersion: row.minValidVersion, currentVersion: row.currentVersion };
}
