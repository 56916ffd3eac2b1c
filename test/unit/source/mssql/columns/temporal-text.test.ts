import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAYS_TO_1970, datetime2, described, LAST_DAY, land, little, texts, timeWidth } from './cells.ts';

/** The clock `minutes` east of UTC, by Date and BigInt. */
function isoText(day: number, ticks: bigint, scale: number, minutes?: number): string {
  const ticksOfSecond = 10n ** BigInt(scale);
  const seconds = Number(ticks / ticksOfSecond) + (minutes ?? 0) * 60;
  const clock = new Date((day - DAYS_TO_1970) * 86_400_000 + seconds * 1000).toISOString().slice(0, 19);
  const fraction = scale === 0 ? '' : `.${String(ticks % ticksOfSecond).padStart(scale, '0')}`;
  if (minutes === undefined) return clock + fraction;
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${clock}${fraction}${minutes < 0 ? '-' : '+'}${hours}:${rest}`;
}

const moments = fc.integer({ min: 0, max: 7 }).chain((scale) =>
  fc.record({
    scale: fc.constant(scale),
    day: fc.integer({ min: 1, max: LAST_DAY - 1 }),
    ticks: fc.bigInt({ min: 0n, max: 86_400n * 10n ** BigInt(scale) - 1n }),
    minutes: fc.integer({ min: -840, max: 840 }),
  }),
);

function offsetText(day: number, ticks: bigint, scale: number, minutes: number): string | null {
  const cell = Buffer.concat([datetime2(day, ticks, scale), little(minutes, 2)]);
  return texts(land(described('DateTimeOffset', { scale }), [cell]))[0]!;
}

describe('a datetimeoffset', () => {
  it('is ISO 8601 text of the clock there, with all digits and its offset', () => {
    const day = Date.parse('2026-11-22') / 86_400_000 + DAYS_TO_1970;
    expect(offsetText(day, 298_101_234_567n, 7, 330)).toBe('2026-11-22T13:46:50.1234567+05:30');
  });

  it('agrees with the calendar at every scale and offset', () => {
    const property = fc.property(moments, ({ day, ticks, scale, minutes }) => {
      expect(offsetText(day, ticks, scale, minutes)).toBe(isoText(day, ticks, scale, minutes));
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it('crosses midnight both ways', () => {
    expect(offsetText(DAYS_TO_1970, 0n, 0, -840)).toBe('1969-12-31T10:00:00-14:00');
    expect(offsetText(DAYS_TO_1970, 86_399n, 0, 840)).toBe('1970-01-02T13:59:59+14:00');
    expect(offsetText(DAYS_TO_1970, 0n, 0, 0)).toBe('1970-01-01T00:00:00+00:00');
  });

  it('reaches from the year 1 to 9999', () => {
    expect(offsetText(0, 0n, 7, 840)).toBe('0001-01-01T14:00:00.0000000+14:00');
    expect(offsetText(LAST_DAY, 863_999_999_999n, 7, -840)).toBe('9999-12-31T09:59:59.9999999-14:00');
  });

  it('whose clock lies outside of these years is damage', () => {
    expect(() => offsetText(0, 0n, 0, -1)).toThrow(/Column "c" \(datetimeoffset\(0\)\): a date -1 days/);
    expect(() => offsetText(LAST_DAY, 86_399n, 0, 1)).toThrow(/a date 3652059 days/);
    expect(() => offsetText(LAST_DAY + 1, 0n, 0, 0)).toThrow(/a date 3652059 days/);
  });
});

describe('`temporal: text`', () => {
  it('writes datetime2 and time with the digits of their scale', () => {
    const property = fc.property(moments, ({ day, ticks, scale }) => {
      const moment = land(described('DateTime2', { scale }), [datetime2(day, ticks, scale), null], 'text');
      expect(texts(moment)).toEqual([isoText(day, ticks, scale), null]);
      const time = land(described('Time', { scale }), [little(ticks, timeWidth(scale))], 'text');
      expect(texts(time)).toEqual([isoText(day, ticks, scale).slice(11)]);
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('writes every day there is as the calendar has it', () => {
    const cells: Buffer[] = [];
    const expected: string[] = [];
    for (let day = 0; day <= LAST_DAY; day += 97) {
      cells.push(datetime2(day, 0n, 0));
      expected.push(new Date((day - DAYS_TO_1970) * 86_400_000).toISOString().slice(0, 19));
    }
    expect(texts(land(described('DateTime2', { scale: 0 }), cells, 'text'))).toEqual(expected);
  });

  it.each(['0001-12-31', '0004-02-29', '0100-03-01', '0400-02-29', '1900-03-01', '2000-02-29', '2000-12-31'])(
    'has the day %s',
    (iso) => {
      const day = Date.parse(`${iso}T00:00:00Z`) / 86_400_000 + DAYS_TO_1970;
      expect(texts(land(described('DateTime2', { scale: 0 }), [datetime2(day, 0n, 0)], 'text'))).toEqual([
        `${iso}T00:00:00`,
      ]);
    },
  );

  it('writes datetime with three digits, smalldatetime with none', () => {
    const datetime = Buffer.concat([little(2_958_463, 4), little(25_919_999, 4)]);
    const early = Buffer.concat([little(-53_690, 4), little(1, 4)]);
    expect(texts(land(described('DateTime'), [datetime, early, null], 'text'))).toEqual([
      '9999-12-31T23:59:59.997',
      '1753-01-01T00:00:00.003',
      null,
    ]);
    const small = Buffer.concat([little(65_535, 2), little(1_439, 2)]);
    expect(texts(land(described('SmallDateTime'), [small], 'text'))).toEqual(['2079-06-06T23:59:00']);
  });

  it.each(['DateTime', 'SmallDateTime', 'Time', 'DateTime2', 'DateTimeOffset'])(
    'refuses other lengths of %s',
    (type) => {
      for (const length of [0, 2, 9, 12]) {
        expect(() => land(described(type, { scale: 7 }), [Buffer.alloc(length)], 'text')).toThrow(/where a value/);
      }
    },
  );
});
