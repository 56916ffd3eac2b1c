import { safeSegment } from '../core/object-key.ts';
import type { RunRef, TableRef } from './ledger.ts';

/** Keys of the ledger's records below the target's prefix. Tables are percent-encoded into one segment. */
export class LedgerLayout {
  readonly #root: string;

  /** @param prefix the target's prefix: empty, or ending with a slash */
  constructor(prefix: string) {
    this.#root = `${prefix}_landfall/`;
  }

  plan(run: RunRef): string {
    return `${this.#run(run)}plan.json`;
  }

  sent(run: RunRef): string {
    return `${this.#run(run)}sent.json`;
  }

  summary(run: RunRef): string {
    return `${this.#run(run)}summary.json`;
  }

  part(table: TableRef, chunk: number, sequence: number, attemptId: string): string {
    return `${this.#run(table)}parts/${safeSegment(table.table)}/${chunk}-${sequence}-${safeSegment(attemptId)}.json`;
  }

  manifests(run: RunRef): string {
    return `${this.#run(run)}manifests/`;
  }

  manifest(table: TableRef): string {
    return `${this.manifests(table)}${safeSegment(table.table)}.json`;
  }

  failures(run: RunRef): string {
    return `${this.#run(run)}failures/`;
  }

  failure(table: TableRef): string {
    return `${this.failures(table)}${safeSegment(table.table)}.json`;
  }

  latest(source: string, table: string): string {
    return `${this.#root}latest/${safeSegment(source)}/${safeSegment(table)}.json`;
  }

  /** The table a key below `folder` is about; undefined when somebody else put it there. */
  static tableOf(folder: string, key: string): string | undefined {
    const segment = /^[^/]+(?=\.json$)/.exec(key.slice(folder.length))?.[0] ?? '';
    const table = decoded(segment);
    return table !== '' && safeSegment(table) === segment ? table : undefined;
  }

  #run(run: RunRef): string {
    return `${this.#root}runs/${safeSegment(run.source)}/${run.runId}/`;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
