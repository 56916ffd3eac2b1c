import type { AnnouncementRecord, AttemptRecord, OverdueRecord } from '../core/records.ts';
import type { JsonStore, RecordChange } from './json-store.ts';
import type { LedgerLayout } from './layout.ts';
import type { RunNotes, RunRef, TableRef } from './ledger.ts';
import type { TextStore } from './text-store.ts';

/** Reads of notes at the same time. */
const READ_CONCURRENCY = 16;

/** What people are told of runs, as objects beside the records of the ledger. */
export class S3RunNotes implements RunNotes {
  readonly #texts: TextStore;
  readonly #store: JsonStore;
  readonly #layout: LedgerLayout;

  constructor(texts: TextStore, store: JsonStore, layout: LedgerLayout) {
    this.#texts = texts;
    this.#store = store;
    this.#layout = layout;
  }

  async recordAttempt(attempt: AttemptRecord, id: string): Promise<void> {
    const table = { source: attempt.source, runId: attempt.run_id, table: attempt.table };
    await this.#store.create(this.#layout.attempt(table, id), attempt);
  }

  listAttempts(run: RunRef): Promise<AttemptRecord[]> {
    return this.#readAll(this.#layout.attempts(run));
  }

  async listAttemptsOf(table: TableRef): Promise<AttemptRecord[]> {
    return await this.#readAll(this.#layout.attemptsOf(table));
  }

  async readAnnouncement(run: RunRef, errorCode: string): Promise<AnnouncementRecord | undefined> {
    return (await this.#store.read<AnnouncementRecord>(this.#layout.announcement(run, errorCode)))?.value;
  }

  listAnnouncements(run: RunRef): Promise<AnnouncementRecord[]> {
    return this.#readAll(this.#layout.announcements(run));
  }

  async updateAnnouncement(run: RunRef, errorCode: string, change: RecordChange<AnnouncementRecord>): Promise<boolean> {
    return (await this.#store.update(this.#layout.announcement(run, errorCode), change)).changed;
  }

  async readOverdue(run: RunRef): Promise<OverdueRecord | undefined> {
    return (await this.#store.read<OverdueRecord>(this.#layout.overdue(run)))?.value;
  }

  async updateOverdue(run: RunRef, change: RecordChange<OverdueRecord>): Promise<boolean> {
    return (await this.#store.update(this.#layout.overdue(run), change)).changed;
  }

  failureKey(table: TableRef): string {
    return this.#layout.failure(table);
  }

  reportKey(run: RunRef): string {
    return this.#layout.report(run);
  }

  async writeReport(run: RunRef, html: string): Promise<void> {
    await this.#texts.update(this.#layout.report(run), () => ({ text: html, contentType: 'text/html; charset=utf-8' }));
  }

  async #readAll<T>(folder: string): Promise<T[]> {
    const keys = await this.#texts.list(folder);
    const records: T[] = [];
    for (let at = 0; at < keys.length; at += READ_CONCURRENCY) {
      const some = await Promise.all(keys.slice(at, at + READ_CONCURRENCY).map((key) => this.#store.read<T>(key)));
      records.push(...some.flatMap((record) => record?.value ?? []));
    }
    return records;
  }
}
