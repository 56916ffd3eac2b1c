import type { ChangedTable } from './changed-table.ts';

/** A transaction of a database's own connection. */
export interface WriterSession {
  run(sql: string): Promise<void>;
  /** Texts of a query of one row. */
  ask(sql: string): Promise<(string | null)[]>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** After the server went down. */
  abandon(): Promise<void>;
  /** Lets it survive its connection, where the database can do so. */
  readonly prepare?: () => Promise<void>;
}

/** A transaction of a writer, which may stay open over several runs, with what it has changed. */
export class OpenTransaction {
  readonly session: WriterSession;
  /** When it must have ended, so that its update keys are within the lag of their clock. */
  endsBeforeMs = Number.POSITIVE_INFINITY;
  /** True once it survives a restart of the server. */
  isPrepared = false;
  /** Rows that it has changed, and whether each is there in its own eyes. */
  readonly #pending = new Map<ChangedTable, Map<string, boolean>>();
  readonly #leastDrawn = new Map<ChangedTable, number>();
  /** Numbers of sequences that it drew when it began. */
  readonly drawn = new Map<ChangedTable, string>();

  constructor(session: WriterSession) {
    this.session = session;
  }

  note(table: ChangedTable, id: string, isThere: boolean): void {
    const rows = this.#pending.get(table) ?? new Map<string, boolean>();
    this.#pending.set(table, rows.set(id, isThere));
  }

  get tables(): ChangedTable[] {
    return [...this.#pending.keys()];
  }

  /** Undefined for a row that it has not touched. */
  sees(table: ChangedTable, id: string): boolean | undefined {
    return this.#pending.get(table)?.get(id);
  }

  touched(table: ChangedTable): string[] {
    return [...(this.#pending.get(table)?.keys() ?? [])];
  }

  noteKey(table: ChangedTable, key: number): void {
    this.#leastDrawn.set(table, Math.min(key, this.leastKey(table)));
  }

  /** The least number that it has drawn of a counter. */
  leastKey(table: ChangedTable): number {
    return this.#leastDrawn.get(table) ?? Number.POSITIVE_INFINITY;
  }
}
