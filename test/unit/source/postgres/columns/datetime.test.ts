import { describe, expect, it } from '@jest/globals';
import { DateDay, TimestampMicrosecond } from 'apache-arrow';
import fc from 'fast-check';
import { DateBuilder, TimestampBuilder } from '../../../../../shared/source/postgres/columns/datetime.ts';
import { addValue, int32, int64 } from '../copy-bytes.ts';

const EPOCH_US = 946_684_800_000_000n;
const INT64_MAX = 2n ** 63n - 1n;

function timestamp(fromServer: bigint): bigint {
  const builder = new TimestampBuilder({ name: 'at', sourceType: 'timestamp', type: new TimestampMicrosecond() }, 1);
  addValue(builder, int64(fromServer));
  return builder.take().values[0];
}

function date(fromServer: number): number {
  const builder = new DateBuilder({ name: 'day', sourceType: 'date', type: new DateDay() }, 1);
  addValue(builder, int32(fromServer));
  return builder.take().values[0];
}

describe('a timestamp', () => {
  it('is shifted from 2000 to 1970 over the whole range', () => {
    const range = fc.bigInt({ min: -(2n ** 63n) + 1n, max: INT64_MAX - EPOCH_US - 1n });
    fc.assert(
      fc.property(range, (us) => expect(timestamp(us)).toBe(us + EPOCH_US)),
      { numRuns: 2_000 },
    );
  });

  it.each([0n, -1n, 1n, -EPOCH_US, 0xffffffffn, 0x1_0000_0000n, INT64_MAX - EPOCH_US])('of %s us is shifted', (us) => {
    expect(timestamp(us)).toBe(us + EPOCH_US);
  });

  it("has DuckDB's infinities", () => {
    expect(timestamp(INT64_MAX)).toBe(INT64_MAX);
    expect(timestamp(-(2n ** 63n))).toBe(-INT64_MAX);
    expect(timestamp(-(2n ** 63n) + 1n)).toBe(-(2n ** 63n) + 1n + EPOCH_US);
  });

  it('is refused when it lies beyond an int64 from 1970', () => {
    expect(() => timestamp(INT64_MAX - 1n)).toThrow(/Column "at" .* after 294247/);
    expect(() => timestamp(9_223_371_331_199_999_999n)).toThrow(expect.objectContaining({ retry: 'permanent' }));
  });
});

describe('a date', () => {
  it('is shifted from 2000 to 1970', () => {
    expect([date(0), date(-10_957), date(2_145_031_948), date(-2_451_545)]).toEqual([
      10_957, 0, 2_145_042_905, -2_440_588,
    ]);
  });

  it("has DuckDB's infinities", () => {
    expect([date(0x7fffffff), date(-0x80000000)]).toEqual([0x7fffffff, -0x7fffffff]);
  });
});
