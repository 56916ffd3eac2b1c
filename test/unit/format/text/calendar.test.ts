import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dateText, secondUnits, timestampPrinter, timeText } from '../../../../shared/format/text/calendar.ts';

const [seconds, millis, micros, nanos] = secondUnits as [never, never, never, never];

describe('dateText', () => {
  it.each([
    [0, '1970-01-01'],
    [-1, '1969-12-31'],
    [19_753, '2024-01-31'],
    [11_016, '2000-02-29'],
    [-719_528, '0000-01-01'],
    [-719_529, '-000001-12-31'],
    [2_932_896, '9999-12-31'],
    [2_932_897, '+010000-01-01'],
    [2_145_042_905, '+5874897-12-31'],
    [-2_451_545 + 10_957, '-004713-11-24'],
  ])('prints day %s as %s', (days, text) => {
    expect(dateText(days)).toBe(text);
  });

  it('agrees with JavaScript on every day that Date has', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000_000, max: 100_000_000 }), (days) => {
        expect(dateText(days)).toBe(new Date(days * 86_400_000).toISOString().replace(/T.*/, ''));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('timeText', () => {
  it.each([
    [0, micros, '00:00:00'],
    [86_400_000_000, micros, '24:00:00'],
    [45_296_000_001, micros, '12:34:56.000001'],
    [86_399_999_999, micros, '23:59:59.999999'],
    [86_399_999_999_900, nanos, '23:59:59.999999900'],
    [45_296_500, millis, '12:34:56.500'],
    [45_296, seconds, '12:34:56'],
  ])('prints %s', (value, unit, text) => {
    expect(timeText(value, unit)).toBe(text);
  });
});

describe('timestampPrinter', () => {
  it.each([
    [0, micros, '', '1970-01-01T00:00:00'],
    [-1, micros, 'Z', '1969-12-31T23:59:59.999999Z'],
    [1_706_704_496_123_456, micros, '', '2024-01-31T12:34:56.123456'],
    [253_402_300_800_000_000n, micros, 'Z', '+010000-01-01T00:00:00Z'],
    [9_223_371_331_200_000_000n - 1n, micros, '', '+294247-01-01T23:59:59.999999'],
    [-210_866_803_200_000_000n, micros, '', '-004713-11-24T00:00:00'],
    [-1n, nanos, '', '1969-12-31T23:59:59.999999999'],
    [9_223_372_036_854_775_806n, nanos, 'Z', '2262-04-11T23:47:16.854775806Z'],
    [-1, seconds, '', '1969-12-31T23:59:59'],
  ] as const)('prints %s', (value, unit, suffix, text) => {
    expect(timestampPrinter(unit, suffix)(value)).toBe(text);
  });

  it('agrees with JavaScript on milliseconds, as number and as bigint', () => {
    const print = timestampPrinter(millis, 'Z');
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        const expected = date.toISOString().replace('.000Z', 'Z');
        expect(print(date.getTime())).toBe(expected);
        expect(print(BigInt(date.getTime()))).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
