import type { DatabaseSync } from 'node:sqlite';
import type { ChangeLog } from './change-log.ts';

/** Savepoints within each other; what the outermost one keeps is committed, with one version for all of its changes. */
export class AtomicWrites {
  readonly #sqlite: DatabaseSync;
  readonly #changes: ChangeLog;
  #depth = 0;

  constructor(sqlite: DatabaseSync, changes: ChangeLog) {
    this.#sqlite = sqlite;
    this.#changes = changes;
  }

  /** All of it or, when it throws, nothing. */
  atomically<Result>(work: () => Result): Result {
    return this.#within(work, true);
  }

  /** What `work` gives, and nothing of what it changes. */
  tentatively<Result>(work: () => Result): Result {
    return this.#within(work, false);
  }

  #within<Result>(work: () => Result, keeps: boolean): Result {
    const name = `work${this.#depth}`;
    this.#sqlite.exec(`SAVEPOINT ${name}`);
    this.#depth++;
    let kept = false;
    try {
      const result = work();
      kept = keeps;
      return result;
    } finally {
      this.#depth--;
      this.#sqlite.exec(kept ? `RELEASE ${name}` : `ROLLBACK TO ${name}; RELEASE ${name}`);
      if (this.#depth === 0) this.#changes[kept ? 'commit' : 'rollback']();
    }
  }
}
