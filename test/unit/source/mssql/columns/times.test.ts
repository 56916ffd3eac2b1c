import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { columnFor, described, fill, int64s, land, little, timeWidth } from './cells.ts';

const ticksOfDay = (scale: number): bigint => 86_400n * 10n ** BigInt(scale);

describe('a time', () => {
  it('is exact in microseconds at the scales 0 to 6', () => {
    for (let scale = 0; scale <= 6; scale++) {
      const ticks = [0n, 1n, 2n ** 32n % ticksOfDay(scale), ticksOfDay(scale) / 2n, ticksOfDay(scale) - 1n];
      const cells = ticks.map((value) => little(value, timeWidth(scale)));
      const expected = ticks.map((value) => value * 10n ** BigInt(6 - scale));
      expect(int64s(land(described('Time', { scale }), cells))).toEqual(expected);
    }
  });

  it('of scale 7 is floored to microseconds, and counted where a digit is lost', () => {
    const property = fc.property(
      fc.array(fc.bigInt({ min: 0n, max: ticksOfDay(7) - 1n }), { maxLength: 9 }),
      (ticks) => {
        const column = columnFor(described('Time', { scale: 7 }), ticks.length);
        fill(
          column,
          ticks.map((value) => little(value, 5)),
        );
        expect(int64s(column.take())).toEqual(ticks.map((value) => value / 10n));
        expect(column.lossyValues).toBe(ticks.filter((value) => value % 10n !== 0n).length);
      },
    );
    fc.assert(property);
  });

  it('of scale 7 keeps all digits as nanoseconds', () => {
    const ticks = [0n, 1n, 9n, 123_456_789_012n, ticksOfDay(7) - 1n];
    const column = columnFor(described('Time', { scale: 7 }), 9, 'nanos');
    fill(
      column,
      ticks.map((value) => little(value, 5)),
    );
    expect(int64s(column.take())).toEqual(ticks.map((value) => value * 100n));
    expect(column.lossyValues).toBe(0);
  });

  it('of 24 hours or of another width is damage', () => {
    for (let scale = 0; scale <= 7; scale++) {
      const metadata = described('Time', { scale });
      const width = timeWidth(scale);
      expect(() => land(metadata, [little(ticksOfDay(scale), width)])).toThrow(/beyond 24 hours/);
      expect(() => land(metadata, [Buffer.alloc(width, 0xff)])).toThrow(/beyond 24 hours/);
      for (const other of [0, 2, 3, 4, 5, 6, 8]) {
        if (other !== width) expect(() => land(metadata, [Buffer.alloc(other)])).toThrow(`the type has ${width}`);
      }
    }
  });
});
