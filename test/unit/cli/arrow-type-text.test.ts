import { describe, expect, it } from '@jest/globals';
import {
  DateDay,
  Decimal,
  Int32,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampNanosecond,
  Utf8,
} from 'apache-arrow';
import { arrowTypeText } from '../../../cli/arrow-type-text.ts';

describe('the text of an Arrow type', () => {
  it.each([
    [new TimestampMicrosecond('UTC'), 'timestamp[us, UTC]'],
    [new TimestampNanosecond(), 'timestamp[ns]'],
    [new TimeMicrosecond(), 'time64[us]'],
    [new DateDay(), 'date32'],
    [new Decimal(2, 12, 128), 'decimal(12,2)'],
    [new Decimal(0, 38, 128), 'decimal(38,0)'],
    [new Int32(), 'int32'],
    [new Utf8(), 'utf8'],
  ])('of %s is %s', (type, text) => {
    expect(arrowTypeText(String(type))).toBe(text);
  });
});
