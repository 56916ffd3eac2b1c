import type { Clock } from '../core/clock.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import type { Ledger, TableRef } from '../ledger/ledger.ts';
import type { DeadLetterQueue } from '../queue/queue.ts';
import { type DeadTable, type LetterFilter, sortLetters, type UnreadableLetter } from './dead-tables.ts';
import { HeldLetters } from './held-letters.ts';

/** A table of a run among the dead letters, with what the ledger knows of its failure. */
export interface FailedTable extends TableRef {
  /** Undefined when SQS itself moved the message after its worker died again and again. */
  readonly errorCode: string | undefined;
  readonly errorClass: string | undefined;
  readonly errorMessage: string | undefined;
  readonly remedy: string | undefined;
  /** Undefined where neither the letter nor the ledger knows. */
  readonly attempts: number | undefined;
  /** Epoch milliseconds of its oldest letter. */
  readonly failedAtMs: number;
  readonly letters: number;
}

/** Tables that failed for one reason. */
export interface FailedCause {
  readonly errorCode: string | undefined;
  /** The one that has waited longest first. */
  readonly tables: readonly FailedTable[];
}

export interface FailedReport {
  /** The one with the most tables first; of equal ones by their codes. */
  readonly causes: readonly FailedCause[];
  /** Letters that the filter leaves out. */
  readonly left: number;
  readonly unreadable: readonly UnreadableLetter[];
  /** False when there may be letters that were not looked at. */
  readonly complete: boolean;
}

export interface FailedServices {
  readonly deadLetters: DeadLetterQueue;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

const READ_CONCURRENCY = 16;

/** The dead letters of a source by table and cause. They stay where they are. @throws QueueError, LandingError */
export async function listFailed(filter: LetterFilter, services: FailedServices): Promise<FailedReport> {
  const held = new HeldLetters(services.deadLetters, services.clock);
  const { complete, sorted } = await look(held, filter);
  const tables = await mapConcurrently(sorted.tables, READ_CONCURRENCY, (table) => failedTable(table, services));
  const byCause = Map.groupBy(tables, ({ errorCode }) => errorCode);
  const causes = [...byCause].map(([errorCode, failed]) => ({ errorCode, tables: failed }));
  return {
    causes: causes.toSorted(byTables),
    left: sorted.left,
    unreadable: sorted.unreadable,
    complete,
  };
}

function byTables(a: FailedCause, b: FailedCause): number {
  return b.tables.length - a.tables.length || (a.errorCode ?? '').localeCompare(b.errorCode ?? '');
}

async function look(held: HeldLetters, filter: LetterFilter) {
  try {
    const complete = await held.takeAll();
    return { complete, sorted: sortLetters(held.letters, filter) };
  } finally {
    await held.release();
  }
}

async function failedTable(dead: DeadTable, { ledger }: FailedServices): Promise<FailedTable> {
  const { source, runId, table } = dead.message;
  const ref = { source, runId, table };
  const record = await ledger.readFailure(ref);
  // The record has the table's newest failure, which is another one when chunks failed for different reasons.
  const known = record?.error_code === dead.errorCode ? record : undefined;
  return {
    ...ref,
    errorCode: dead.errorCode,
    errorClass: known?.error_class,
    errorMessage: known?.error_message ?? dead.errorMessage,
    remedy: known?.remedy,
    attempts: dead.letters.at(-1)?.attempts ?? known?.attempts,
    failedAtMs: dead.letters[0]?.sentAtMs ?? 0,
    letters: dead.letters.length,
  };
}
