import { setTimeout } from 'node:timers/promises';
import { eventually } from './eventually.ts';

const ROUND_MS = 10;
/** Whatever a server in this very process has to say, it says within fewer. */
const SILENT_ROUNDS = 150;

interface Armed {
  readonly end: () => void;
  rounds: number;
}

/**
 * Ends time-outs of one length at the moment that a test chooses. A watchdog can so be tried with a time-out of minutes:
 * a short one would also end what is merely slow on a busy machine. The length tells which time-outs are meant.
 */
export class EarlyTimeouts implements Disposable {
  readonly #ms: number;
  readonly #armed = new Map<unknown, Armed>();
  readonly #setTimeout = globalThis.setTimeout;
  readonly #clearTimeout = globalThis.clearTimeout;

  /** Watches `setTimeout` until it is disposed of. */
  constructor(ms: number) {
    this.#ms = ms;
    globalThis.setTimeout = this.#arm as typeof globalThis.setTimeout;
    globalThis.clearTimeout = this.#disarm as typeof globalThis.clearTimeout;
  }

  /** Waits until somebody waits with a time-out of this length, and ends it, and all others of this length. */
  async elapse(): Promise<void> {
    await eventually(
      () => this.#armed.size > 0,
      () => `a time-out of ${this.#ms} ms`,
    );
    for (const { end } of this.#armed.values()) end();
  }

  /**
   * Until the work has ended, ends each time-out that was not armed anew over many rounds of the event loop: that is for
   * servers in this process, which cannot be slower than these rounds.
   */
  async elapseInSilence<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    void work.then(over, over);
    while (!isOver) {
      await setTimeout(ROUND_MS);
      for (const armed of this.#armed.values()) if (++armed.rounds > SILENT_ROUNDS) armed.end();
    }
    return await work;
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#setTimeout;
    globalThis.clearTimeout = this.#clearTimeout;
  }

  readonly #arm = (callback: (...args: unknown[]) => void, ms: number, ...args: unknown[]): NodeJS.Timeout => {
    const timer = this.#setTimeout(callback, ms, ...args);
    if (ms !== this.#ms) return timer;
    const end = (): void => {
      this.#disarm(timer);
      callback(...args);
    };
    const armed: Armed = { end, rounds: 0 };
    this.#armed.set(timer, armed);
    const refresh = timer.refresh.bind(timer);
    timer.refresh = () => {
      armed.rounds = 0;
      return refresh();
    };
    return timer;
  };

  readonly #disarm = (timer: NodeJS.Timeout | undefined): void => {
    this.#armed.delete(timer);
    this.#clearTimeout(timer);
  };
}
