import type { EventLoop, Happening } from './event-loop.ts';

/**
 * One running program of the fleet. When it is ended nothing of it ever goes on; while it is frozen nothing that it
 * waits for reaches it, timers included.
 */
export class Life {
  readonly name: string;
  readonly #loop: EventLoop;
  #endedAtMs: number | undefined;
  #thawAtMs = 0;
  /** Told once when the program ends. */
  onEnd: () => void = () => undefined;

  constructor(name: string, loop: EventLoop) {
    this.name = name;
    this.#loop = loop;
  }

  get ended(): boolean {
    return this.#endedAtMs !== undefined;
  }

  /** Frozen at least once: it may be alive although its invocation has long been given up. */
  get wasFrozen(): boolean {
    return this.#thawAtMs > 0;
  }

  get thawAtMs(): number {
    return this.#thawAtMs;
  }

  end(): void {
    if (this.ended) return;
    this.#endedAtMs = this.#loop.nowMs;
    this.onEnd();
  }

  freeze(durationMs: number): void {
    this.#thawAtMs = Math.max(this.#thawAtMs, this.#loop.nowMs + durationMs);
  }

  /**
   * Lets something reach the program, unless it has ended by then, and not before it has thawed; `lagMs` later than that
   * for a timer, which a program that thaws may notice after the answers that it has waited for.
   */
  reach(delayMs: number, happen: Happening, lagMs = 0): void {
    const arrive: Happening = () => {
      if (this.ended) return false;
      if (this.#loop.nowMs < this.#thawAtMs) {
        this.#loop.at(this.#thawAtMs + lagMs, arrive);
        return false;
      }
      return happen();
    };
    this.#loop.after(delayMs, arrive);
  }
}
