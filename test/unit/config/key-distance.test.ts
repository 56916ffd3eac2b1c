import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { durationMs, durationText } from '../../../shared/config/duration.ts';
import { distanceSchema, distanceText, keyDistance, lagOf, lagSchema } from '../../../shared/config/key-distance.ts';

const YEAR_MS = 365 * 86_400_000;
const FACTORS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
type Unit = keyof typeof FACTORS_MS;

const unit = fc.constantFrom<Unit>('s', 'm', 'h', 'd');
const isLookback = (value: unknown) => distanceSchema('rule').safeParse(value).success;
const isLag = (value: unknown) => lagSchema('rule').safeParse(value).success;

describe('a duration', () => {
  it('is an amount of seconds, minutes, hours or days', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), unit, fc.constantFrom('', ' ', '  '), (amount, of, space) => {
        expect(durationMs(`${amount}${space}${of}`)).toBe(amount * FACTORS_MS[of]);
      }),
    );
  });

  it('is written in the largest unit that holds it, and reads back the same', () => {
    expect([0, 90_000, 300_000, 7_200_000, 172_800_000].map(durationText)).toEqual(['0s', '90s', '5m', '2h', '2d']);
    fc.assert(
      fc.property(fc.nat(999_999), unit, (amount, of) => {
        const ms = amount * FACTORS_MS[of];
        expect(durationMs(durationText(ms))).toBe(ms);
      }),
    );
  });

  it.each(['', '5', 's', '1.5h', '-1d', '1w', '1H', '1 h 30 m', '1h30m', ' 1h', '1h\n', '1e3s', '1234567890s'])(
    'is not %j',
    (text) => {
      expect(durationMs(text)).toBeNaN();
    },
  );
});

describe('a distance of update keys', () => {
  it('is written as the configuration has it', () => {
    expect([{ ms: 300_000 }, { values: 1000 }, { values: 0 }].map(distanceText)).toEqual(['5m', '1000', '0']);
  });

  it.each([
    ['5m', { ms: 300_000 }],
    ['36h', { ms: 129_600_000 }],
    ['2d', { ms: 172_800_000 }],
    ['0s', { ms: 0 }],
    ['365d', { ms: YEAR_MS }],
    [0, { values: 0 }],
    [1000, { values: 1000 }],
    [Number.MAX_SAFE_INTEGER, { values: 9_007_199_254_740_991 }],
  ])('is %j: of moments in milliseconds, of numbers in values', (given, expected) => {
    expect(isLookback(given) && isLag(given)).toBe(true);
    expect(keyDistance(given)).toEqual(expected);
    expect(lagOf(given)).toEqual(expected);
  });

  it.each(['366d', '8761h', '1000', '', 'snapshots', -1, 0.5, 2 ** 53, Number.NaN, true, null, ['5m'], { ms: 5 }])(
    'is not %j',
    (given) => {
      expect([isLookback(given), isLag(given)]).toEqual([false, false]);
    },
  );

  it('may be the snapshot for a lag only', () => {
    expect([isLookback('snapshot'), isLag('snapshot')]).toEqual([false, true]);
    expect(lagOf('snapshot')).toBe('snapshot');
  });

  it('is taken up to a year in any unit, and not beyond', () => {
    fc.assert(
      fc.property(fc.nat(40_000_000), unit, (amount, of) => {
        expect(isLookback(`${amount}${of}`)).toBe(amount * FACTORS_MS[of] <= YEAR_MS);
      }),
    );
  });

  it('keeps every whole number as it is', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (values) => {
        expect(isLag(values)).toBe(true);
        expect(keyDistance(values)).toEqual({ values });
      }),
    );
  });
});
