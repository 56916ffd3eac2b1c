import { MessageError } from './errors.ts';
import { scheduledTimeOf } from './run-id.ts';

/** The only version that is understood and sent. */
export const MESSAGE_VERSION = 1;

/** Largest body SQS accepts, in bytes. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const MESSAGE_MAX_BYTES = 1_048_576;

/** One unit of work, a chunk of a table from one of its parts on: ids only, never SQL and never credentials. */
export interface TableMessage {
  readonly source: string;
  readonly runId: string;
  readonly table: string;
  readonly chunk: number;
  /** The part to go on with: what a message is for that the checkpoint has left behind is done. */
  readonly sequence: number;
  /** Continuations before this one. */
  readonly hop: number;
  /** Continuations in a row, this one included, that were sent without a new part. */
  readonly idle: number;
  /** Epoch milliseconds since when it waits for another run to end; 0 when it does not wait. */
  readonly waitingSinceMs: number;
  /** True when an operator sent it: every chunk that has not ended goes on, wherever it stands. */
  readonly resume: boolean;
  /** Epoch milliseconds of the replay that it is, or follows from; 0 for none. Messages of one replay share it. */
  readonly replayedAtMs: number;
}

/**
 * The body of a message. JSON leaves U+FFFE and U+FFFF as they are, which SQS refuses, and characters beyond the basic
 * plane, which emulators refuse; all of them are escaped.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function formatMessage(message: TableMessage): string {
  const { source, runId, table, chunk, sequence, hop, idle, waitingSinceMs, resume, replayedAtMs } = message;
  const head = { version: MESSAGE_VERSION, source, run_id: runId, table, chunk, sequence };
  const json = JSON.stringify({
    ...head,
    ...(hop > 0 && { hop }),
    ...(idle > 0 && { idle }),
    ...(waitingSinceMs > 0 && { waiting_since_ms: waitingSinceMs }),
    ...(resume && { resume }),
    ...(replayedAtMs > 0 && { replayed_at_ms: replayedAtMs }),
  });
  return json.replace(/[\uD800-\uDFFF\uFFFE\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

/** The first message of a table in a run: its first extractor plans the table and sends the messages of further chunks. */
export function firstMessage(source: string, runId: string, table: string): TableMessage {
  const begin = { chunk: 0, sequence: 0, hop: 0, idle: 0, waitingSinceMs: 0 };
  return { source, runId, table, ...begin, resume: false, replayedAtMs: 0 };
}

/** The message with which an operator sends a table of a run back to work, at `replayedAtMs`. */
export function replayMessage(source: string, runId: string, table: string, replayedAtMs: number): TableMessage {
  return { ...firstMessage(source, runId, table), resume: true, replayedAtMs };
}

/** @throws MessageError when the body is not one of our messages; its text never repeats the body. */
export function parseMessage(body: string): TableMessage {
  const fields = parseFields(body);
  const { version, source, run_id: runId, table, chunk, sequence } = fields;
  const { hop = 0, idle = 0, waiting_since_ms: waitingSinceMs = 0, resume = false } = fields;
  const { replayed_at_ms: replayedAtMs = 0 } = fields;
  if (version !== MESSAGE_VERSION) {
    throw new MessageError(
      'MESSAGE_VERSION_UNKNOWN',
      `The message has version ${describe(version)}; this release understands version ${MESSAGE_VERSION}.`,
      { remedy: 'Deploy the release that sent it, or delete the message.' },
    );
  }
  if (typeof runId !== 'string' || scheduledTimeOf(runId) === undefined) {
    throw invalid('run_id', runId, 'a run id such as 20261122T030000Z');
  }
  return {
    source: requireName('source', source),
    runId,
    table: requireName('table', table),
    chunk: requireCount('chunk', chunk),
    sequence: requireCount('sequence', sequence),
    hop: requireCount('hop', hop),
    idle: requireCount('idle', idle),
    waitingSinceMs: requireCount('waiting_since_ms', waitingSinceMs),
    resume: requireFlag('resume', resume),
    replayedAtMs: requireCount('replayed_at_ms', replayedAtMs),
  };
}

function parseFields(body: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw notOurs('is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw notOurs('is not a JSON object');
  return parsed as Record<string, unknown>;
}

function notOurs(found: string): MessageError {
  return new MessageError('MESSAGE_NOT_OURS', `The message ${found}; expected a Landfall table message.`, {
    remedy: 'Find out who else may send to this queue; its policy should allow the scheduler and the extractor only.',
  });
}

function requireName(field: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(field, value, 'a non-empty text');
}

function requireCount(field: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(field, value, 'a whole number from 0');
}

function requireFlag(field: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(field, value, 'true or false');
}

function invalid(field: string, value: unknown, expected: string): MessageError {
  return new MessageError('MESSAGE_INVALID', `The message's ${field} is ${describe(value)}; expected ${expected}.`);
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number') return String(value);
  return value === null ? 'null' : `a ${typeof value}`;
}
