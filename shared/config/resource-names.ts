import { createHash } from 'node:crypto';

/** The stage of commands that name none. */
export const DEFAULT_STAGE = 'prod';

/** The stage of a fleet on one machine. */
export const LOCAL_STAGE = 'local';

/** The topic that a stack makes for `alerts.emails`. */
export function topicName(stage: string): string {
  return `landfall-${stage}-alerts`;
}

/** SQS allows 80 characters for the name of a queue. */
const QUEUE_NAME_MAX = 80;
const DIGEST_CHARACTERS = 16;

/** The queues of one source. */
export interface QueueNames {
  readonly queue: string;
  readonly deadLetterQueue: string;
}

/**
 * The names of a source's queues in a stage, by which a command finds them. A source whose name SQS would refuse, or
 * whose queue would be another's (`x-dlq`), gets a readable rest of its name and a digest instead; two sources never share
 * a queue.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html
 */
export function queueNames(stage: string, source: string): QueueNames {
  const prefix = `landfall-${stage}-`;
  const room = QUEUE_NAME_MAX - prefix.length - '-dlq'.length;
  const part = isPlain(source, room) ? source : encoded(source, room);
  return { queue: `${prefix}${part}`, deadLetterQueue: `${prefix}${part}-dlq` };
}

function isPlain(name: string, room: number): boolean {
  return /^[A-Za-z0-9_-]+$/.test(name) && name.length <= room && !/(-dlq|--[0-9a-f]{16})$/.test(name);
}

function encoded(name: string, room: number): string {
  const rest = name.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, room - DIGEST_CHARACTERS - 2);
  return `${rest}--${nameDigest(name, DIGEST_CHARACTERS)}`;
}

/** What tells a name from every other one where the name itself has no place: so many hexadecimal digits. */
export function nameDigest(name: string, characters: number): string {
  return createHash('sha256').update(name).digest('hex').slice(0, characters);
}
