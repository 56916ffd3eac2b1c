import type { WireValue } from '../../tds/wire-types.ts';
import type { TableDefinition } from './catalog.ts';
import { LateTransaction } from './late-transaction.ts';
import { parseBatch } from './parse-batch.ts';
import { changeRows } from './run-changes.ts';
import type { SessionState } from './session-state.ts';
import { asServerError } from './sqlite-errors.ts';
import type { TableStore } from './table-store.ts';
import { Translation } from './translation.ts';

/** A transaction that a test holds open, for changes that are committed late. */
export class AdminTransaction {
  readonly #store: TableStore;
  readonly #session: SessionState;
  readonly #late: LateTransaction;

  constructor(store: TableStore, session: SessionState) {
    this.#store = store;
    this.#session = session;
    this.#late = new LateTransaction(store);
  }

  /** INSERT, UPDATE and DELETE; returns how many rows they changed. @throws SqlServerError */
  run(sql: string): number {
    let rowCount = 0;
    for (const statement of parseBatch(sql)) {
      const { kind } = statement;
      if (kind !== 'insert' && kind !== 'update' && kind !== 'delete') throw new TypeError(`${kind} changes no rows`);
      const translation = () => new Translation(this.#store.catalog, this.#session, new Map());
      rowCount += this.#asServer(() => this.#late.run(() => changeRows(statement, this.#store, translation())));
    }
    return rowCount;
  }

  /** A row of the server's texts, over the one that has its key. A rowversion that is null is the next one. */
  put(table: TableDefinition, row: readonly WireValue[]): void {
    this.#asServer(() => this.#late.run(this.#store.putting(table, row)));
  }

  /** @throws SqlServerError when a row cannot be, and then nothing is committed */
  commit(): void {
    this.#asServer(() => this.#late.commit());
  }

  rollback(): void {
    this.#late.rollback();
  }

  #asServer<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (thrown) {
      throw asServerError(thrown, this.#store.catalog);
    }
  }
}
