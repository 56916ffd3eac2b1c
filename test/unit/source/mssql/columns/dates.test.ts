import { describe, expect, it } from '@jest/globals';
import { DAYS_TO_1970, described, LAST_DAY, land, little } from './cells.ts';

function days(...fromYearOne: number[]): number[] {
  const cells = fromYearOne.map((day) => little(day, 3));
  return Array.from(land(described('Date'), cells).values as Int32Array);
}

describe('a date', () => {
  it('is counted from 1970, over the years 1 to 9999', () => {
    expect(days(0, DAYS_TO_1970 - 1, DAYS_TO_1970, LAST_DAY)).toEqual([-719_162, -1, 0, 2_932_896]);
    expect(new Date(-719_162 * 86_400_000).toISOString()).toBe('0001-01-01T00:00:00.000Z');
    expect(new Date(2_932_896 * 86_400_000).toISOString()).toBe('9999-12-31T00:00:00.000Z');
  });

  it('after 9999-12-31 is damage', () => {
    expect(() => days(LAST_DAY + 1)).toThrow(expect.objectContaining({ code: 'TDS_MALFORMED', retry: 'once' }));
    expect(() => days(0xffffff)).toThrow(/Column "c" \(date\): a date 16777215 days after/);
  });
});
