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
  /** True when tables that land their changes are to land whole in this run; left out otherwise. */
  readonly full_refresh?: true;
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
  /** The run in which the table lands instead, without a replay; left out when it lands nowhere. */
  readonly started_over_in?: string;
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
  /** From its first part to its commit, or to its failure; left out where that is not known. */
  readonly seconds?: number;
  /** Dollars that its parts cost; left out where nothing landed. */
  readonly cost_usd?: number;
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

/** An attempt at a part that did not come to its end, for those who look at a run. Nothing else depends on it. */
export interface AttemptRecord {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  readonly run_id: string;
  readonly chunk: number;
  readonly sequence: number;
  /** Receives of its message, this one included. */
  readonly attempt: number;
  readonly started_at: string;
  readonly ended_at: string;
  readonly error_class: string;
  readonly error_code: string;
  readonly error_message: string;
  /** What became of the message. */
  readonly followed_by: 'retry' | 'dead-letter' | 'start-over';
}

/** The one email about a cause in a run, or in a replay of it: all tables that fail for it share it. */
export interface AnnouncementRecord {
  readonly version: 1;
  readonly source: string;
  readonly run_id: string;
  readonly error_code: string;
  /** The table whose failure it is about. */
  readonly table: string;
  readonly claimed_at: string;
  /** When the tables were sent back whose failures it tells of; left out for those of the run itself. */
  readonly replayed_at?: string;
  /** Null until the email was taken. */
  readonly announced_at: string | null;
}

/** Tables of a run whose deadline has passed without a landing, and of which the on-call team was told. */
export interface OverdueRecord {
  readonly version: 1;
  readonly source: string;
  /** The run that was due, whether or not there was one. */
  readonly run_id: string;
  readonly tables: readonly { readonly table: string; readonly announced_at: string }[];
}
