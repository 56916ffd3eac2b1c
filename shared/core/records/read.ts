import type { KeyValues } from '../key.ts';
import type { WindowRecord } from './changes.ts';

/** One column as the database has it and as it landed. */
export interface LandedColumn {
  readonly name: string;
  readonly source_type: string;
  readonly landed_type: string;
}

/**
 * What the rows of one read have in common. `snapshot`: they were all there at one moment. `statement`: one statement
 * read them while others changed the table, so that a row that moved may be missing or there twice.
 */
export type ReadConsistency = 'snapshot' | 'statement';

/** Of a whole table. `per-part`: several reads made it, each with its own moment, which the parts tell. */
export type Consistency = ReadConsistency | 'per-part';

/**
 * How one table of a run is read: its columns, its key, and the ranges of the key that are extracted beside each other.
 * Frozen by the first extractor of a table with chunks, and of an empty one. Of any other table the record of its first
 * part says the same.
 */
export interface TablePlan {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  readonly run_id: string;
  readonly planned_at: string;
  /** Columns that the rows are ordered by; empty for a table that is read in one piece. */
  readonly ordered_by: readonly string[];
  readonly primary_key: readonly string[];
  readonly columns: readonly LandedColumn[];
  /** Fingerprint of what is asked of the database: rows of two queries are never mixed. */
  readonly query_hash: string;
  /** Of a table without rows. */
  readonly consistency: Consistency;
  /** By the chunk's number. The first begins before every key and the last ends behind every key. */
  readonly chunks: readonly PlannedChunk[];
  /** Where the bounds come from. */
  readonly bounds_from: 'none' | 'min-max' | 'sample';
  /** Which changes the run lands; left out for a table that lands whole in every run. */
  readonly window?: WindowRecord;
}

/** A half-open range of keys; null is open. */
export interface PlannedChunk {
  readonly from: KeyValues | null;
  readonly to: KeyValues | null;
}

/** How far a chunk is. Only ever moves forward. */
export interface Checkpoint {
  readonly version: 1;
  readonly chunk: number;
  /** Attempts whose parts stand, by their sequence: as many as there are parts. */
  readonly attempts: readonly string[];
  /** Key of the last row of the last part; null before the first one and without a key. */
  readonly last_key: KeyValues | null;
  readonly rows: number;
  readonly bytes: number;
  /** True when no part follows. While it is false one does: what has begun without an end lands one more part. */
  readonly ended: boolean;
  /** Sequence of the newest continuation that is known to be in the queue; 0 for none. */
  readonly handed_over: number;
  readonly updated_at: string;
}
