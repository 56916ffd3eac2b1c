import { describe, expect, it } from '@jest/globals';
import { inTurn, median } from '../../../bench/result/statistics.ts';

describe('median', () => {
  it('is the middle one of an odd number', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('is between the two in the middle of an even number', () => {
    expect(median([10, 1, 4, 2])).toBe(3);
  });

  it('sorts by size and not by digits', () => {
    expect(median([100, 9, 20])).toBe(20);
  });

  it('leaves what it was given in its order', () => {
    const given = [3, 1, 2];
    median(given);
    expect(given).toEqual([3, 1, 2]);
  });

  it('has none of nothing', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('inTurn', () => {
  it('lets another one begin in each round, and everyone once', () => {
    expect([0, 1, 2, 3].map((round) => inTurn(['a', 'b', 'c'], round).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
  });
});
