import type { TableDefinition } from './catalog.ts';

export type RetentionUnit = 'MINUTES' | 'HOURS' | 'DAYS';

/** What sys.change_tracking_tables and sys.internal_tables say of one table. */
export interface TrackedTable {
  /** The id of the internal table with the changes: a new one whenever tracking is enabled anew, kept by TRUNCATE. */
  readonly internalId: number;
  /** `YYYY-MM-DD HH:MM:SS.fff` */
  readonly createdAt: string;
  readonly tracksColumns: boolean;
  beginVersion: bigint;
  minValidVersion: bigint;
  cleanupVersion: bigint;
}

/** Change tracking of the database: whether it is on, its version, and the tables that have it. */
export class ChangeTracking {
  enabled = false;
  autoCleanup = true;
  retentionPeriod = 2;
  retentionUnit: RetentionUnit = 'DAYS';
  /** Of the last commit that changed a tracked table. Switching tracking off and on again does not set it back. */
  currentVersion = 0n;
  readonly tables = new Map<TableDefinition, TrackedTable>();
}
