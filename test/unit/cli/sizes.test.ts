import { describe, expect, it } from '@jest/globals';
import { bytesShort, dollars, rowsShort, secondsShort } from '../../../cli/sizes.ts';

describe('short numbers', () => {
  it.each([
    [bytesShort, undefined, '?'],
    [bytesShort, 0, '0 B'],
    [bytesShort, 999, '999 B'],
    [bytesShort, 81_920, '81.9 kB'],
    [bytesShort, 999_600, '1.0 MB'],
    [bytesShort, 123_456_789, '123 MB'],
    [bytesShort, 5e15, '5.0 PB'],
    [bytesShort, 5e18, '5000 PB'],
    [rowsShort, undefined, '?'],
    [rowsShort, 9_999, '9,999'],
    [rowsShort, 20_000, '20.0k'],
    [rowsShort, 1_234_567, '1.2M'],
  ])('%p of %p are %p', (shown, value, expected) => {
    expect(shown(value)).toBe(expected);
  });

  it('of seconds and dollars have the digits that say something', () => {
    expect([0.2, 8, 89, 95, 5_000, 7_500].map(secondsShort)).toEqual([
      '<1 s',
      '8 s',
      '89 s',
      '2 min',
      '83 min',
      '2 h 5 min',
    ]);
    expect([0, 0.00001, 0.0012, 0.5, 12.345].map(dollars)).toEqual(['$0', '<$0.0001', '$0.0012', '$0.50', '$12.35']);
  });
});
