import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimal, described, land, little, unscaled } from './cells.ts';

function decimals(precision: number, scale: number, cells: readonly (Buffer | null)[]): (bigint | null)[] {
  return unscaled(land(described('DecimalN', { precision, scale }), cells));
}

const WIDTHS = [4, 8, 12, 16];
const fits = (value: bigint, bytes: number): boolean => (value < 0n ? -value : value) < 2n ** BigInt(bytes * 8);

describe('a decimal', () => {
  it('keeps the extremes of every precision in every width that holds them', () => {
    for (let precision = 1; precision <= 38; precision++) {
      const largest = 10n ** BigInt(precision) - 1n;
      for (const width of WIDTHS.filter((bytes) => fits(largest, bytes))) {
        const values = [largest, -largest, 1n, -1n, 0n];
        const cells = values.map((value) => decimal(value, width));
        expect(decimals(precision, precision, cells)).toEqual(values);
      }
    }
  });

  it('with one digit more than its precision is damage', () => {
    for (let precision = 1; precision <= 38; precision++) {
      const beyond = 10n ** BigInt(precision);
      for (const value of [beyond, -beyond]) {
        const width = WIDTHS.find((bytes) => fits(value, bytes))!;
        expect(() => decimals(precision, 0, [decimal(value, width)])).toThrow(`more than ${precision} digits`);
      }
    }
    expect(() => decimals(38, 0, [decimal(2n ** 128n - 1n, 16)])).toThrow(
      expect.objectContaining({ code: 'TDS_MALFORMED', retry: 'once' }),
    );
  });

  it.each([32n, 64n, 96n].flatMap((bits) => [-1n, 0n, 1n].map((step) => 2n ** bits + step)))(
    'carries its sign over the border of limbs: %s',
    (value) => {
      expect(decimals(38, 0, [decimal(value, 16), decimal(-value, 16)])).toEqual([value, -value]);
    },
  );

  it('has a zero without a sign', () => {
    expect(decimals(5, 2, [Buffer.from('0000000000', 'hex'), Buffer.from('0100000000', 'hex')])).toEqual([0n, 0n]);
  });

  it('is exact', () => {
    const values = fc.array(fc.option(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })), { maxLength: 20 });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 3 }), (list, spare) => {
        const cells = list.map((value) => {
          if (value === null) return null;
          const least = WIDTHS.findIndex((bytes) => fits(value, bytes));
          return decimal(value, WIDTHS[Math.min(3, least + spare)]!);
        });
        expect(decimals(38, 7, cells)).toEqual(list);
      }),
    );
  });

  it.each(['', '01', '01ffff', '0100000000ff', '020100000000', '0101000000010000000100000001000000ff'])(
    'of the bytes %j is damage',
    (hex) => {
      expect(() => decimals(10, 2, [Buffer.from(hex, 'hex')])).toThrow(/Column "c" \(decimal\(10,2\)\)/);
    },
  );

  it('has a sign of 0 or 1', () => {
    expect(() => decimals(10, 2, [Buffer.from('0201000000', 'hex')])).toThrow(/the sign 2/);
  });
});

describe('money', () => {
  const wire = (value: bigint): Buffer => Buffer.concat([little(value >> 32n, 4), little(value & 0xffffffffn, 4)]);

  it('keeps its extremes, the upper half first on the wire', () => {
    const values = [2n ** 63n - 1n, -(2n ** 63n), 0n, 1n, -1n, 2n ** 32n, -(2n ** 32n), 123_456_789_012n];
    expect(unscaled(land(described('MoneyN', { dataLength: 8 }), values.map(wire)))).toEqual(values);
  });

  it('is exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(unscaled(land(described('Money'), [wire(value), null]))).toEqual([value, null]);
      }),
    );
  });

  it('has a small form of 32 bits', () => {
    const values = [2n ** 31n - 1n, -(2n ** 31n), 0n, 1n, -1n];
    const cells = values.map((value) => little(value, 4));
    expect(unscaled(land(described('MoneyN', { dataLength: 4 }), cells))).toEqual(values);
  });
});
