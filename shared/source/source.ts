import type { RecordBatch, Schema } from 'apache-arrow';
import type { KeyDistance, Lag, Temporal } from '../config/config.ts';
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
  /** The rows to read, by when they changed; undefined for all. */
  readonly window?: ReadWindow | undefined;
}

/** Which changes a run reads; bounds are the database's own exact text. */
export type ReadWindow = UpdateKeyWindow | ChangeTrackingWindow;

/** Rows whose update key is greater than `after` and not greater than `upTo`. */
export interface UpdateKeyWindow {
  readonly by: 'update-key';
  readonly column: string;
  /** Null to begin at the first row. */
  readonly after: string | null;
  /** Null for no row that has an update key. */
  readonly upTo: string | null;
  /** Whether rows without an update key are read too. */
  readonly nulls: boolean;
}

/**
 * Rows with the columns `_op` (I, U or D) and `_version` before their own: all of the table as inserts of the version
 * `upTo` when `after` is null, else what change tracking has behind the version `after`, deleted rows by their key alone.
 * The rows are those of the moment of the read, which may be newer than `upTo`: their changes come again then.
 * Throws a ConsistencyError TRACKING_LOST (`start-over`) when the changes behind `after` are no longer all there, before
 * or after the rows were read.
 */
export interface ChangeTrackingWindow {
  readonly by: 'change-tracking';
  readonly after: string | null;
  readonly upTo: string;
}

/** What a run asks for before it reads: up to where. */
export type BoundRequest = UpdateKeyBoundRequest | ChangeTrackingBoundRequest;

export interface UpdateKeyBoundRequest {
  readonly by: 'update-key';
  readonly column: string;
  /** Undefined for the default of the column's type. Of versions, which need neither, both are not used. */
  readonly lag: Lag | undefined;
  readonly lookback: KeyDistance | undefined;
  /** Up to where earlier runs have read; null to begin anew. */
  readonly watermark: string | null;
  /** The type that the watermark and what was seen are texts of; undefined without them. */
  readonly type?: string | undefined;
  /** The newest update key at an earlier look; undefined before the first one. */
  readonly seen: SeenUpdateKey | undefined;
}

export interface SeenUpdateKey {
  readonly newest: string;
  /** As of SourceBound. */
  readonly horizon: string | null;
  readonly ageMs: number;
}

export interface ChangeTrackingBoundRequest {
  readonly by: 'change-tracking';
  readonly watermark: string | null;
  /** As of the SourceBound that the watermark is from. */
  readonly epoch: string | null;
}

/** Why a run must read all of a table although it has a watermark: what lies behind that cannot be relied on. */
export type WatermarkLoss =
  /** The column has another type than the watermark is a text of. */
  | 'update-key-changed'
  /** The newest update key lies before the watermark: the table was emptied, restored, or its numbers began anew. */
  | 'update-key-went-back'
  /** Change tracking has forgotten changes behind the watermark. */
  | 'history-cleaned'
  /** Change tracking was off meanwhile, or the table was truncated or made anew. */
  | 'tracking-restarted'
  /** The version of the database lies before the watermark. */
  | 'version-went-back';

/** Up to where a run reads, taken from the server that it will read from, before it reads. */
export interface SourceBound {
  /** The update key's type, as the database writes it. */
  readonly type: string;
  /**
   * The new watermark, never before the old one unless that is lost; null when no row has an update key. Whatever is
   * committed later has a greater one, as far as `lag` reaches.
   */
  readonly upTo: string | null;
  /** Behind which update key the read begins: the watermark less `lookback`; null to begin at the first row. */
  readonly after: string | null;
  /** The newest update key there is; null when there is none, or for versions, which need no second look. */
  readonly newest: string | null;
  /** Of PostgreSQL with `lag: snapshot`: the transaction before which all were begun that may hold a lesser update key. */
  readonly horizon: string | null;
  /** Tells one time of change tracking from another; null without change tracking. */
  readonly epoch: string | null;
  readonly hasNulls: boolean;
  /** The lag that holds, as a configuration writes it; null where none is needed. */
  readonly lag: string | null;
  readonly lost: WatermarkLoss | undefined;
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

/** A table or a view that the user may see, as the catalog has it. */
export interface CatalogTable {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'view';
  /** An estimate; undefined for a view, and where nothing was counted yet. */
  readonly rows: number | undefined;
  /** On the server's disk, without indexes; undefined for a view. */
  readonly bytes: number | undefined;
  /** Empty without one. */
  readonly primaryKey: readonly string[];
  /** Whether change tracking is on for it; undefined where the dialect has none. */
  readonly changeTracking: boolean | undefined;
  /** False when the user may not read its rows. */
  readonly isReadable: boolean;
}

/** How one table would be read, found out without reading rows. */
export interface TableDescription {
  readonly schema: Schema;
  /**
   * By column, what its values may lose on landing, in words, such as `the 7th digit of a second`; or, with the words
   * `cannot land`, which values would end the read with an error. Columns that land without loss are left out.
   */
  readonly losses: ReadonlyMap<string, string>;
  readonly primaryKey: readonly string[];
  /** The columns that the rows will be ordered by; empty for rows in any order. */
  readonly key: readonly string[];
  /** `configuration`: the query's own `key`; `catalog`: found there. */
  readonly keyFrom: 'configuration' | 'catalog' | 'none';
  /** What serves the order: an index, or a sort of all rows on the server; `none` for rows in any order. */
  readonly order: 'index' | 'sort' | 'none';
  /** As in CatalogTable; undefined for a custom `sql`. */
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
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
  /**
   * Takes the upper bound of a run's rows on the server that they will be read from. `query` has no window and no range.
   * @throws SourceError as `open` does; UPDATE_KEY_UNUSABLE when the column cannot be one; CHANGE_TRACKING_OFF when it is
   *   not enabled. ConsistencyError WATERMARK_AHEAD (permanent) when versions of the whole database went back.
   */
  takeBound(query: TableQuery, request: BoundRequest, signal: AbortSignal): Promise<SourceBound>;
  /** Every table and view of the database but the server's own, by schema and name. @throws SourceError */
  listTables(signal: AbortSignal): Promise<CatalogTable[]>;
  /**
   * Says how a table would be read. `query` has no window and no range.
   * @throws SourceError as `open` does: no such table or column, no permission, a query that the database refuses.
   */
  describe(query: TableQuery, signal: AbortSignal): Promise<TableDescription>;
  /** Ends every connection; a stream still open is cancelled. */
  close(): Promise<void>;
}
