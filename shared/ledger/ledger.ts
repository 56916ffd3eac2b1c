import type {
  AnnouncementRecord,
  AttemptRecord,
  Checkpoint,
  FailureRecord,
  LatestPointer,
  OverdueRecord,
  PartRecord,
  RemovedRecord,
  RunPlan,
  RunSummary,
  SchemaHistory,
  SupersededRecord,
  TableClaim,
  TableManifest,
  TablePlan,
  TableState,
} from '../core/records.ts';

export interface TableRef {
  readonly source: string;
  readonly runId: string;
  readonly table: string;
}

export type RunRef = Omit<TableRef, 'table'>;

/** A record with the version of it that was read, to be replaced only while it stands. */
export interface Versioned<T> {
  readonly value: T;
  readonly etag: string;
}

/** How the tables of a run ended. */
export interface EndedTables {
  readonly committed: ReadonlySet<string>;
  readonly failed: ReadonlySet<string>;
  readonly superseded: ReadonlySet<string>;
}

/** May look into the ledger: a change of what readers see can go back to earlier manifests. */
export type LatestChange = (
  standing: LatestPointer | undefined,
) => Promise<LatestPointer | undefined> | LatestPointer | undefined;

/** What is to replace a note, undefined for nothing; asked again when somebody else wrote meanwhile. */
export type NoteChange<T> = (standing: T | undefined) => T | undefined;

/**
 * What people are told of runs: attempts that failed, emails, reports. Nothing of what lands depends on it.
 * Every method throws a LandingError when the store refuses or fails.
 */
export interface RunNotes {
  /** `id` tells attempts of one table apart. */
  recordAttempt(attempt: AttemptRecord, id: string): Promise<void>;
  /** Of all tables of a run, in no order. */
  listAttempts(run: RunRef): Promise<AttemptRecord[]>;
  listAttemptsOf(table: TableRef): Promise<AttemptRecord[]>;

  readAnnouncement(run: RunRef, errorCode: string): Promise<AnnouncementRecord | undefined>;
  listAnnouncements(run: RunRef): Promise<AnnouncementRecord[]>;
  /** True for the one caller whose change was written. */
  updateAnnouncement(run: RunRef, errorCode: string, change: NoteChange<AnnouncementRecord>): Promise<boolean>;

  readOverdue(run: RunRef): Promise<OverdueRecord | undefined>;
  updateOverdue(run: RunRef, change: NoteChange<OverdueRecord>): Promise<boolean>;

  /** Keys of records, for those who are to look at them. */
  failureKey(table: TableRef): string;
  reportKey(run: RunRef): string;
  /** Replaces the report of the run. */
  writeReport(run: RunRef, html: string): Promise<void>;
}

/**
 * The records of runs. Everything that must happen once is a conditional write; nothing is ever deleted.
 * Every method throws a LandingError when the store refuses or fails.
 */
export interface Ledger {
  readonly notes: RunNotes;

  /** Writes the plan unless the run has one; returns the plan that stands. */
  createPlan(plan: RunPlan): Promise<RunPlan>;
  readPlan(run: RunRef): Promise<RunPlan | undefined>;

  /** Tables whose message the queue has taken. A hint: what it lacks may have been sent all the same. */
  readSent(run: RunRef): Promise<ReadonlySet<string>>;
  recordSent(run: RunRef, tables: readonly string[]): Promise<void>;

  /** Freezes how a table is read unless it is frozen; returns the plan that stands. */
  createTablePlan(plan: TablePlan): Promise<TablePlan>;
  readTablePlan(table: TableRef): Promise<TablePlan | undefined>;

  /** Notes that the queue has taken the messages of a table's further chunks. */
  recordChunksSent(table: TableRef): Promise<void>;
  areChunksSent(table: TableRef): Promise<boolean>;

  readCheckpoint(table: TableRef, chunk: number): Promise<Versioned<Checkpoint> | undefined>;
  /**
   * Replaces the version `etag`, or creates the first one when it is undefined. Undefined when somebody else wrote
   * meanwhile: read it again.
   */
  writeCheckpoint(
    table: TableRef,
    checkpoint: Checkpoint,
    etag: string | undefined,
  ): Promise<Versioned<Checkpoint> | undefined>;
  /** Notes that a chunk has ended, for whoever looks whether all have. */
  recordChunkEnd(table: TableRef, chunk: number): Promise<void>;
  listChunkEnds(table: TableRef): Promise<ReadonlySet<number>>;

  readClaim(source: string, table: string): Promise<Versioned<TableClaim> | undefined>;
  /** As writeCheckpoint; false when somebody else wrote meanwhile. */
  writeClaim(claim: TableClaim, etag: string | undefined): Promise<boolean>;

  recordSuperseded(record: SupersededRecord): Promise<void>;
  readSuperseded(table: TableRef): Promise<SupersededRecord | undefined>;

  recordPart(table: TableRef, part: PartRecord): Promise<void>;
  /** The record of the attempt that completed a part's object. */
  readPart(table: TableRef, chunk: number, sequence: number, attemptId: string): Promise<PartRecord | undefined>;

  /** Commits the table unless it is committed; returns the manifest that stands. */
  createManifest(manifest: TableManifest): Promise<TableManifest>;
  readManifest(table: TableRef): Promise<TableManifest | undefined>;
  /** The key of a table's manifest, for readers and for the latest pointer. */
  manifestKey(table: TableRef): string;

  /**
   * Replaces what readers see of a table by what `change` makes of it, and then the list for Hive's symlinks by the same.
   * False when `change` gives undefined; the list is brought up to what stands also then.
   */
  updateLatest(source: string, table: string, change: LatestChange): Promise<boolean>;
  readLatest(source: string, table: string): Promise<LatestPointer | undefined>;
  /** s3://bucket/key, as readers name an object. */
  urlOf(key: string): string;

  readState(source: string, table: string): Promise<TableState | undefined>;
  /** Replaces the state by what `change` makes of it; false when that is undefined. */
  updateState(
    source: string,
    table: string,
    change: (standing: TableState | undefined) => TableState | undefined,
  ): Promise<boolean>;

  readSchema(source: string, table: string): Promise<SchemaHistory | undefined>;
  /** As updateState. */
  updateSchema(
    source: string,
    table: string,
    change: (standing: SchemaHistory | undefined) => SchemaHistory | undefined,
  ): Promise<boolean>;

  /** Ids of the runs of a source that have a plan, the oldest first. */
  listRuns(source: string): Promise<string[]>;
  readRemoved(table: TableRef): Promise<RemovedRecord | undefined>;
  /** Keeps the newest: it is written before the first and after the last part is deleted. */
  recordRemoved(record: RemovedRecord): Promise<void>;

  /** Keeps the newest failure of a table and run, and whether it was announced before; returns what stands. */
  recordFailure(failure: FailureRecord): Promise<FailureRecord>;
  readFailure(table: TableRef): Promise<FailureRecord | undefined>;
  markAnnounced(table: TableRef, announcedAt: string): Promise<void>;

  /** True for a table that has a manifest, a failure or a note that it was superseded. */
  hasEnded(table: TableRef): Promise<boolean>;
  /** Names of the tables that have ended; it takes one request for each thousand of them. */
  listEnded(run: RunRef): Promise<EndedTables>;
  /**
   * Names of the tables that somebody may have begun: all with a record of the run that tells how far they are, and those
   * that a run, this one or another, has claimed since. To be read one by one where every table counts.
   */
  listBegun(run: RunRef, sinceMs: number): Promise<ReadonlySet<string>>;
  /** True for the one caller that wrote it. */
  createSummary(summary: RunSummary): Promise<boolean>;
  readSummary(run: RunRef): Promise<RunSummary | undefined>;
}
