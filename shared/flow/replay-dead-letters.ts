import { LandfallError } from '../core/errors.ts';
import { firstMessage, parseMessage, type TableMessage } from '../core/message.ts';
import type { DeadLetter, DeadLetterQueue, TableQueue } from '../queue/queue.ts';

export interface ReplayFilter {
  /** Table names; empty for every table. */
  readonly tables: readonly string[];
  /** Run ids; empty for every run. */
  readonly runs: readonly string[];
}

export interface ReplayRequest {
  readonly filter: ReplayFilter;
  /** True to look only: nothing is sent and nothing is deleted. */
  readonly dryRun: boolean;
}

export interface ReplayServices {
  readonly deadLetters: DeadLetterQueue;
  readonly queue: TableQueue;
}

export interface ReplayedLetter {
  readonly message: TableMessage;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
}

export interface ReplayReport {
  /** Sent back to work, or, in a dry run, what would be; each table of a run once. */
  readonly replayed: readonly ReplayedLetter[];
  /** Letters that the filter left where they are. */
  readonly left: number;
  /** Letters that are not ours or of an unknown version, left where they are. */
  readonly unreadable: readonly { readonly messageId: string; readonly problem: string }[];
}

/** Long enough to go through a full queue, short enough that a crash hides nobody's letters for long. */
const HIDE_SECONDS = 60;
const MAX_LETTERS = 10_000;

/**
 * Sends dead letters back to work as fresh messages and deletes them after, never before: a crash in between leaves
 * a letter whose replay is harmless, as a landed table is not landed again. One message resumes a table of a run with
 * all its chunks, however many letters it left.
 * @throws QueueError
 */
export async function replayDeadLetters(request: ReplayRequest, services: ReplayServices): Promise<ReplayReport> {
  const hidden = new Map<string, DeadLetter>();
  const replayed = new Map<string, ReplayedLetter>();
  const unreadable: { messageId: string; problem: string }[] = [];
  let left = 0;
  try {
    await hideAll(hidden, services);
    for (const letter of hidden.values()) {
      const message = readLetter(letter, unreadable);
      if (message === undefined || !matches(message, request.filter)) {
        if (message !== undefined) left += 1;
        continue;
      }
      if (!request.dryRun) {
        await replayOne(letter, message, replayed, services);
        hidden.delete(letter.messageId);
      }
      replayed.set(identityOf(message), { message, ...reasonOf(letter) });
    }
  } finally {
    await Promise.allSettled([...hidden.values()].map((letter) => services.deadLetters.release(letter)));
  }
  return { replayed: [...replayed.values()], left, unreadable };
}

/**
 * Every letter in sight, before the first one is sent back: a table that fails again at once leaves another letter, which
 * must not be taken for one that its replay has answered.
 */
async function hideAll(hidden: Map<string, DeadLetter>, { deadLetters }: ReplayServices): Promise<void> {
  while (hidden.size < MAX_LETTERS) {
    const fresh = (await deadLetters.receive(HIDE_SECONDS)).filter(({ messageId }) => !hidden.has(messageId));
    if (fresh.length === 0) return;
    for (const letter of fresh) hidden.set(letter.messageId, letter);
  }
}

async function replayOne(
  letter: DeadLetter,
  message: TableMessage,
  replayed: ReadonlyMap<string, ReplayedLetter>,
  services: ReplayServices,
): Promise<void> {
  const { source, runId, table } = message;
  if (!replayed.has(identityOf(message))) {
    await services.queue.send([{ ...firstMessage(source, runId, table), resume: true }]);
  }
  await services.deadLetters.delete(letter);
}

function readLetter(
  letter: DeadLetter,
  unreadable: { messageId: string; problem: string }[],
): TableMessage | undefined {
  try {
    return parseMessage(letter.body);
  } catch (thrown) {
    if (!(thrown instanceof LandfallError)) throw thrown;
    unreadable.push({ messageId: letter.messageId, problem: thrown.message });
    return undefined;
  }
}

function matches(message: TableMessage, filter: ReplayFilter): boolean {
  const tableMatches = filter.tables.length === 0 || filter.tables.includes(message.table);
  return tableMatches && (filter.runs.length === 0 || filter.runs.includes(message.runId));
}

function identityOf(message: TableMessage): string {
  return JSON.stringify([message.runId, message.table]);
}

function reasonOf(letter: DeadLetter): Pick<ReplayedLetter, 'errorCode' | 'errorMessage'> {
  return { errorCode: letter.errorCode, errorMessage: letter.errorMessage };
}
