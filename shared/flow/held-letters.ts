import type { Clock } from '../core/clock.ts';
import type { DeadLetter, DeadLetterQueue } from '../queue/queue.ts';

/** A crash hides nobody's letters for longer. */
const HIDE_SECONDS = 60;
/** Letters that are to come into sight so soon are hidden anew: a full queue takes longer to go through than one hiding. */
const RENEW_BELOW_MS = 30_000;
/** Of one queue at a time; what is behind them takes another call. */
export const MAX_LETTERS = 10_000;
/** An empty queue ends the taking much earlier; letters that come back again and again must not keep it going. */
const MAX_RECEIVES = MAX_LETTERS;

interface HeldLetter {
  readonly letter: DeadLetter;
  hiddenUntilMs: number;
}

/** The letters of a dead-letter queue that one operator has in hand, hidden from others until he lets them go. */
export class HeldLetters {
  readonly #queue: DeadLetterQueue;
  readonly #clock: Clock;
  readonly #held = new Map<string, HeldLetter>();

  constructor(queue: DeadLetterQueue, clock: Clock) {
    this.#queue = queue;
    this.#clock = clock;
  }

  /** The oldest first. */
  get letters(): readonly DeadLetter[] {
    return [...this.#held.values()].map(({ letter }) => letter).toSorted((a, b) => a.sentAtMs - b.sentAtMs);
  }

  /**
   * Takes every letter in sight. False when it stopped before it had seen them all: there are too many, or `enough` has
   * come.
   * @throws QueueError
   */
  async takeAll(enough?: AbortSignal): Promise<boolean> {
    for (let receives = 0; receives < MAX_RECEIVES && this.#held.size < MAX_LETTERS; receives += 1) {
      if (enough?.aborted === true) return false;
      const hiddenUntilMs = this.#hiddenUntilMs();
      const received = await this.#queue.receive(HIDE_SECONDS);
      if (received.length === 0) return true;
      // A letter that came into sight meanwhile has another receipt now, and only the newest one counts.
      for (const letter of received) this.#held.set(letter.messageId, { letter, hiddenUntilMs });
      await this.keep();
    }
    return false;
  }

  /** Hides again what would soon come into sight. @throws QueueError */
  async keep(): Promise<void> {
    const renewBeforeMs = this.#clock.now() + RENEW_BELOW_MS;
    const due = [...this.#held.values()].filter((held) => held.hiddenUntilMs < renewBeforeMs);
    if (due.length === 0) return;
    const hiddenUntilMs = this.#hiddenUntilMs();
    await this.#queue.hide(
      due.map(({ letter }) => letter),
      HIDE_SECONDS,
    );
    for (const held of due) held.hiddenUntilMs = hiddenUntilMs;
  }

  /** @throws QueueError */
  async delete(letters: readonly DeadLetter[]): Promise<void> {
    await this.#queue.delete(letters);
    for (const { messageId } of letters) this.#held.delete(messageId);
  }

  /** Shows letters to others again; those that SQS does not show now come into sight by themselves. */
  async release(letters: readonly DeadLetter[] = this.letters): Promise<void> {
    for (const { messageId } of letters) this.#held.delete(messageId);
    await this.#queue.release(letters).catch(() => undefined);
  }

  /** Before a request is made, so that the letter is hidden for longer than is thought. */
  #hiddenUntilMs(): number {
    return this.#clock.now() + HIDE_SECONDS * 1000;
  }
}
