import type { LandedColumn } from './read.ts';

/** The columns of a table over all of its runs. */
export interface SchemaHistory {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  /** The newest run that has changed it, or that a reset leaves behind: what newer runs land counts. */
  readonly run_id: string;
  /** Every column that a reader finds in some part of the table, each in the type that holds all of its values. */
  readonly columns: readonly LandedColumn[];
  /** True after `landfall state reset`: the next run begins the schema anew, whatever its columns are. */
  readonly restarts: boolean;
  /** The newest last; a limited number. */
  readonly history: readonly SchemaVersion[];
}

export interface SchemaVersion {
  readonly run_id: string;
  readonly at: string;
  readonly columns: readonly LandedColumn[];
  /** A clause for each column that changed; null for the first version. */
  readonly change: string | null;
}
