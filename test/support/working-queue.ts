import { DeadlineError } from '../../shared/core/errors.ts';
import { formatMessage, parseMessage, type TableMessage } from '../../shared/core/message.ts';
import type { Deadline } from '../../shared/flow/deadline.ts';
import type { ExtractServices } from '../../shared/flow/services.ts';
import { type DeliveryOutcome, takeMessage } from '../../shared/flow/take-message.ts';
import type { DeadLetterReason, TableQueue } from '../../shared/queue/queue.ts';
import { type FlowRig, noDeadline } from './flow-rig.ts';

/** A message that waits to be received. */
export interface Waiting {
  readonly body: string;
  /** How often it will have been received when it is received next. */
  readonly attempt: number;
}

export interface Sent {
  readonly message: TableMessage;
  readonly delayMs: number;
}

export interface Buried {
  readonly body: string;
  readonly reason: DeadLetterReason;
}

/** More deliveries than any test here needs: what takes more goes round in a circle. */
const MAX_DELIVERIES = 200;

/** A queue in memory: what is sent waits until it is taken, whatever its delay. */
export class WorkingQueue implements TableQueue {
  readonly waiting: Waiting[] = [];
  readonly sent: Sent[] = [];
  readonly deadLetters: Buried[] = [];
  readonly delaysMs: number[] = [];

  async send(
    messages: readonly TableMessage[],
    onSent: (sent: readonly TableMessage[]) => Promise<void> = async () => undefined,
    delayMs = 0,
  ): Promise<void> {
    for (const message of messages) {
      this.sent.push({ message, delayMs });
      this.waiting.push({ body: formatMessage(message), attempt: 1 });
    }
    await onSent(messages);
  }

  async delay(_receiptHandle: string, delayMs: number): Promise<void> {
    this.delaysMs.push(delayMs);
  }

  async deadLetter(body: string, reason: DeadLetterReason): Promise<void> {
    this.deadLetters.push({ body, reason });
  }

  /** What waits, as messages. */
  get messages(): TableMessage[] {
    return this.waiting.map(({ body }) => parseMessage(body));
  }
}

export interface Worker {
  readonly services?: ExtractServices;
  readonly deadline?: Deadline;
  /** The queue as the flow sees it, when that is not the queue itself. */
  readonly seenAs?: TableQueue;
}

/** Takes one message; throws when it would go back to the queue. */
export async function take(
  rig: FlowRig,
  queue: WorkingQueue,
  { body, attempt }: Waiting,
  { services = rig.services, deadline = noDeadline, seenAs = queue }: Worker = {},
): Promise<DeliveryOutcome> {
  const delivery = { queue: seenAs, body, receiptHandle: `receipt-${attempt}`, attempt };
  return await takeMessage(delivery, services, deadline, () => rig.log, rig.log);
}

/** Takes the message that waits longest; one that goes back to the queue waits behind all others. */
export async function takeNext(
  rig: FlowRig,
  queue: WorkingQueue,
  worker: Worker = {},
): Promise<DeliveryOutcome | { readonly status: 'back' }> {
  const next = queue.waiting.shift();
  if (next === undefined) throw new Error('The test takes a message of an empty queue.');
  try {
    return await take(rig, queue, next, worker);
  } catch {
    queue.waiting.push({ ...next, attempt: next.attempt + 1 });
    return { status: 'back' };
  }
}

/** Takes messages until none waits; how each delivery ended, in order. */
export async function drain(rig: FlowRig, queue: WorkingQueue, worker: Worker = {}): Promise<string[]> {
  const statuses: string[] = [];
  while (queue.waiting.length > 0) {
    if (statuses.length === MAX_DELIVERIES) throw new Error(`No end of deliveries: ${statuses.join(', ')}`);
    statuses.push((await takeNext(rig, queue, worker)).status);
  }
  return statuses;
}

export interface SteeredDeadline {
  readonly deadline: Deadline;
  /** No more rows are taken from here on. */
  wrapUp(): void;
  /** What is not complete is given up from here on. */
  giveUp(reason?: unknown): void;
}

/** The end of an invocation, which comes when the test says so. */
export function steeredDeadline(): SteeredDeadline {
  const wrapUp = new AbortController();
  const ending = new AbortController();
  return {
    deadline: { wrapUp: wrapUp.signal, signal: ending.signal },
    wrapUp: () => wrapUp.abort(new Error('The time for taking rows is up.')),
    giveUp: (reason = new DeadlineError('DEADLINE_REACHED', 'The table did not land within 880 s.')) => {
      wrapUp.abort(reason);
      ending.abort(reason);
    },
  };
}
