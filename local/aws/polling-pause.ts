import { backoffMs } from '../../shared/core/backoff.ts';
import type { Random } from '../../shared/core/clock.ts';

export interface PollingPause {
  /** Waits before the next receive: not at all after a success, longer after each failure in a row. */
  wait(): Promise<void>;
  failed(): void;
  succeeded(): void;
}

const LIMITS = { baseMs: 200, maxMs: 10_000 };

/** Jittered, so that consumers which failed together do not come back together. */
export function pollingPause(signal: AbortSignal, random: Random = Math.random): PollingPause {
  let failures = 0;
  return {
    async wait() {
      if (failures > 0) await sleepUnlessAborted(backoffMs(failures, LIMITS, random), signal);
    },
    failed() {
      failures += 1;
    },
    succeeded() {
      failures = 0;
    },
  };
}

/** Resolves, never rejects, when the time is over or the signal aborts. */
export function sleepUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
