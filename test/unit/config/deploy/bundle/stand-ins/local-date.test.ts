import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { ChronoUnit, LocalDate } from '../../../../../../config/deploy/bundle/stand-ins/local-date.ts';

/** tedious' own copy of what it stands in for. */
const joda = createRequire(createRequire(import.meta.url).resolve('tedious'))('@js-joda/core') as {
  readonly LocalDate: typeof LocalDate;
  readonly ChronoUnit: typeof ChronoUnit;
};

const DATES = [
  [1, 1, 1],
  [99, 12, 31],
  [1582, 10, 10],
  [1899, 12, 31],
  [1900, 3, 1],
  [2024, 2, 29],
  [9999, 12, 31],
] as const;

describe('the stand-in for LocalDate', () => {
  it.each(DATES)('counts the days to %d-%d-%d as @js-joda/core does', (year, month, day) => {
    for (const [startYear, dayOfYear] of [
      [1, 1],
      [1900, 1],
      [2024, 60],
    ] as const) {
      const expected = joda.LocalDate.ofYearDay(startYear, dayOfYear).until(
        joda.LocalDate.of(year, month, day),
        joda.ChronoUnit.DAYS,
      );
      const counted = LocalDate.ofYearDay(startYear, dayOfYear).until(LocalDate.of(year, month, day), ChronoUnit.DAYS);
      expect(counted).toBe(expected);
    }
  });

  it('refuses another unit', () => {
    const date = LocalDate.of(2026, 1, 1);
    expect(() => date.until(date, 'Months' as never)).toThrow('only counted in days');
  });
});
