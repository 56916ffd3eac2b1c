import type { KeyValues } from './key.ts';

/** The records of the ledger as they are kept: JSON documents under `_landfall/`. Times are ISO 8601 in UTC. */

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

/** Which run works on a table now. A claim whose run has ended the table, or gone silent for too long, is void. */
export interface TableClaim {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  readonly run_id: string;
  readonly touched_at: string;
}

/** A table of a run that did not land because another run was at work on it. */
export interface SupersededRecord {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  readonly run_id: string;
  readonly superseded_by: string;
  readonly superseded_at: string;
}

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
  readonly parts: readonly ManifestPart[];
}

/** A part in a manifest, which has once for all parts what they share. */
export type ManifestPart = Omit<PartRecord, 'version' | 'columns' | 'primary_key' | 'ordered_by' | 'query_hash'>;

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

/** Points readers at the newest committed run of a table; moves forward only. */
export interface LatestPointer {
  readonly version: 1;
  readonly source: string;
  readonly table: string;
  readonly run_id: string;
  readonly manifest: string;
}

export interface TableOutcome {
  readonly table: string;
  readonly status: 'landed' | 'empty' | 'failed' | 'superseded';
  readonly rows: number;
  readonly bytes: number;
  readonly error_code: string | null;
  readonly error_message: string | null;
  /** The run that was at work on the table; null unless superseded. */
  readonly superseded_by: string | null;
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
