import { LedgerLayout } from './layout.ts';
import type { EndedTables, RunRef, TableRef } from './ledger.ts';
import type { TextStore } from './text-store.ts';

/** Between the clock of whoever planned a run and that of the store. */
const CLOCK_SKEW_MS = 900_000;

/** Which tables of a run have been begun and have ended, by the keys of their records alone. */
export class RunTables {
  readonly #texts: TextStore;
  readonly #layout: LedgerLayout;

  constructor(texts: TextStore, layout: LedgerLayout) {
    this.#texts = texts;
    this.#layout = layout;
  }

  /** As Ledger.hasEnded. */
  async hasEnded(table: TableRef): Promise<boolean> {
    const keys = [this.#layout.manifest(table), this.#layout.failure(table), this.#layout.superseded(table)];
    return (await Promise.all(keys.map((key) => this.#texts.exists(key)))).includes(true);
  }

  /** As Ledger.listEnded. */
  async listEnded(run: RunRef): Promise<EndedTables> {
    const [committed, failed, superseded] = await Promise.all([
      this.#tablesIn(this.#layout.manifests(run)),
      this.#tablesIn(this.#layout.failures(run)),
      this.#tablesIn(this.#layout.supersededTables(run)),
    ]);
    return { committed, failed, superseded };
  }

  /** As Ledger.listBegun: by plans and checkpoints, and by when the claims of the source were written. */
  async listBegun(run: RunRef, sinceMs: number): Promise<ReadonlySet<string>> {
    const [planned, claimed, folders] = await Promise.all([
      this.#tablesIn(this.#layout.tablePlans(run)),
      this.#tablesIn(this.#layout.claims(run.source), sinceMs - CLOCK_SKEW_MS),
      this.#texts.listFolders(this.#layout.checkpoints(run)),
    ]);
    const checkpointed = folders.flatMap((folder) => LedgerLayout.tableOfSegment(folder) ?? []);
    return new Set([...planned, ...claimed, ...checkpointed]);
  }

  async #tablesIn(folder: string, sinceMs?: number): Promise<ReadonlySet<string>> {
    const tables = (await this.#texts.list(folder, sinceMs)).map((key) => LedgerLayout.tableOf(folder, key));
    return new Set(tables.filter((table) => table !== undefined));
  }
}
