import type { TableStore } from './table-store.ts';

interface Step {
  /** Changes rows, the same ones each time. */
  readonly work: () => unknown;
  readonly utc: string;
  readonly rowVersions: bigint[];
}

/**
 * A transaction beside others. What it changes is done at once and undone again, and done for good when it commits: with
 * the rowversions that it took and at the times that the clock had, but with the version of change tracking that is next
 * then. Until then its rowversions are active, and nobody else sees its changes. It locks nothing, as rows that are
 * written by one transaction alone need no lock; one that two of them write gets what the later commit makes of it.
 */
export class LateTransaction {
  readonly #store: TableStore;
  readonly #steps: Step[] = [];
  #isOpen = true;

  constructor(store: TableStore) {
    this.#store = store;
  }

  /** Gives what `work` gives within the transaction. */
  run<Result>(work: () => Result): Result {
    this.#checkOpen();
    const { clock, rowVersions } = this.#store.catalog;
    const step: Step = { work, utc: clock.utc(), rowVersions: [] };
    try {
      const result = this.look(() => clock.at(step.utc, () => rowVersions.hold(step.rowVersions, work)));
      this.#steps.push(step);
      return result;
    } catch (thrown) {
      rowVersions.release(step.rowVersions);
      throw thrown;
    }
  }

  /** What `read` gives with the transaction's own changes. */
  look<Result>(read: () => Result): Result {
    return this.#store.tentatively(() => {
      this.#repeat();
      return read();
    });
  }

  commit(): void {
    this.#checkOpen();
    try {
      this.#store.atomically(() => this.#repeat());
    } finally {
      this.rollback();
    }
  }

  rollback(): void {
    this.#isOpen = false;
    for (const { rowVersions } of this.#steps) this.#store.catalog.rowVersions.release(rowVersions);
    this.#steps.length = 0;
  }

  #repeat(): void {
    const { clock, rowVersions } = this.#store.catalog;
    for (const step of this.#steps) clock.at(step.utc, () => rowVersions.repeat(step.rowVersions, step.work));
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw new Error('The transaction has ended');
  }
}
