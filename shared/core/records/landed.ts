import type { KeyValues } from '../key.ts';
import type { WindowRecord } from './changes.ts';
import type { Consistency, LandedColumn, ReadConsistency } from './read.ts';

/** What one attempt put into one object; written before the object completes. */
export interface PartRecord {
  readonly version: 1;
  readonly key: string;
  readonly attempt_id: string;
  readonly chunk: number;
  readonly sequence: number;
  readonly rows: number;
  readonly bytes: number;
  /** Base64 of the big-endian CRC-32 of the whole object, as S3 writes it. */
  readonly checksum_crc32: string;
  readonly schema_hash: string;
  readonly columns: readonly LandedColumn[];
  readonly primary_key: readonly string[];
  /** Columns that the rows are ordered by; empty for rows in any order. */
  readonly ordered_by: readonly string[];
  /** As in TablePlan. */
  readonly query_hash: string;
  /** Keys of the first and the last row, as the database compares them; null without a key and without rows. */
  readonly first_key: KeyValues | null;
  readonly last_key: KeyValues | null;
  /** True when the chunk has no row behind this part. */
  readonly ends_chunk: boolean;
  readonly consistency: ReadConsistency;
  /** The read that the rows are from: parts of one read share it, and with `snapshot` its moment. */
  readonly read_id: string;
  readonly read_at: string;
  /** By column: values that lost something on landing, such as a 7th digit. Columns without any are left out. */
  readonly lossy_values: Readonly<Record<string, number>>;
  readonly started_at: string;
  readonly read_seconds: number;
}

/** Says what of a table landed in a run. It exists if and only if the table is landed or empty. */
export interface TableManifest {
  readonly version: 1;
  readonly status: 'landed' | 'empty';
  readonly source: string;
  readonly table: string;
  readonly run_id: string;
  readonly scheduled_time: string;
  readonly committed_at: string;
  readonly attempts: number;
  /** Key prefix of the parts, ending with a slash. */
  readonly folder: string;
  readonly format: string;
  readonly compression: string;
  readonly rows: number;
  readonly bytes: number;
  readonly consistency: Consistency;
  readonly schema_hash: string;
  readonly columns: readonly LandedColumn[];
  readonly primary_key: readonly string[];
  /** Columns that the rows of each part are ordered by, and that its first and last key are of. */
  readonly ordered_by: readonly string[];
  /** Ranges of the key that were extracted beside each other; 1 for a table in one piece. */
  readonly chunks: number;
  /** The sum of the parts', by column. */
  readonly lossy_values: Readonly<Record<string, number>>;
  /** As in TablePlan. */
  readonly query_hash?: string;
  readonly window?: WindowRecord;
  readonly cost?: LandingCost;
  readonly parts: readonly ManifestPart[];
}

/** What the attempts behind the parts of a table cost in AWS, at list prices; on one machine, what they would have. */
export interface LandingCost {
  readonly memory_mb: number;
  readonly gb_seconds: number;
  readonly s3_requests: number;
  readonly usd: number;
}

/** A part in a manifest, which has once for all parts what they share. */
export type ManifestPart = Omit<PartRecord, 'version' | 'columns' | 'primary_key' | 'ordered_by' | 'query_hash'>;

/**
 * What readers see of a table: the parts of its newest committed state, in the order in which they landed. Replaced as a
 * whole, and forward only. It has the form of a manifest of Redshift and Spark.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html
 */
export interface LatestPointer {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  /** The newest committed run. */
  readonly run_id: string;
  /** Key of its manifest. */
  readonly manifest: string;
  /** Every column of the parts, each in the type that holds all of its values. */
  readonly columns: readonly LandedColumn[];
  readonly primary_key: readonly string[];
  /** The last run that landed the whole table, then those that landed its changes. Each has the next of the entries. */
  readonly runs: readonly LatestRun[];
  readonly entries: readonly LatestEntry[];
}

export interface LatestRun {
  readonly run_id: string;
  readonly parts: number;
}

export interface LatestEntry {
  /** s3://bucket/key */
  readonly url: string;
  readonly mandatory: true;
  readonly meta: { readonly content_length: number; readonly record_count: number };
}

/** Says that the parts of a run's table were deleted as `keep_runs` wants it; written before they are. */
export interface RemovedRecord {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  readonly run_id: string;
  readonly removed_at: string;
  readonly parts: number;
  readonly bytes: number;
  /** False until the last part is gone. */
  readonly done: boolean;
}
