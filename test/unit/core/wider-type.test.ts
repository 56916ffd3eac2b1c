import { describe, expect, it } from '@jest/globals';
import {
  DateDay,
  Decimal,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  TimeMicrosecond,
  TimeMillisecond,
  TimeNanosecond,
  TimeSecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Utf8,
} from 'apache-arrow';
import { widerType } from '../../../shared/core/wider-type.ts';

/** As the ledger spells the landed types: by Arrow's own names. */
const decimal = (precision: number, scale: number) => String(new Decimal(scale, precision, 128));

describe('the wider of two landed types', () => {
  it.each([
    [new Int8(), new Int16(), new Int16()],
    [new Int16(), new Int64(), new Int64()],
    [new Int32(), new Int64(), new Int64()],
    [new Float32(), new Float64(), new Float64()],
    [new Int64(), new Decimal(0, 19, 128), new Decimal(0, 19, 128)],
    [new Int64(), new Decimal(4, 30, 128), new Decimal(4, 30, 128)],
    [new Int32(), new Decimal(2, 9, 128), new Decimal(2, 12, 128)],
    [new Decimal(2, 10, 128), new Decimal(2, 12, 128), new Decimal(2, 12, 128)],
    [new Decimal(2, 10, 128), new Decimal(4, 10, 128), new Decimal(4, 12, 128)],
    [new Decimal(-2, 5, 128), new Decimal(1, 3, 128), new Decimal(1, 8, 128)],
    [new Decimal(5, 3, 128), new Decimal(0, 2, 128), new Decimal(5, 7, 128)],
    [new Decimal(0, 20, 128), new Decimal(18, 18, 128), new Decimal(18, 38, 128)],
    [new TimestampSecond(), new TimestampMillisecond(), new TimestampMillisecond()],
    [new TimestampMillisecond(), new TimestampMicrosecond(), new TimestampMicrosecond()],
    [new TimestampMillisecond('UTC'), new TimestampMicrosecond('UTC'), new TimestampMicrosecond('UTC')],
    [new TimeSecond(), new TimeMillisecond(), new TimeMillisecond()],
    [new TimeMillisecond(), new TimeMicrosecond(), new TimeMicrosecond()],
    [new Utf8(), new Utf8(), new Utf8()],
    [new TimestampNanosecond(), new TimestampNanosecond(), new TimestampNanosecond()],
  ])('of %s and %s is %s', (one, other, wider) => {
    expect(widerType(String(one), String(other))).toBe(String(wider));
    expect(widerType(String(other), String(one))).toBe(String(wider));
  });

  it.each([
    [new Int32(), new Utf8()],
    [new Int64(), new Float64()],
    [new Float64(), new Decimal(2, 10, 128)],
    [new TimestampMicrosecond(), new TimestampMicrosecond('UTC')],
    [new TimestampMicrosecond(), new TimestampNanosecond()],
    [new TimeMicrosecond(), new TimeNanosecond()],
    [new TimeMicrosecond(), new TimestampMicrosecond()],
    [new DateDay(), new TimestampMicrosecond()],
    [new Decimal(0, 38, 128), new Decimal(1, 2, 128)],
    [new Int64(), new Decimal(20, 30, 128)],
  ])('of %s and %s is none', (one, other) => {
    expect(widerType(String(one), String(other))).toBeUndefined();
    expect(widerType(String(other), String(one))).toBeUndefined();
  });

  it('is the same decimal whichever of three comes first', () => {
    const [one, two, three] = [decimal(9, 2), 'Int32', decimal(6, 4)];
    const all = 'Decimal[14e+4]';
    expect(widerType(widerType(one, two)!, three)).toBe(all);
    expect(widerType(widerType(two, three)!, one)).toBe(all);
    expect(widerType(widerType(three, one)!, two)).toBe(all);
  });

  it('takes a spelling that nobody knows for a type of its own', () => {
    expect(widerType('Decimal[x]', 'Decimal[12e+2]')).toBeUndefined();
    expect(widerType('Timestamp<>', 'Timestamp<SECOND>')).toBeUndefined();
    expect(widerType('', 'Int32')).toBeUndefined();
    expect(widerType('', '')).toBe('');
  });
});
