import { LandfallError } from '../core/errors.ts';
import { parseMessage, type TableMessage } from '../core/message.ts';
import type { DeadLetter } from '../queue/queue.ts';

/** Stands for letters without a reason: SQS itself moved them, after a worker died of their message again and again. */
export const NO_ERROR_CODE = 'none';

/** Which dead letters somebody means; an empty list leaves nothing out. */
export interface LetterFilter {
  /** Table names. */
  readonly tables: readonly string[];
  /** Run ids. */
  readonly runs: readonly string[];
  /** Error codes; `none` for letters without a reason. */
  readonly errors: readonly string[];
}

/** A table of a run with its letters: each of its chunks may have left one. */
export interface DeadTable {
  /** Of the oldest letter. */
  readonly message: TableMessage;
  /** Of the newest letter. */
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  /** The oldest first. */
  readonly letters: readonly DeadLetter[];
}

export interface UnreadableLetter {
  readonly messageId: string;
  readonly problem: string;
}

export interface SortedLetters {
  /** Those with a letter that the filter means; the one that has waited longest first. */
  readonly tables: readonly DeadTable[];
  /** Letters that the filter leaves out, and unreadable ones. */
  readonly others: readonly DeadLetter[];
  /** Letters that the filter leaves out. */
  readonly left: number;
  /** Letters that are not ours or of an unknown version. */
  readonly unreadable: readonly UnreadableLetter[];
}

/** @param letters the oldest first */
export function sortLetters(letters: readonly DeadLetter[], filter: LetterFilter): SortedLetters {
  const tables = new Map<string, { message: TableMessage; letters: DeadLetter[] }>();
  const others: DeadLetter[] = [];
  const unreadable: UnreadableLetter[] = [];
  for (const letter of letters) {
    const message = readLetter(letter, unreadable);
    if (message === undefined || !isMeant(letter, message, filter)) {
      others.push(letter);
      continue;
    }
    const identity = JSON.stringify([message.runId, message.table]);
    const table = tables.get(identity) ?? { message, letters: [] };
    table.letters.push(letter);
    tables.set(identity, table);
  }
  return {
    tables: [...tables.values()].map((table) => ({ ...table, ...reasonOf(table.letters) })),
    others,
    left: others.length - unreadable.length,
    unreadable,
  };
}

function readLetter(letter: DeadLetter, unreadable: UnreadableLetter[]): TableMessage | undefined {
  try {
    return parseMessage(letter.body);
  } catch (thrown) {
    if (!(thrown instanceof LandfallError)) throw thrown;
    unreadable.push({ messageId: letter.messageId, problem: thrown.message });
    return undefined;
  }
}

function isMeant(letter: DeadLetter, { table, runId }: TableMessage, { tables, runs, errors }: LetterFilter): boolean {
  const includes = (names: readonly string[], name: string) => names.length === 0 || names.includes(name);
  const code = letter.errorCode ?? NO_ERROR_CODE;
  return includes(tables, table) && includes(runs, runId) && includes(errors, code);
}

function reasonOf(letters: readonly DeadLetter[]): Pick<DeadTable, 'errorCode' | 'errorMessage'> {
  const newest = letters.at(-1);
  return { errorCode: newest?.errorCode, errorMessage: newest?.errorMessage };
}
