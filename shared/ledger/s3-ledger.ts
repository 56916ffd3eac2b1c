import type { S3Client } from '@aws-sdk/client-s3';
import type {
  Checkpoint,
  FailureRecord,
  LatestPointer,
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
import { scheduledTimeOf } from '../core/run-id.ts';
import { JsonStore, type RecordChange } from './json-store.ts';
import { LatestTables } from './latest-tables.ts';
import { LedgerLayout } from './layout.ts';
import type { EndedTables, LatestChange, Ledger, RunNotes, RunRef, TableRef, Versioned } from './ledger.ts';
import { S3RunNotes } from './run-notes.ts';
import { RunTables } from './run-tables.ts';
import { type Pause, TextStore } from './text-store.ts';

export interface S3LedgerOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** The target's prefix: empty, or ending with a slash. */
  readonly prefix: string;
  /** Waits before a record that others write at the same time is tried again; at once when left out. */
  readonly pause?: Pause;
}

interface SentRecord {
  readonly version: 1;
  readonly tables: readonly string[];
}

/** The ledger as JSON objects in the target bucket. */
export class S3Ledger implements Ledger {
  readonly notes: RunNotes;
  readonly #bucket: string;
  readonly #texts: TextStore;
  readonly #store: JsonStore;
  readonly #layout: LedgerLayout;
  readonly #latest: LatestTables;
  readonly #tables: RunTables;
  /** Plans never change, and a warm extractor meets the same run again and again. */
  #lastPlan: { readonly key: string; readonly plan: RunPlan } | undefined;

  constructor({ client, bucket, prefix, pause }: S3LedgerOptions) {
    this.#bucket = bucket;
    this.#texts = new TextStore(client, bucket, pause);
    this.#store = new JsonStore(this.#texts);
    this.#layout = new LedgerLayout(prefix);
    this.#latest = new LatestTables(this.#texts, this.#store, this.#layout);
    this.#tables = new RunTables(this.#texts, this.#layout);
    this.notes = new S3RunNotes(this.#texts, this.#store, this.#layout);
  }

  async createPlan(plan: RunPlan): Promise<RunPlan> {
    const key = this.#layout.plan({ source: plan.source, runId: plan.run_id });
    return (await this.#store.create(key, plan)).value;
  }

  async readPlan(run: RunRef): Promise<RunPlan | undefined> {
    const key = this.#layout.plan(run);
    if (this.#lastPlan?.key === key) return this.#lastPlan.plan;
    const plan = (await this.#store.read<RunPlan>(key))?.value;
    if (plan !== undefined) this.#lastPlan = { key, plan };
    return plan;
  }

  async readSent(run: RunRef): Promise<ReadonlySet<string>> {
    return new Set((await this.#store.read<SentRecord>(this.#layout.sent(run)))?.value.tables);
  }

  async recordSent(run: RunRef, tables: readonly string[]): Promise<void> {
    await this.#store.update<SentRecord>(this.#layout.sent(run), (standing) => {
      const merged = new Set([...(standing?.tables ?? []), ...tables]);
      return merged.size === standing?.tables.length ? undefined : { version: 1, tables: [...merged] };
    });
  }

  async createTablePlan(plan: TablePlan): Promise<TablePlan> {
    const key = this.#layout.tablePlan({ source: plan.source, runId: plan.run_id, table: plan.table });
    return (await this.#store.create(key, plan)).value;
  }

  async readTablePlan(table: TableRef): Promise<TablePlan | undefined> {
    return (await this.#store.read<TablePlan>(this.#layout.tablePlan(table)))?.value;
  }

  async recordChunksSent(table: TableRef): Promise<void> {
    await this.#store.create(this.#layout.chunksSent(table), { version: 1 });
  }

  async areChunksSent(table: TableRef): Promise<boolean> {
    return (await this.#store.read(this.#layout.chunksSent(table))) !== undefined;
  }

  readCheckpoint(table: TableRef, chunk: number): Promise<Versioned<Checkpoint> | undefined> {
    return this.#store.read<Checkpoint>(this.#layout.checkpoint(table, chunk));
  }

  writeCheckpoint(
    table: TableRef,
    checkpoint: Checkpoint,
    etag: string | undefined,
  ): Promise<Versioned<Checkpoint> | undefined> {
    return this.#store.write(this.#layout.checkpoint(table, checkpoint.chunk), checkpoint, etag);
  }

  async recordChunkEnd(table: TableRef, chunk: number): Promise<void> {
    await this.#store.create(this.#layout.chunkEnd(table, chunk), { version: 1 });
  }

  async listChunkEnds(table: TableRef): Promise<ReadonlySet<number>> {
    const folder = this.#layout.chunkEnds(table);
    const chunks = (await this.#texts.list(folder)).map((key) => LedgerLayout.chunkOf(folder, key));
    return new Set(chunks.filter((chunk) => chunk !== undefined));
  }

  readClaim(source: string, table: string): Promise<Versioned<TableClaim> | undefined> {
    return this.#store.read<TableClaim>(this.#layout.claim(source, table));
  }

  async writeClaim(claim: TableClaim, etag: string | undefined): Promise<boolean> {
    return (await this.#store.write(this.#layout.claim(claim.source, claim.table), claim, etag)) !== undefined;
  }

  async recordSuperseded(record: SupersededRecord): Promise<void> {
    const table = { source: record.source, runId: record.run_id, table: record.table };
    await this.#store.create(this.#layout.superseded(table), record);
  }

  async readSuperseded(table: TableRef): Promise<SupersededRecord | undefined> {
    return (await this.#store.read<SupersededRecord>(this.#layout.superseded(table)))?.value;
  }

  async recordPart(table: TableRef, part: PartRecord): Promise<void> {
    await this.#store.create(this.#layout.part(table, part.chunk, part.sequence, part.attempt_id), part);
  }

  async readPart(table: TableRef, chunk: number, sequence: number, attemptId: string): Promise<PartRecord | undefined> {
    return (await this.#store.read<PartRecord>(this.#layout.part(table, chunk, sequence, attemptId)))?.value;
  }

  async createManifest(manifest: TableManifest): Promise<TableManifest> {
    const table = { source: manifest.source, runId: manifest.run_id, table: manifest.table };
    return (await this.#store.create(this.#layout.manifest(table), manifest)).value;
  }

  async readManifest(table: TableRef): Promise<TableManifest | undefined> {
    return (await this.#store.read<TableManifest>(this.#layout.manifest(table)))?.value;
  }

  manifestKey(table: TableRef): string {
    return this.#layout.manifest(table);
  }

  updateLatest(source: string, table: string, change: LatestChange): Promise<boolean> {
    return this.#latest.update(source, table, change);
  }

  readLatest(source: string, table: string): Promise<LatestPointer | undefined> {
    return this.#latest.read(source, table);
  }

  urlOf(key: string): string {
    return `s3://${this.#bucket}/${key}`;
  }

  async readState(source: string, table: string): Promise<TableState | undefined> {
    return (await this.#store.read<TableState>(this.#layout.state(source, table)))?.value;
  }

  async updateState(source: string, table: string, change: RecordChange<TableState>): Promise<boolean> {
    return (await this.#store.update(this.#layout.state(source, table), change)).changed;
  }

  async readSchema(source: string, table: string): Promise<SchemaHistory | undefined> {
    return (await this.#store.read<SchemaHistory>(this.#layout.schema(source, table)))?.value;
  }

  async updateSchema(source: string, table: string, change: RecordChange<SchemaHistory>): Promise<boolean> {
    return (await this.#store.update(this.#layout.schema(source, table), change)).changed;
  }

  async listRuns(source: string): Promise<string[]> {
    const folders = await this.#texts.listFolders(this.#layout.runs(source));
    return folders
      .filter((runId) => scheduledTimeOf(runId) !== undefined)
      .sort((a, b) => (scheduledTimeOf(a) ?? 0) - (scheduledTimeOf(b) ?? 0));
  }

  async readRemoved(table: TableRef): Promise<RemovedRecord | undefined> {
    return (await this.#store.read<RemovedRecord>(this.#layout.removed(table)))?.value;
  }

  async recordRemoved(record: RemovedRecord): Promise<void> {
    const table = { source: record.source, runId: record.run_id, table: record.table };
    await this.#store.update<RemovedRecord>(this.#layout.removed(table), (standing) => {
      const isOlder = standing !== undefined && !record.done && standing.removed_at > record.removed_at;
      return standing?.done || isOlder ? undefined : record;
    });
  }

  async recordFailure(failure: FailureRecord): Promise<FailureRecord> {
    const key = this.#layout.failure({ source: failure.source, runId: failure.run_id, table: failure.table });
    let record = failure;
    await this.#store.update<FailureRecord>(key, (standing) => {
      record = { ...failure, announced_at: standing?.announced_at ?? failure.announced_at };
      return record;
    });
    return record;
  }

  async readFailure(table: TableRef): Promise<FailureRecord | undefined> {
    return (await this.#store.read<FailureRecord>(this.#layout.failure(table)))?.value;
  }

  async markAnnounced(table: TableRef, announcedAt: string): Promise<void> {
    await this.#store.update<FailureRecord>(this.#layout.failure(table), (standing) =>
      standing === undefined || standing.announced_at !== null ? undefined : { ...standing, announced_at: announcedAt },
    );
  }

  hasEnded(table: TableRef): Promise<boolean> {
    return this.#tables.hasEnded(table);
  }

  listEnded(run: RunRef): Promise<EndedTables> {
    return this.#tables.listEnded(run);
  }

  listBegun(run: RunRef, sinceMs: number): Promise<ReadonlySet<string>> {
    return this.#tables.listBegun(run, sinceMs);
  }

  async createSummary(summary: RunSummary): Promise<boolean> {
    const key = this.#layout.summary({ source: summary.source, runId: summary.run_id });
    return (await this.#store.create(key, summary)).created;
  }

  async readSummary(run: RunRef): Promise<RunSummary | undefined> {
    return (await this.#store.read<RunSummary>(this.#layout.summary(run)))?.value;
  }
}
