/** The records of the ledger as they are kept: JSON documents under `_landfall/`. Times are ISO 8601 in UTC. */

/** What a run is to land, written once by its scheduler. */
export interface RunPlan {
  readonly version: 1;
  readonly source: string;
  readonly run_id: string;
  readonly scheduled_time: string;
  readonly planned_at: string;
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
export type Consistency = 'snapshot' | 'statement';

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
  readonly consistency: Consistency;
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
  /** The sum of the parts', by column. */
  readonly lossy_values: Readonly<Record<string, number>>;
  readonly parts: readonly PartRecord[];
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
  readonly status: 'landed' | 'empty' | 'failed';
  readonly rows: number;
  readonly bytes: number;
  readonly error_code: string | null;
  readonly error_message: string | null;
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
