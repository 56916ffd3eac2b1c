import { describe, expect, it } from '@jest/globals';
import { Decimal } from 'apache-arrow';
import fc from 'fast-check';
import { DecimalBuilder } from '../../../../../shared/source/postgres/columns/decimal.ts';
import { addValue, int16, numeric } from '../copy-bytes.ts';

function builder(precision: number, scale: number, capacity = 1): DecimalBuilder {
  const shape = {
    name: 'amount',
    sourceType: `numeric(${precision},${scale})`,
    type: new Decimal(scale, precision, 128),
  };
  return new DecimalBuilder(shape, capacity);
}

function unscaled(bytes: Buffer, precision: number, scale: number): bigint {
  const subject = builder(precision, scale);
  addValue(subject, bytes);
  const limbs: Uint32Array = subject.take().values;
  return BigInt.asIntN(
    128,
    limbs.reduceRight((sum, limb) => (sum << 32n) | BigInt(limb), 0n),
  );
}

function textOf(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${text}` : text;
}

const shapes = fc.integer({ min: 1, max: 38 }).chain((precision) =>
  fc.record({
    precision: fc.constant(precision),
    scale: fc.integer({ min: 0, max: precision }),
    digits: fc.integer({ min: 1, max: precision }),
    share: fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }),
  }),
);

describe('a numeric', () => {
  it('is exact whatever its precision, scale and size', () => {
    fc.assert(
      fc.property(shapes, ({ precision, scale, digits, share }) => {
        const value = share % 10n ** BigInt(digits);
        expect(unscaled(numeric(textOf(value, scale)), precision, scale)).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    0n,
    1n,
    -1n,
    9999n,
    10_000n,
    2n ** 32n,
    2n ** 53n,
    2n ** 64n - 1n,
    -(2n ** 64n),
    2n ** 96n,
    10n ** 38n - 1n,
    1n - 10n ** 38n,
  ])('keeps %s at every scale', (value) => {
    for (let scale = 0; scale <= 38; scale++) {
      expect(unscaled(numeric(textOf(value, scale)), 38, scale)).toBe(value);
    }
  });

  it('may be written at a smaller scale than the column has', () => {
    expect(unscaled(numeric('12'), 30, 20)).toBe(12n * 10n ** 20n);
    expect(unscaled(numeric('0.5'), 4, 3)).toBe(500n);
  });

  it('of many digits may not have digits behind the scale either', () => {
    expect(() => unscaled(numeric('12345678901234567890.001'), 30, 2)).toThrow(/more than 2 digits behind the point/);
  });

  it.each([
    ['too many digits', numeric('100.00'), /more than 4 digits, which Decimal cannot hold/],
    ['digits behind the scale', numeric('1.001'), /more than 2 digits behind the point/],
    ['digits far behind the scale', numeric('0.0000000001'), /more than 2 digits behind the point/],
    ['NaN', Buffer.concat([int16(0), int16(0), int16(0xc000 - 0x10000), int16(0)]), /holds NaN/],
    ['Infinity', Buffer.concat([int16(0), int16(0), int16(0xd000 - 0x10000), int16(0x20)]), /an infinity/],
    ['-Infinity', Buffer.concat([int16(0), int16(0), int16(0xf000 - 0x10000), int16(0x20)]), /an infinity/],
  ])('is refused for good with %s', (_, bytes, message) => {
    const decode = (): bigint => unscaled(bytes, 4, 2);
    expect(decode).toThrow(message);
    expect(decode).toThrow(
      expect.objectContaining({
        code: 'VALUE_NOT_REPRESENTABLE',
        retry: 'permanent',
        remedy: expect.stringContaining('"amount"::text'),
      }),
    );
  });

  it.each([
    ['too short', int16(1)],
    ['shorter than its words', numeric('12345').subarray(0, 10)],
    ['with an unknown sign', Buffer.concat([int16(0), int16(0), int16(0x1234), int16(0)])],
  ])('is malformed when %s', (_, bytes) => {
    expect(() => unscaled(bytes, 4, 2)).toThrow(expect.objectContaining({ code: 'COPY_MALFORMED' }));
  });
});
