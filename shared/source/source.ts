import type { RecordBatch, Schema } from 'apache-arrow';
import type { Temporal } from '../config/config.ts';
import type { KeyRange, KeyValues } from '../core/key.ts';
import type { ReadConsistency } from '../core/records.ts';

/** What to read: a whole table (`schema`, `table`) or a custom query (`sql`). */
export interface TableQuery {
  readonly name: string;
  readonly schema: string | undefined;
  readonly table: string;
  readonly sql: string | undefined;
  readonly select: readonly string[];
  readonly where: string | undefined;
  /** How times land that a timestamp of microseconds does not hold; of SQL Server only. */
  readonly temporal: Temporal;
  /**
   * Columns that order the rows and that `range` is about: unique together and never null. Empty for rows in any order;
   * undefined for the key that the catalog knows, of which a custom `sql` has none.
   */
  readonly key: readonly string[] | undefined;
  /** The rows to read, by their keys; `{}` for all. Needs a key. */
  readonly range: KeyRange;
}

/** Into how many ranges a key is to be cut: so many, or so many rows in each. */
export type ChunkRequest = { readonly count: number } | { readonly rows: number };

/** What is known of a table before its rows are read. */
export interface TableSurvey {
  readonly schema: Schema;
  /** The columns that can order the rows; empty when there are none, and then there are no bounds. */
  readonly key: readonly string[];
  /** As of a stream. */
  readonly primaryKey: readonly string[];
  /** Where one chunk ends and the next begins, in the key's order, each different: one less than there are chunks. */
  readonly bounds: readonly KeyValues[];
  /** `min-max`: even steps between the least and the greatest integer; `sample`: keys of rows that lie apart evenly. */
  readonly boundsFrom: 'none' | 'min-max' | 'sample';
  /** The catalog's estimate or a count; undefined when neither was to be had. */
  readonly rows: number | undefined;
}

/**
 * The rows of one query as Arrow record batches, in one pass.
 * Leaving the iteration early, or aborting the signal given to `open`, cancels the query on the server.
 */
export interface TableStream {
  readonly schema: Schema;
  /**
   * Columns of the primary key in the order of its index, or else of a unique index without nulls; empty when there
   * is none, when not all of them are selected, and for a custom query.
   */
  readonly primaryKey: readonly string[];
  readonly batches: AsyncIterable<RecordBatch>;
  readonly consistency: ReadConsistency;
  /** The columns that the rows are ordered by; empty when they come in any order. */
  readonly key: readonly string[];
  /** The key of a row of one of this stream's own batches. Needs a key. */
  keyAt(batch: RecordBatch, row: number): KeyValues;
  /**
   * How many values of a column landed with less than the database has: digits of a moment, or halves of surrogate
   * pairs, which UTF-8 has no place for. Only columns with any; final when the stream has ended.
   */
  lossyValues(): ReadonlyMap<string, number>;
  /** The server's own row count. Throws a ConsistencyError before the stream has ended. */
  serverRowCount(): number;
}

/** One database. Rows never become JavaScript objects on the way. */
export interface Source {
  /**
   * Starts reading. No row is read before the first batch is asked for.
   * @throws SourceError when the database refuses the login, the query or a column.
   */
  open(query: TableQuery, signal: AbortSignal): Promise<TableStream>;
  /**
   * Looks at a table without reading its rows: its columns, its key, and where to cut the key into chunks.
   * @throws SourceError as `open` does.
   */
  survey(query: TableQuery, chunks: ChunkRequest, signal: AbortSignal): Promise<TableSurvey>;
  /** Ends every connection; a stream still open is cancelled. */
  close(): Promise<void>;
}
