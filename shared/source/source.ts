import type { RecordBatch, Schema } from 'apache-arrow';
import type { Temporal } from '../config/config.ts';
import type { Consistency } from '../core/records.ts';

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
  readonly consistency: Consistency;
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
  /** Ends every connection; a stream still open is cancelled. */
  close(): Promise<void>;
}
