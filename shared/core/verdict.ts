import { type BackoffLimits, backoffMs } from './backoff.ts';
import type { Random } from './clock.ts';
import type { LandfallError } from './errors.ts';

/** What becomes of a message whose work failed. */
export type Verdict =
  | { readonly action: 'retry'; readonly delayMs: number }
  | { readonly action: 'dead-letter' }
  | { readonly action: 'start-over' };

export interface RetryPolicy {
  /** Receives after which the queue itself gives up (its `maxReceiveCount`). */
  readonly maxAttempts: number;
  readonly backoff: BackoffLimits;
}

/** Decides by the error's class and by how often the message was received, this time included. */
export function verdictOn(error: LandfallError, attempt: number, policy: RetryPolicy, random: Random): Verdict {
  if (error.retry === 'start-over') return { action: 'start-over' };
  const allowedAttempts = {
    permanent: 1,
    once: Math.min(2, policy.maxAttempts),
    transient: policy.maxAttempts,
    continue: policy.maxAttempts,
  };
  if (attempt >= allowedAttempts[error.retry]) return { action: 'dead-letter' };
  return { action: 'retry', delayMs: backoffMs(attempt, policy.backoff, random) };
}
