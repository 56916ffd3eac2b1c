import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evenBounds, integerBounds, isDense } from '../../../../../shared/source/mssql/survey/bounds.ts';

const keysTo = (count: number): string[][] => Array.from({ length: count }, (_, i) => [String(i)]);

describe('bounds out of keys', () => {
  it('lie evenly', () => {
    expect(evenBounds(keysTo(10), 2)).toEqual([['5']]);
    expect(evenBounds(keysTo(10), 4)).toEqual([['2'], ['5'], ['7']]);
  });

  it('are every key but the first when there are more chunks than keys', () => {
    expect(evenBounds(keysTo(3), 100)).toEqual([['1'], ['2']]);
    expect(evenBounds(keysTo(1), 100)).toEqual([]);
    expect(evenBounds([], 100)).toEqual([]);
  });

  it('are each another one when keys are there several times', () => {
    expect(evenBounds([['a'], ['a'], ['a'], ['b'], ['b'], ['c']], 6)).toEqual([['a'], ['b'], ['c']]);
    expect(
      evenBounds(
        [
          ['a', '1'],
          ['a', '1'],
          ['a', '2'],
        ],
        3,
      ),
    ).toEqual([
      ['a', '1'],
      ['a', '2'],
    ]);
  });

  it('keep the order of the keys and the size of the chunks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 1, max: 1_000 }), (count, chunks) => {
        const places = [0, ...evenBounds(keysTo(count), chunks).map(([key]) => Number(key)), count];
        const sizes = places.slice(1).map((place, i) => place - places[i]!);
        expect(sizes.length).toBe(Math.max(1, Math.min(count, chunks)));
        if (count > 0) expect(Math.min(...sizes)).toBeGreaterThan(0);
        expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.ceil(count / chunks));
      }),
    );
  });
});

describe('bounds out of integers', () => {
  it('are even steps, also beyond what a double holds', () => {
    expect(integerBounds(1n, 9n, 3)).toEqual([['4'], ['7']]);
    expect(integerBounds(-(2n ** 63n), 2n ** 63n - 1n, 4)).toEqual([
      ['-4611686018427387904'],
      ['0'],
      ['4611686018427387904'],
    ]);
  });

  it('are as many as there are integers behind the first', () => {
    expect(integerBounds(5n, 7n, 10)).toEqual([['6'], ['7']]);
    expect(integerBounds(5n, 5n, 10)).toEqual([]);
  });

  it('grow', () => {
    fc.assert(
      fc.property(
        fc.bigInt(),
        fc.bigInt({ min: 0n, max: 10_000n }),
        fc.integer({ min: 1, max: 1_000 }),
        (least, span, n) => {
          const bounds = integerBounds(least, least + span, n).map(([bound]) => BigInt(bound!));
          expect(bounds).toHaveLength(Number(span + 1n < BigInt(n) ? span : BigInt(n - 1)));
          for (const [i, bound] of bounds.entries()) expect(bound > (bounds[i - 1] ?? least)).toBe(true);
          expect(bounds.every((bound) => bound <= least + span)).toBe(true);
        },
      ),
    );
  });

  it('are for integers of which at least half are there', () => {
    expect([isDense(1n, 100n, 50), isDense(1n, 100n, 49), isDense(7n, 7n, 1)]).toEqual([true, false, true]);
    expect(isDense(-(2n ** 63n), 2n ** 63n - 1n, Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
