/** Why a run lands all of a table that lands its changes otherwise. */
export type FullReason =
  | 'first-run'
  /** `full_refresh_every` is over. */
  | 'scheduled'
  /** By whoever started the run. */
  | 'asked'
  /** By `landfall state reset`. */
  | 'reset'
  | 'update-key-changed'
  | 'query-changed'
  | 'update-key-went-back'
  | 'history-cleaned'
  | 'tracking-restarted'
  | 'version-went-back';

/** Which changes of a table a run lands, frozen before it reads. Bounds are the database's own exact text. */
export interface WindowRecord {
  readonly mode: 'incremental' | 'change-tracking';
  /** `full`: nothing that landed before is part of the table any more. */
  readonly kind: 'full' | 'changes';
  /** Null for changes. */
  readonly full_because: FullReason | null;
  /** Null for change tracking, whose watermark is a version. */
  readonly update_key: string | null;
  /** The watermark's type, as the database writes it. */
  readonly type: string;
  /** The watermark that the run goes on from; null for `full`. */
  readonly watermark: string | null;
  /** Behind which update key the rows begin: the watermark, less `lookback`. */
  readonly read_after: string | null;
  /** The watermark that the run ends with; null while no row has an update key. */
  readonly up_to: string | null;
  /** As the configuration has it; null where none is needed. */
  readonly lag: string | null;
  readonly lookback: string | null;
  /** What becomes of rows without an update key; null for change tracking. */
  readonly nulls: 'include-once' | 'skip' | null;
  /** Whether there were any. */
  readonly has_nulls: boolean;
  /** When the bound was taken. */
  readonly taken_at: string;
  /** The newest update key at that time, which a later run may take for its bound once it has settled. */
  readonly newest: string | null;
  readonly horizon: string | null;
  readonly epoch: string | null;
  /** The run whose watermark this one goes on from; null for `full`. */
  readonly based_on: string | null;
  /** Of the state that the run began with. */
  readonly generation: number;
}

/** Up to where a table's changes have landed. Moves forward only, by run. */
export interface TableState {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  /** How often an operator has set or reset it: what a run began before that does not count any more. */
  readonly generation: number;
  /** The run that ended with the watermark; null before the first one. */
  readonly run_id: string | null;
  readonly mode: 'incremental' | 'change-tracking';
  readonly update_key: string | null;
  readonly type: string;
  /** Null: the next run lands the whole table. */
  readonly watermark: string | null;
  readonly seen: { readonly newest: string; readonly horizon: string | null; readonly at: string } | null;
  readonly epoch: string | null;
  readonly query_hash: string;
  /** The last run that landed the whole table, and its scheduled time. */
  readonly full_run_id: string | null;
  readonly full_at: string | null;
  /** The newest last; a limited number. */
  readonly history: readonly StateChange[];
}

export interface StateChange {
  readonly at: string;
  readonly by: 'run' | 'set' | 'reset';
  /** Null for an operator's. */
  readonly run_id: string | null;
  readonly watermark: string | null;
  readonly full_because: FullReason | null;
}
