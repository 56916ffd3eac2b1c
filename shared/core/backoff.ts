import type { Random } from './clock.ts';

export interface BackoffLimits {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * The wait before try `attempt + 1`: a random time between half and all of `base · 2^(attempt-1)`, capped.
 * The lower half is kept so that a retry never comes at once.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(attempt: number, limits: BackoffLimits, random: Random): number {
  const ceilingMs = Math.min(limits.maxMs, limits.baseMs * 2 ** Math.min(Math.max(attempt, 1) - 1, 30));
  return Math.round(ceilingMs / 2 + (random() * ceilingMs) / 2);
}
