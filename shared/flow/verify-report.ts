import type { TableStanding } from './run-detail.ts';

/** What `landfall verify` found wrong. */
export interface Problem {
  readonly kind:
    | 'object-missing'
    | 'size-differs'
    | 'checksum-differs'
    /** Another attempt's object, or nobody's, stands at the key. */
    | 'attempt-differs'
    | 'rows-differ'
    /** It is no whole file of its format. */
    | 'content-damaged'
    | 'object-unreadable'
    | 'marker-missing'
    /** The manifest is gone, or does not agree with itself. */
    | 'manifest-missing'
    | 'manifest-differs'
    /** What readers see is not what landed. */
    | 'latest-differs'
    | 'source-differs'
    | 'source-unreadable';
  /** Of the object that it is about, when it is about one. */
  readonly key?: string;
  /** What was found and what was expected; one sentence. */
  readonly message: string;
}

/** Rows that landed, beside those that the same query gives now. */
export interface SourceComparison {
  readonly runId: string;
  /** When the landed rows were committed, and when the database was asked. */
  readonly landedAt: string;
  readonly comparedAt: string;
  readonly landedRows: number;
  readonly sourceRows: number;
  /** Order-free, 16 hexadecimal digits. */
  readonly landedChecksum: string;
  readonly sourceChecksum: string;
}

export interface VerifiedTable {
  readonly source: string;
  readonly table: string;
  /** The run that was asked for, or the newest that readers see of the table; undefined when there is none. */
  readonly runId: string | undefined;
  /** How many runs make up what was read. */
  readonly runs: number;
  /** `not-landed`: there is nothing that claims to be there; `removed`: as `keep_runs` wants it. */
  readonly status: 'ok' | 'differs' | 'not-landed' | 'removed';
  /** Why nothing has landed, as far as the run tells. */
  readonly standing?: TableStanding;
  readonly files: number;
  /** As the manifests say. */
  readonly rows: number;
  readonly bytes: number;
  readonly problems: readonly Problem[];
  /** What was not done, and why. */
  readonly notes: readonly string[];
  readonly comparison?: SourceComparison;
}

export interface VerifyReport {
  readonly verifiedAt: string;
  readonly tables: readonly VerifiedTable[];
}
