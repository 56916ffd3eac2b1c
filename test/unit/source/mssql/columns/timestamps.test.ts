import { describe, expect, it } from '@jest/globals';
import type { Timestamp } from 'apache-arrow';
import fc from 'fast-check';
import type { Temporal } from '../../../../../shared/config/config.ts';
import { columnFor, DAYS_TO_1970, datetime2, described, fill, int64s, LAST_DAY, land, little } from './cells.ts';

const DAY_NS = 86_400_000_000_000n;
const UNIT_NS = [1_000_000_000n, 1_000_000n, 1_000n, 1n];

/** The moment in nanoseconds since 1970, by plain integers. */
function nanoseconds(day: number, ticks: bigint, scale: number): bigint {
  return BigInt(day - DAYS_TO_1970) * DAY_NS + ticks * 10n ** BigInt(9 - scale);
}

const floorDivide = (a: bigint, b: bigint): bigint => a / b - (a % b < 0n ? 1n : 0n);

const moments = fc.integer({ min: 0, max: 7 }).chain((scale) =>
  fc.record({
    scale: fc.constant(scale),
    day: fc.integer({ min: 0, max: LAST_DAY }),
    ticks: fc.bigInt({ min: 0n, max: 86_400n * 10n ** BigInt(scale) - 1n }),
  }),
);

function landed(day: number, ticks: bigint, scale: number, temporal: Temporal = 'micros'): [bigint, bigint, number] {
  const column = columnFor(described('DateTime2', { scale }), 1, temporal);
  fill(column, [datetime2(day, ticks, scale)]);
  const data = column.take();
  return [int64s(data)[0]!, UNIT_NS[(data.type as Timestamp).unit]!, column.lossyValues];
}

describe('a datetime2', () => {
  it('is the moment, floored to the unit of its type, over all years and scales', () => {
    const property = fc.property(moments, ({ day, ticks, scale }) => {
      const [value, unit, lossy] = landed(day, ticks, scale);
      const exact = nanoseconds(day, ticks, scale);
      expect(value).toBe(floorDivide(exact, unit));
      expect(unit).toBe(scale <= 3 ? 1_000_000n : 1_000n);
      expect(lossy).toBe(exact % unit === 0n ? 0 : 1);
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('of scale %s keeps the first and the last moment there is', (scale) => {
    const last = 86_400n * 10n ** BigInt(scale) - 1n;
    for (const [day, ticks] of [
      [0, 0n],
      [LAST_DAY, last],
      [DAYS_TO_1970 - 1, last],
      [DAYS_TO_1970, 0n],
    ] as const) {
      const [value, unit] = landed(day, ticks, scale);
      expect(value).toBe(floorDivide(nanoseconds(day, ticks, scale), unit));
    }
  });

  it('agrees with the calendar', () => {
    const day = (iso: string): number => Date.parse(`${iso}T00:00:00Z`) / 86_400_000 + DAYS_TO_1970;
    const noon = 43_200_000_000n;
    for (const iso of ['2000-02-29', '1900-02-28', '1900-03-01', '2100-03-01', '1600-02-29', '2026-11-22']) {
      expect(landed(day(iso), noon, 6)[0]).toBe(BigInt(Date.parse(`${iso}T12:00:00Z`)) * 1000n);
    }
  });

  it('counts every value that loses a digit, over all batches', () => {
    const column = columnFor(described('DateTime2', { scale: 7 }), 4);
    fill(column, [datetime2(1, 10n, 7), datetime2(1, 11n, 7), null, datetime2(1, 19n, 7)]);
    column.take();
    fill(column, [datetime2(1, 1n, 7)]);
    expect(column.lossyValues).toBe(3);
  });

  it('of scale 7 keeps all digits as nanoseconds, as far as they go', () => {
    const days = fc.integer({ min: DAYS_TO_1970 - 106_751, max: DAYS_TO_1970 + 106_750 });
    fc.assert(
      fc.property(days, fc.bigInt({ min: 0n, max: 863_999_999_999n }), (day, ticks) => {
        expect(landed(day, ticks, 7, 'nanos')).toEqual([nanoseconds(day, ticks, 7), 1n, 0]);
      }),
    );
  });

  it('beyond the range of nanoseconds is refused for good, at the very tick', () => {
    const ticksOf = (ns: bigint): [number, bigint] => {
      const day = floorDivide(ns, DAY_NS);
      return [Number(day) + DAYS_TO_1970, (ns - day * DAY_NS) / 100n];
    };
    const last = ((2n ** 63n - 1n) / 100n) * 100n;
    const first = -((2n ** 63n / 100n) * 100n);
    expect(landed(...ticksOf(last), 7, 'nanos')[0]).toBe(last);
    expect(landed(...ticksOf(first), 7, 'nanos')[0]).toBe(first);
    for (const ns of [last + 100n, first - 100n, nanoseconds(0, 0n, 7), nanoseconds(LAST_DAY, 0n, 7)]) {
      expect(() => landed(...ticksOf(ns), 7, 'nanos')).toThrow(
        expect.objectContaining({
          code: 'VALUE_NOT_REPRESENTABLE',
          retry: 'permanent',
          message: expect.stringContaining('Column "c" (datetime2(7)) holds a moment outside of 1677-09-21'),
          remedy: expect.stringContaining('temporal: text'),
        }),
      );
    }
  });

  it('of other scales ignores `nanos`', () => {
    expect(landed(0, 0n, 6, 'nanos')).toEqual([-62_135_596_800_000_000n, 1_000n, 0]);
  });

  it.each([
    ['a day too many', datetime2(LAST_DAY + 1, 0, 7), /a date 3652059 days/],
    ['a day too long', datetime2(1, 864_000_000_000n, 7), /beyond 24 hours/],
    ['a byte too few', Buffer.alloc(7), /7 bytes where a value of the type has 8/],
  ])('with %s is damage', (_, cell, message) => {
    expect(() => land(described('DateTime2', { scale: 7 }), [cell])).toThrow(message);
  });
});

describe('a datetimeoffset landed as UTC', () => {
  const offset = (cell: Buffer, minutes: number): Buffer => Buffer.concat([cell, little(minutes, 2)]);

  it('is the moment without its offset, a lost digit counted', () => {
    const column = columnFor(described('DateTimeOffset', { scale: 7 }), 3, 'utc');
    fill(column, [offset(datetime2(DAYS_TO_1970, 15n, 7), 840), null, offset(datetime2(0, 0n, 7), -840)]);
    expect(int64s(column.take())).toEqual([1n, null, -62_135_596_800_000_000n]);
    expect(column.lossyValues).toBe(1);
  });

  it.each([841, -841, 32_767, -32_768])('with an offset of %s minutes is damage', (minutes) => {
    const cell = offset(datetime2(1, 0n, 0), minutes);
    expect(() => land(described('DateTimeOffset', { scale: 0 }), [cell], 'utc')).toThrow(
      `offset of ${minutes} minutes`,
    );
  });
});

describe('datetime and smalldatetime', () => {
  const DATETIME = described('DateTimeN', { dataLength: 8 });
  const SMALL = described('DateTimeN', { dataLength: 4 });
  const datetime = (day: number, ticks: number): Buffer => Buffer.concat([little(day, 4), little(ticks, 4)]);
  const small = (day: number, minutes: number): Buffer => Buffer.concat([little(day, 2), little(minutes, 2)]);

  it('has the milliseconds that SQL Server prints', () => {
    const printed = [0, 3, 7, 10, 13, 17, 20, 23, 27, 30];
    const cells = printed.map((_, ticks) => datetime(25_567, ticks));
    expect(int64s(land(DATETIME, cells))).toEqual(printed.map(BigInt));
  });

  it('keeps the first and the last moment there is', () => {
    const cells = [datetime(-53_690, 0), datetime(2_958_463, 25_919_999), datetime(0, 0)];
    const expected = ['1753-01-01T00:00:00.000Z', '9999-12-31T23:59:59.997Z', '1900-01-01T00:00:00.000Z'];
    expect(int64s(land(DATETIME, cells))).toEqual(expected.map((iso) => BigInt(Date.parse(iso))));
    const smalls = ['1900-01-01T00:00Z', '2079-06-06T23:59Z'].map((iso) => BigInt(Date.parse(iso)));
    expect(int64s(land(SMALL, [small(0, 0), small(65_535, 1_439)]))).toEqual(smalls);
  });

  it.each([
    ['too early a day', DATETIME, datetime(-53_691, 0)],
    ['too late a day', DATETIME, datetime(2_958_464, 0)],
    ['24 hours', DATETIME, datetime(0, 25_920_000)],
    ['negative ticks', DATETIME, datetime(0, -1)],
    ['24 hours', SMALL, small(0, 1_440)],
  ])('with %s is damage', (_, metadata, cell) => {
    for (const temporal of ['micros', 'text'] as const) {
      expect(() => land(metadata, [cell], temporal)).toThrow(expect.objectContaining({ code: 'TDS_MALFORMED' }));
    }
  });
});
