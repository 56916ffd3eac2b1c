import { describe, expect, it } from '@jest/globals';
import {
  dateAdded,
  momentDistance,
  numberDistance,
  roundedMs,
} from '../../../../../shared/source/mssql/bound/distance.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

describe('a moment counted back from', () => {
  it('is computed where it has milliseconds, and nowhere below the first one of its type', () => {
    expect(momentDistance('datetime2(3)', 5 * MINUTE).before('[c]')).toBe(
      "CASE WHEN CAST([c] AS datetime2(7)) >= CAST(N'0001-01-01T00:05:00.000' AS datetime2(7))" +
        ' THEN CAST(DATEADD(millisecond, -300000, CAST([c] AS datetime2(7))) AS datetime2(3)) END',
    );
    expect(momentDistance('datetimeoffset(7)', 2 * DAY).before('[c]')).toBe(
      "CASE WHEN CAST([c] AS datetimeoffset(7)) >= CAST(N'0001-01-04T00:00:00.000+00:00' AS datetimeoffset(7))" +
        ' THEN CAST(DATEADD(day, -2, CAST([c] AS datetimeoffset(7))) AS datetimeoffset(7)) END',
    );
  });

  it.each([
    ['datetime', "N'1753-01-01T00:01:00.000'"],
    ['smalldatetime', "N'1900-01-01T00:01:00.000'"],
    ['date', "N'0001-01-02T00:00:00.000'"],
  ])('of %s begins at %s', (type, first) => {
    expect(momentDistance(type, MINUTE).before('[c]')).toContain(`>= CAST(${first} AS datetime2(7))`);
  });

  it('is itself without a distance', () => {
    expect(momentDistance('date', 0).before('[c]')).toBe('[c]');
  });

  it.each([
    ['date', 1, DAY],
    ['date', DAY + 1, 2 * DAY],
    ['smalldatetime', 30_000, MINUTE],
    ['datetime', 1, 10],
    ['datetime2(0)', 1, 1_000],
    ['datetime2(2)', 11, 20],
    ['datetime2(7)', 11, 11],
    ['datetimeoffset(1)', 11, 100],
  ])('of %s goes by steps: %i ms are %i', (type, ms, rounded) => {
    expect(roundedMs(type, ms)).toBe(rounded);
  });
});

it.each([
  [-1, 'DATEADD(millisecond, -1, m)'],
  [-30 * DAY - 1, 'DATEADD(day, -30, DATEADD(millisecond, -1, m))'],
  [365 * DAY, 'DATEADD(day, 365, m)'],
  [0, 'm'],
])('%i ms are added by counts that an int holds', (ms, sql) => {
  expect(dateAdded('m', ms)).toBe(sql);
});

describe('a number counted back from', () => {
  it('is computed in a decimal that holds both', () => {
    expect(numberDistance('int', 5).before('[c]')).toBe(
      'CASE WHEN CAST([c] AS decimal(17,0)) >= CAST(-2147483648 AS decimal(17,0)) + CAST(5 AS decimal(17,0))' +
        ' THEN CAST(CAST([c] AS decimal(17,0)) - CAST(5 AS decimal(17,0)) AS int) END',
    );
  });

  it.each([
    ['tinyint', 'decimal(17,0)', '0'],
    ['bigint', 'decimal(20,0)', '-9223372036854775808'],
    ['money', 'decimal(21,4)', '-922337203685477.5808'],
    ['decimal(12,2)', 'decimal(19,2)', '-9999999999.99'],
    ['decimal(3,3)', 'decimal(20,3)', '-0.999'],
    ['numeric(38,0)', 'decimal(38,0)', `-${'9'.repeat(38)}`],
  ])('of %s in %s, and not below %s', (type, wide, least) => {
    const sql = numberDistance(type, 7).before('[c]');
    expect(sql).toContain(`CAST([c] AS ${wide}) >= CAST(${least} AS ${wide}) + CAST(7 AS ${wide})`);
    expect(sql).toContain(`AS ${type}) END`);
  });

  it('has none that is farther away than the type has digits', () => {
    expect(numberDistance('decimal(38,30)', 99_999_999).before('[c]')).toContain('AS decimal(38,30)) END');
    expect(numberDistance('decimal(38,30)', 100_000_000).before('[c]')).toBe('CAST(NULL AS decimal(38,30))');
  });

  it('is itself without a distance', () => {
    expect(numberDistance('int', 0).before('[c]')).toBe('[c]');
  });
});
