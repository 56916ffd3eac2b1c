/** What a report of a run shows. Times are ISO 8601 in UTC unless a name says milliseconds since the epoch. */
export interface RunReport {
  readonly source: string;
  readonly runId: string;
  readonly scheduledAt: string;
  readonly plannedAt: string;
  /** When the last table ended; undefined while some are at work. */
  readonly endedAt: string | undefined;
  /** From its plan to its end, or to the making of the report. */
  readonly seconds: number;
  readonly madeAt: string;
  /** Of Landfall. */
  readonly version: string;
  /** In the order of the plan. */
  readonly tables: readonly ReportedTable[];
  /** Why tables failed, the most frequent cause first. */
  readonly causes: readonly FailureCause[];
  /** By table, in the order of the plan. */
  readonly typeWarnings: readonly TypeWarning[];
  /** Runs of the source before this one, the oldest first. */
  readonly earlierRuns: readonly EarlierRun[];
}

export type ReportedStanding =
  | 'landed'
  | 'empty'
  | 'failed'
  | 'superseded'
  | 'retrying'
  | 'reading'
  | 'queued'
  | 'planned';

export interface ReportedTable {
  readonly table: string;
  readonly standing: ReportedStanding;
  readonly rows: number;
  readonly bytes: number;
  readonly files: number;
  readonly attempts: number;
  readonly chunks: number;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** From its beginning to its end; undefined where either is not known. */
  readonly seconds: number | undefined;
  /** At list prices; undefined where nothing landed. */
  readonly costUsd: number | undefined;
  /** Of a failed table. */
  readonly errorCode: string | undefined;
  /** The run that a superseded table gave way to. */
  readonly supersededBy: string | undefined;
  /** Why all of it landed where its changes would have done. */
  readonly fullBecause: string | undefined;
  /** Pieces of work on it, in no order. */
  readonly spans: readonly WorkSpan[];
  /** Rows that it landed in each of the earlier runs; null where it did not, or where they compare with nothing. */
  readonly earlierRows: readonly (number | null)[];
  /** Undefined where there is nothing to compare with. */
  readonly change: RowChange | undefined;
}

/** One part that landed, one attempt that failed, or work that goes on while the report is made. */
export interface WorkSpan {
  readonly kind: 'landed' | 'retried' | 'failed' | 'open';
  readonly chunk: number;
  readonly sequence: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Of a part. */
  readonly rows?: number;
  /** Of an attempt. */
  readonly errorCode?: string;
}

export interface RowChange {
  readonly medianRows: number;
  /** `jump`: so far from the median that somebody should look; `emptied`: no row where there always were some. */
  readonly verdict: 'usual' | 'jump' | 'emptied';
}

/** An error code, and the tables of the run that it keeps from landing. */
export interface FailureCause {
  readonly errorCode: string;
  readonly likelyCause: string;
  /** Each once. */
  readonly remedies: readonly string[];
  /** As a shell takes it. */
  readonly replayCommand: string;
  readonly tables: readonly FailedTable[];
}

export interface FailedTable {
  readonly table: string;
  readonly message: string;
  readonly attempts: number;
  readonly failedAt: string;
  /** The run in which the table lands instead. */
  readonly startedOverIn: string | undefined;
}

/** A column that lands in a type which does not hold all that the database has, or not as a number. */
export interface TypeWarning {
  readonly table: string;
  readonly column: string;
  readonly sourceType: string;
  readonly landedType: string;
  /** What becomes of the values, as the end of a sentence that begins with their number. */
  readonly loss: string;
  /** The setting that lands them otherwise; undefined where there is none. */
  readonly remedy: string | undefined;
  /** Values of this run that it is about; undefined for the whole column. */
  readonly values: number | undefined;
}

/** A run before the reported one. Numbers are undefined while it has not ended. */
export interface EarlierRun {
  readonly runId: string;
  readonly seconds: number | undefined;
  readonly landed: number | undefined;
  readonly failed: number | undefined;
  readonly tables: number | undefined;
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
  /** Undefined also where it was not noted. */
  readonly costUsd: number | undefined;
}
