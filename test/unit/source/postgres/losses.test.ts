import { expect, it } from '@jest/globals';
import { type DataType, DateDay, Decimal, Float64, TimestampMicrosecond, Utf8 } from 'apache-arrow';
import { lossOf } from '../../../../shared/source/postgres/losses.ts';

const BEYOND = 'moments after 294247-01-10 04:00:54 cannot land';

it.each<[string, DataType, string, string | undefined]>([
  ['numeric(12,2)', new Decimal(2, 12, 128), 'UTF8', 'NaN cannot land as a decimal'],
  ['timestamp', new TimestampMicrosecond(), 'UTF8', BEYOND],
  ['timestamptz', new TimestampMicrosecond('UTC'), 'LATIN1', BEYOND],
  ['date', new DateDay(), 'UTF8', undefined],
  ['float8', new Float64(), 'UTF8', undefined],
  ['text', new Utf8(), 'LATIN1', undefined],
  ['text without a known encoding', new Utf8(), 'SQL_ASCII', 'text that is not valid UTF-8 cannot land'],
])('what of %s cannot land', (_, type, encoding, loss) => {
  expect(lossOf(type, encoding)).toBe(loss);
});
