import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  belowMillion,
  millionsOf,
  writeDigits,
  writeFixed,
  writeWords,
} from '../../../../shared/format/text/digits.ts';

function written(write: (view: DataView) => number): string {
  const bytes = Buffer.alloc(64, '?');
  const end = write(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return bytes.toString('latin1', 0, end);
}

const powersOfTen = Array.from({ length: 20 }, (_, exponent) => 10n ** BigInt(exponent));
const powersOfTwo = Array.from({ length: 65 }, (_, exponent) => 2n ** BigInt(exponent));
/** Where digits and words begin and end. */
const borders = [...powersOfTen, ...powersOfTwo].flatMap((power) => [power - 1n, power, power + 1n]);

function lowOf(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

function highOf(value: bigint): number {
  return Number(BigInt.asIntN(32, value >> 32n));
}

describe('writeDigits', () => {
  const safe = borders.filter((value) => value <= 2n ** 53n).map(Number);

  it.each(safe)('writes %d', (value) => {
    expect(written((view) => writeDigits(view, 0, value, 1))).toBe(String(value));
  });

  it('writes every integer that a double holds, with zeros in front', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 39 }), (value, minDigits) => {
        expect(written((view) => writeDigits(view, 0, value, minDigits))).toBe(String(value).padStart(minDigits, '0'));
      }),
      { numRuns: 2000 },
    );
  });

  it('is exact beside the multiples of the divisor', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90_071_992 }), fc.constantFrom(-1, 0, 1), (upper, step) => {
        const value = upper * 100_000_000 + step;
        expect(written((view) => writeDigits(view, 0, value, 1))).toBe(String(value));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('writeWords', () => {
  const unsigned = borders.filter((value) => value < 2n ** 64n);

  it.each(unsigned)('writes %d', (value) => {
    expect(written((view) => writeWords(view, 0, lowOf(value), highOf(value), 1))).toBe(String(value));
  });

  it('writes every unsigned 64-bit integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.integer({ min: 1, max: 39 }), (value, minDigits) => {
        const text = written((view) => writeWords(view, 0, lowOf(value), highOf(value), minDigits));
        expect(text).toBe(String(value).padStart(minDigits, '0'));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('writeFixed', () => {
  it.each([
    [0, 0, ''],
    [7, 1, '7'],
    [42, 3, '042'],
    [999_999_999, 9, '999999999'],
    [1, 9, '000000001'],
  ])('writes %d in %d digits and nothing around them', (value, count, text) => {
    const all = written((view) => {
      writeFixed(view, 2, value, count);
      return 2 + count + 2;
    });
    expect(all).toBe(`??${text}??`);
  });
});

describe('millions', () => {
  it('divides every signed 64-bit integer and rounds down', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const remainder = ((value % 1_000_000n) + 1_000_000n) % 1_000_000n;
        const millions = millionsOf(lowOf(value), highOf(value));
        expect(BigInt(millions)).toBe((value - remainder) / 1_000_000n);
        expect(BigInt(belowMillion(lowOf(value), millions))).toBe(remainder);
      }),
      { numRuns: 2000 },
    );
  });
});
