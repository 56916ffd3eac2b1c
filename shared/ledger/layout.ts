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

  tablePlans(run: RunRef): string {
    return `${this.#run(run)}tables/`;
  }

  tablePlan(table: TableRef): string {
    return `${this.tablePlans(table)}${safeSegment(table.table)}.json`;
  }

  chunksSent(table: TableRef): string {
    return `${this.#run(table)}chunks-sent/${safeSegment(table.table)}.json`;
  }

  /** Has one folder for each table with a checkpoint. */
  checkpoints(run: RunRef): string {
    return `${this.#run(run)}checkpoints/`;
  }

  checkpoint(table: TableRef, chunk: number): string {
    return `${this.checkpoints(table)}${safeSegment(table.table)}/${chunk}.json`;
  }

  chunkEnds(table: TableRef): string {
    return `${this.#run(table)}chunk-ends/${safeSegment(table.table)}/`;
  }

  chunkEnd(table: TableRef, chunk: number): string {
    return `${this.chunkEnds(table)}${chunk}.json`;
  }

  /** The chunk that a key below `folder` is about; undefined when somebody else put it there. */
  static chunkOf(folder: string, key: string): number | undefined {
    const digits = /^\d+(?=\.json$)/.exec(key.slice(folder.length))?.[0];
    return digits === undefined ? undefined : Number(digits);
  }

  supersededTables(run: RunRef): string {
    return `${this.#run(run)}superseded/`;
  }

  superseded(table: TableRef): string {
    return `${this.supersededTables(table)}${safeSegment(table.table)}.json`;
  }

  claims(source: string): string {
    return `${this.#root}claims/${safeSegment(source)}/`;
  }

  claim(source: string, table: string): string {
    return `${this.claims(source)}${safeSegment(table)}.json`;
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

  attempts(run: RunRef): string {
    return `${this.#run(run)}attempts/`;
  }

  attemptsOf(table: TableRef): string {
    return `${this.attempts(table)}${safeSegment(table.table)}/`;
  }

  attempt(table: TableRef, id: string): string {
    return `${this.attemptsOf(table)}${safeSegment(id)}.json`;
  }

  announcements(run: RunRef): string {
    return `${this.#run(run)}announcements/`;
  }

  announcement(run: RunRef, errorCode: string): string {
    return `${this.announcements(run)}${safeSegment(errorCode)}.json`;
  }

  /** Outside the folder of the run, which there need not be. */
  overdue(run: RunRef): string {
    return `${this.#root}overdue/${safeSegment(run.source)}/${run.runId}.json`;
  }

  report(run: RunRef): string {
    return `${this.#run(run)}report.html`;
  }

  latest(source: string, table: string): string {
    return `${this.#root}latest/${safeSegment(source)}/${safeSegment(table)}.json`;
  }

  /** In a folder of its own, which is the location of a table of Hive or Athena. */
  symlinks(source: string, table: string): string {
    return `${this.#root}symlinks/${safeSegment(source)}/${safeSegment(table)}/manifest.txt`;
  }

  state(source: string, table: string): string {
    return `${this.#root}state/${safeSegment(source)}/${safeSegment(table)}.json`;
  }

  schema(source: string, table: string): string {
    return `${this.#root}schemas/${safeSegment(source)}/${safeSegment(table)}.json`;
  }

  removed(table: TableRef): string {
    return `${this.#run(table)}removed/${safeSegment(table.table)}.json`;
  }

  /** The folder that has one folder for each run of a source, by its id. */
  runs(source: string): string {
    return `${this.#root}runs/${safeSegment(source)}/`;
  }

  /** The table a key below `folder` is about; undefined when somebody else put it there. */
  static tableOf(folder: string, key: string): string | undefined {
    return LedgerLayout.tableOfSegment(/^[^/]+(?=\.json$)/.exec(key.slice(folder.length))?.[0] ?? '');
  }

  /** The table whose name became the segment of a key; undefined for none of ours. */
  static tableOfSegment(segment: string): string | undefined {
    const table = decoded(segment);
    return table !== '' && safeSegment(table) === segment ? table : undefined;
  }

  #run(run: RunRef): string {
    return `${this.runs(run.source)}${run.runId}/`;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
