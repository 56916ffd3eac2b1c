import { describe, expect, it } from '@jest/globals';
import * as limits from '../../../shared/config/limits.ts';

const FUNCTION_MS = limits.FUNCTION_TIMEOUT_SECONDS * 1_000;
/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const SQS_MAX_DELAY_MS = 900_000;
const SQS_MAX_VISIBILITY_SECONDS = 43_200;

describe('the limits', () => {
  it('end an invocation in order: no more rows, giving up, the early answer, the end', () => {
    const reserves = [limits.DEADLINE_RESERVE_MS, limits.ABORT_RESERVE_MS, limits.EARLY_TIMEOUT_MS];
    expect(reserves).toEqual(reserves.toSorted((a, b) => b - a));
    expect(new Set([FUNCTION_MS, ...reserves, 0]).size).toBe(5);
    expect(limits.DEADLINE_RESERVE_MS).toBeLessThan(FUNCTION_MS / 10);
  });

  it('keep a message hidden for as long as AWS asks for, and as it allows', () => {
    expect(limits.VISIBILITY_TIMEOUT_SECONDS).toBeGreaterThanOrEqual(6 * limits.FUNCTION_TIMEOUT_SECONDS);
    expect(limits.VISIBILITY_TIMEOUT_SECONDS).toBeLessThanOrEqual(SQS_MAX_VISIBILITY_SECONDS);
  });

  it('take a claim for void only when a message that comes back after a crash has had its next try', () => {
    const longestSilenceMs = limits.VISIBILITY_TIMEOUT_SECONDS * 1_000 + limits.RETRY_BACKOFF.maxMs;
    expect(limits.CLAIM_STALE_MS).toBeGreaterThan(longestSilenceMs + FUNCTION_MS);
  });

  it('wait with delays that SQS has, and longer than it takes to see that a run is dead', () => {
    expect(limits.OVERLAP_WAIT_MS).toBeLessThanOrEqual(SQS_MAX_DELAY_MS);
    expect(limits.RETRY_BACKOFF.maxMs).toBeLessThanOrEqual(SQS_MAX_DELAY_MS);
    expect(limits.OVERLAP_MAX_WAIT_MS).toBeGreaterThan(limits.CLAIM_STALE_MS);
  });

  it('stop a chunk that goes in circles long before one that goes on', () => {
    expect(limits.MAX_IDLE_HOPS).toBeLessThan(limits.MAX_HOPS / 100);
    expect(limits.MAX_HOPS * FUNCTION_MS).toBeGreaterThan(14 * 86_400_000);
  });

  it('leave an upload alone for as long as anybody can be at work on it', () => {
    expect(limits.ABANDONED_UPLOAD_DAYS * 86_400_000).toBeGreaterThan(2 * limits.VISIBILITY_TIMEOUT_SECONDS * 1_000);
    expect(Number.isInteger(limits.ABANDONED_UPLOAD_DAYS)).toBe(true);
  });
});
