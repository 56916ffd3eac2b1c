import type { Chance } from '../world/chance.ts';
import type { EventLoop } from '../world/event-loop.ts';
import { serviceError } from './service-error.ts';

export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, { readonly StringValue?: string }>>;
  readonly sentAtMs: number;
  visibleAtMs: number;
  receives: number;
  receiptHandle: string;
}

export interface Redrive {
  readonly target: MessageQueue;
  readonly maxReceives: number;
}

/**
 * One standard queue of SQS: deliveries in any order, at least once, hidden while somebody works on them, moved to
 * the dead letters when they were received too often.
 */
export class MessageQueue {
  readonly name: string;
  readonly messages = new Map<string, QueuedMessage>();
  readonly #loop: EventLoop;
  readonly #chance: Chance;
  readonly #redrive: Redrive | undefined;
  /** Told when a message can be seen, now or at a later time. */
  onVisible: (timeMs: number) => void = () => undefined;
  #count = 0;

  constructor(name: string, loop: EventLoop, chance: Chance, redrive?: Redrive) {
    this.name = name;
    this.#loop = loop;
    this.#chance = chance;
    this.#redrive = redrive;
  }

  send(body: string, attributes: QueuedMessage['attributes'] = {}, delaySeconds = 0): string {
    const id = `${this.name}-${++this.#count}`;
    const visibleAtMs = this.#loop.nowMs + delaySeconds * 1000;
    const sentAtMs = this.#loop.nowMs;
    this.messages.set(id, { id, body, attributes, sentAtMs, visibleAtMs, receives: 0, receiptHandle: '' });
    this.onVisible(visibleAtMs);
    return id;
  }

  /** Up to `most` messages in any order. `hideSeconds` 0 leaves them in sight of others. */
  receive(most: number, hideSeconds: number): QueuedMessage[] {
    const visible = [...this.messages.values()].filter(({ visibleAtMs }) => visibleAtMs <= this.#loop.nowMs);
    const taken: QueuedMessage[] = [];
    for (const message of this.#chance.shuffled(visible)) {
      if (taken.length === most) break;
      if (this.#moveWhenWornOut(message)) continue;
      message.receives += 1;
      message.visibleAtMs = this.#loop.nowMs + hideSeconds * 1000;
      message.receiptHandle = `${message.id}/${message.receives}`;
      this.onVisible(message.visibleAtMs);
      taken.push({ ...message });
    }
    return taken;
  }

  /** @throws InvalidParameterValue for a message that is no longer there. An old receipt works at times. */
  hide(receiptHandle: string, seconds: number): void {
    const message = this.#byReceipt(receiptHandle);
    if (message === undefined) {
      throw serviceError('InvalidParameterValue', 400, 'The message does not exist or is not available.');
    }
    message.visibleAtMs = this.#loop.nowMs + seconds * 1000;
    this.onVisible(message.visibleAtMs);
  }

  delete(receiptHandle: string): void {
    const message = this.#byReceipt(receiptHandle);
    if (message !== undefined) this.messages.delete(message.id);
  }

  #byReceipt(receiptHandle: string): QueuedMessage | undefined {
    const message = this.messages.get(receiptHandle.split('/')[0] ?? '');
    if (message === undefined || message.receiptHandle === receiptHandle) return message;
    return this.#chance.chance(0.5) ? message : undefined;
  }

  #moveWhenWornOut(message: QueuedMessage): boolean {
    if (this.#redrive === undefined || message.receives < this.#redrive.maxReceives) return false;
    this.messages.delete(message.id);
    this.#redrive.target.send(message.body, message.attributes);
    return true;
  }
}
