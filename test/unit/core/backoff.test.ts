import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs } from '../../../shared/core/backoff.ts';

const limits = { baseMs: 1_000, maxMs: 60_000 };

describe('backoffMs', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [6, 32_000],
    [7, 60_000],
    [1_000_000, 60_000],
    [0, 1_000],
    [-5, 1_000],
  ])('after try %d waits between half and all of %d ms', (attempt, ceilingMs) => {
    expect(backoffMs(attempt, limits, () => 0)).toBe(ceilingMs / 2);
    expect(backoffMs(attempt, limits, () => 0.5)).toBe(ceilingMs * 0.75);
    expect(backoffMs(attempt, limits, () => 0.999_999_999)).toBe(ceilingMs);
  });

  it('never waits longer than the limit, also when the base is above it', () => {
    expect(backoffMs(1, { baseMs: 5_000, maxMs: 1_000 }, () => 0.999_999)).toBe(1_000);
  });

  it('is a whole number of milliseconds that grows with the tries', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 10_000_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, baseMs, maxMs, chance) => {
          const waitMs = backoffMs(attempt, { baseMs, maxMs }, () => chance);
          expect(Number.isInteger(waitMs)).toBe(true);
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(waitMs).toBeLessThanOrEqual(maxMs);
          expect(backoffMs(attempt + 1, { baseMs, maxMs }, () => chance)).toBeGreaterThanOrEqual(waitMs);
        },
      ),
    );
  });
});
