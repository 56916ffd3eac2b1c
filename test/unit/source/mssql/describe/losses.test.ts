import { expect, it } from '@jest/globals';
import type { Temporal } from '../../../../../shared/config/config.ts';
import { lossOf } from '../../../../../shared/source/mssql/describe/losses.ts';

const DIGIT = 'the 7th digit of a second';
const YEARS = 'moments before 1677-09-21 or after 2262-04-11 cannot land';
const VARIANT = 'the type of each value';

it.each<[string, Partial<Record<Temporal, string>>]>([
  ['time(7)', { micros: DIGIT, utc: DIGIT }],
  ['time(6)', {}],
  ['datetime2(7)', { micros: DIGIT, utc: DIGIT, nanos: YEARS }],
  ['datetime2(6)', {}],
  ['datetime2(0)', {}],
  ['datetime', {}],
  ['smalldatetime', {}],
  ['date', {}],
  ['datetimeoffset(7)', { utc: `its offset and ${DIGIT}` }],
  ['datetimeoffset(3)', { utc: 'its offset' }],
  ['sql_variant', { micros: VARIANT, nanos: VARIANT, text: VARIANT, utc: VARIANT }],
  ['decimal(38,7)', {}],
  ['money', {}],
  ['float', {}],
  ['nvarchar(7)', {}],
  ['varchar(max)', {}],
  ['rowversion', {}],
  ['', {}],
])('of %s is told what it loses', (type, expected) => {
  const temporals = ['micros', 'nanos', 'text', 'utc'] as const;
  expect(temporals.map((temporal) => lossOf(type, temporal))).toEqual(temporals.map((temporal) => expected[temporal]));
});
