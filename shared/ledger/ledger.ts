import type { FailureRecord, LatestPointer, PartRecord, RunPlan, RunSummary, TableManifest } from '../core/records.ts';

export interface TableRef {
  readonly source: string;
  readonly runId: string;
  readonly table: string;
}

export type RunRef = Omit<TableRef, 'table'>;

/**
 * The records of runs. Everything that must happen once is a conditional write; nothing is ever deleted.
 * Every method throws a LandingError when the store refuses or fails.
 */
export interface Ledger {
  /** Writes the plan unless the run has one; returns the plan that stands. */
  createPlan(plan: RunPlan): Promise<RunPlan>;
  readPlan(run: RunRef): Promise<RunPlan | undefined>;

  /** Tables whose message the queue has taken. A hint: what it lacks may have been sent all the same. */
  readSent(run: RunRef): Promise<ReadonlySet<string>>;
  recordSent(run: RunRef, tables: readonly string[]): Promise<void>;

  recordPart(table: TableRef, part: PartRecord): Promise<void>;
  /** The record of the attempt that completed a part's object. */
  readPart(table: TableRef, chunk: number, sequence: number, attemptId: string): Promise<PartRecord | undefined>;

  /** Commits the table unless it is committed; returns the manifest that stands. */
  createManifest(manifest: TableManifest): Promise<TableManifest>;
  readManifest(table: TableRef): Promise<TableManifest | undefined>;
  /** The key of a table's manifest, for readers and for the latest pointer. */
  manifestKey(table: TableRef): string;

  /** Moves the pointer forward; false when it already stands at this run or a later one. */
  advanceLatest(pointer: LatestPointer): Promise<boolean>;
  readLatest(source: string, table: string): Promise<LatestPointer | undefined>;

  /** Keeps the newest failure of a table and run, and whether it was announced before; returns what stands. */
  recordFailure(failure: FailureRecord): Promise<FailureRecord>;
  readFailure(table: TableRef): Promise<FailureRecord | undefined>;
  markAnnounced(table: TableRef, announcedAt: string): Promise<void>;

  /** Names of the tables that have a manifest or a failure. */
  listEnded(run: RunRef): Promise<{ readonly committed: ReadonlySet<string>; readonly failed: ReadonlySet<string> }>;
  /** True for the one caller that wrote it. */
  createSummary(summary: RunSummary): Promise<boolean>;
  readSummary(run: RunRef): Promise<RunSummary | undefined>;
}
