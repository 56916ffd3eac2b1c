import type { FullReason } from './changes.ts';

/** What a run is to land, written once by its scheduler. */
export interface RunPlan {
  readonly version: 1;
  readonly source: string;
  readonly run_id: string;
  readonly scheduled_time: string;
  readonly planned_at: string;
  /** How often the run that this one goes back to was started over; left out for a run of its own. */
  readonly restarts?: number;
  readonly tables: readonly PlannedTable[];
}

/**
 * Where and how one table lands. Frozen for the run, so that an edited configuration cannot make a retried
 * table land twice in two places; the query itself is read from the configuration at each attempt.
 */
export interface PlannedTable {
  readonly table: string;
  /** Key prefix of the parts, ending with a slash. */
  readonly folder: string;
  readonly format: string;
  readonly compression: string;
  readonly on_empty: 'skip' | 'write';
  /** Into how many ranges, or ranges of how many rows, its key is to be cut; left out for a table in one piece. */
  readonly chunks?: { readonly count: number } | { readonly rows: number };
}

/** Which run works on a table now. A claim whose run has ended the table, or gone silent for too long, is void. */
export interface TableClaim {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  readonly run_id: string;
  readonly touched_at: string;
}

/**
 * A table of a run that did not land because of another run: that was at work on the table, or is newer and has landed its
 * changes already.
 */
export interface SupersededRecord {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  readonly run_id: string;
  readonly superseded_by: string;
  readonly superseded_at: string;
}

/** Why a table of a run did not land. */
export interface FailureRecord {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  readonly run_id: string;
  readonly failed_at: string;
  readonly attempts: number;
  readonly error_class: string;
  readonly error_code: string;
  readonly error_message: string;
  readonly remedy: string;
  /** When the on-call team was told; null until then. */
  readonly announced_at: string | null;
}

export interface TableOutcome {
  readonly table: string;
  readonly status: 'landed' | 'empty' | 'failed' | 'superseded';
  readonly rows: number;
  readonly bytes: number;
  readonly error_code: string | null;
  readonly error_message: string | null;
  /** The run that the table gave way to; null unless superseded. */
  readonly superseded_by: string | null;
  /** Why all of the table landed where its changes would have done; left out otherwise. */
  readonly full_because?: FullReason;
}

/** The end of a run; written once, by whoever ends the last table. */
export interface RunSummary {
  readonly version: 1;
  readonly source: string;
  readonly run_id: string;
  readonly ended_at: string;
  readonly seconds: number;
  readonly tables: readonly TableOutcome[];
}
