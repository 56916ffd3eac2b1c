import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimalText, float32Text, float64Text, int64At, int128At } from '../../../../shared/format/text/numbers.ts';

describe('integers from words', () => {
  it('reads every signed 64-bit integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(String(int64At(new Int32Array(BigInt64Array.of(value).buffer), 0))).toBe(String(value));
      }),
    );
  });

  it.each([0n, -1n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)])(
    'reads %s beside the line where doubles end',
    (value) => {
      expect(BigInt(int64At(new Int32Array(BigInt64Array.of(7n, value).buffer), 1))).toBe(value);
    },
  );

  it('reads every signed 128-bit integer', () => {
    const any128 = fc.oneof(
      fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n - 1n }),
      fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }),
    );
    fc.assert(
      fc.property(any128, (value) => {
        const words = new Int32Array(
          BigUint64Array.of(BigInt.asUintN(64, value), BigInt.asUintN(64, value >> 64n)).buffer,
        );
        expect(BigInt(int128At(words, 0))).toBe(value);
      }),
    );
  });
});

describe('decimalText', () => {
  it.each([
    [0n, 0, '0'],
    [0n, 2, '0.00'],
    [5n, 2, '0.05'],
    [-5n, 2, '-0.05'],
    [-12345n, 2, '-123.45'],
    [100n, 2, '1.00'],
    [12n, -3, '12000'],
    [0n, -3, '0'],
    [99999999999999999999999999999999999999n, 38, '0.99999999999999999999999999999999999999'],
    [-99999999999999999999999999999999999999n, 10, '-9999999999999999999999999999.9999999999'],
  ])('prints %s with scale %s', (unscaled, scale, text) => {
    expect(decimalText(unscaled, scale)).toBe(text);
  });
});

describe('floats', () => {
  it.each([
    [0.1, '0.1'],
    [16_777_216, '16777216'],
    [-0, '-0'],
    [Math.fround(3.4028234663852886e38), '3.4028235e+38'],
    [Math.fround(1e-45), '1e-45'],
    [Math.fround(1.1754943508222875e-38), '1.1754944e-38'],
    [Math.fround(1 / 3), '0.33333334'],
    [Math.fround(0.0124), '0.0124'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('prints the float32 %s as %s', (value, text) => {
    expect(float32Text(Math.fround(value))).toBe(text);
  });

  it('prints float32 values that read back the same, with at most 9 digits', () => {
    fc.assert(
      fc.property(fc.float(), (value) => {
        const text = float32Text(value);
        expect(Object.is(Math.fround(Number(text)), value)).toBe(true);
        expect(
          text
            .replace(/e.*/, '')
            .replace(/^-?0\.0*|[-.]/g, '')
            .replace(/0+$/, '').length,
        ).toBeLessThanOrEqual(9);
      }),
      { numRuns: 2000 },
    );
  });

  it('prints a short decimal as it was given to the float32', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: 0, max: 20 }), (digits, places) => {
        const text = String(digits / 10 ** places);
        expect(Number(float32Text(Math.fround(Number(text))))).toBe(Number(text));
      }),
    );
  });

  it('prints doubles that read back the same', () => {
    fc.assert(fc.property(fc.double(), (value) => expect(Object.is(Number(float64Text(value)), value)).toBe(true)));
  });
});
