import type { Clock } from '../core/clock.ts';
import { replayMessage, type TableMessage } from '../core/message.ts';
import type { DeadLetterQueue, TableQueue } from '../queue/queue.ts';
import { type DeadTable, type LetterFilter, sortLetters, type UnreadableLetter } from './dead-tables.ts';
import { HeldLetters } from './held-letters.ts';

export interface ReplayRequest {
  readonly filter: LetterFilter;
  /** True to look only: nothing is sent and nothing is deleted. */
  readonly dryRun: boolean;
  /** Tables at most, those that have waited longest; undefined for all. */
  readonly max?: number | undefined;
}

export interface ReplayServices {
  readonly deadLetters: DeadLetterQueue;
  readonly queue: TableQueue;
  readonly clock: Clock;
  /** Told of the tables that are about to be sent, before the first one is. */
  readonly onChosen?: (tables: readonly TableMessage[]) => Promise<void>;
  /** Ends the replay between two batches when time is up. */
  readonly enough?: AbortSignal | undefined;
}

export interface ReplayReport {
  /** Sent back to work, or, in a dry run, what would be; each table of a run once. */
  readonly replayed: readonly DeadTable[];
  /** Tables that are meant but stay, for the sake of `max` or because time was up. */
  readonly waiting: number;
  /** Letters that the filter left where they are. */
  readonly left: number;
  /** Letters that are not ours or of an unknown version, left where they are. */
  readonly unreadable: readonly UnreadableLetter[];
  /** False when there may be letters that were not looked at. */
  readonly complete: boolean;
}

/** As many as SQS takes at once; between two of them the letters in hand are kept hidden. */
const BATCH_TABLES = 10;

/**
 * Sends dead letters back to work as fresh messages and deletes them after, never before: a crash in between leaves
 * a letter whose replay is harmless, as a landed table is not landed again. One message resumes a table of a run with
 * all its chunks, however many letters it left. Every letter in sight is taken before the first one is sent back: a
 * table that fails again at once leaves another letter, which must not be taken for one that its replay has answered.
 * @throws QueueError
 */
export async function replayDeadLetters(request: ReplayRequest, services: ReplayServices): Promise<ReplayReport> {
  const held = new HeldLetters(services.deadLetters, services.clock);
  try {
    const complete = await held.takeAll(services.enough);
    const { tables, others, left, unreadable } = sortLetters(held.letters, request.filter);
    const chosen = tables.slice(0, request.max);
    const unchosen = tables.slice(chosen.length).flatMap(({ letters }) => letters);
    await held.release([...others, ...unchosen]);
    const replayed = request.dryRun ? chosen : await sendBack(chosen, held, services);
    return { replayed, waiting: tables.length - replayed.length, left, unreadable, complete };
  } finally {
    await held.release();
  }
}

/** Those that were sent before time was up. */
async function sendBack(
  chosen: readonly DeadTable[],
  held: HeldLetters,
  { queue, clock, onChosen, enough }: ReplayServices,
): Promise<DeadTable[]> {
  if (chosen.length > 0) await onChosen?.(chosen.map(({ message }) => message));
  const replayed: DeadTable[] = [];
  const replayedAtMs = clock.now();
  while (replayed.length < chosen.length && enough?.aborted !== true) {
    const batch = chosen.slice(replayed.length, replayed.length + BATCH_TABLES);
    await held.keep();
    const tableOf = new Map(batch.map((table) => [resumption(table, replayedAtMs), table]));
    await queue.send([...tableOf.keys()], async (sent) => {
      await held.delete(sent.flatMap((message) => tableOf.get(message)?.letters ?? []));
    });
    replayed.push(...batch);
  }
  return replayed;
}

function resumption({ message: { source, runId, table } }: DeadTable, replayedAtMs: number): TableMessage {
  return replayMessage(source, runId, table, replayedAtMs);
}
