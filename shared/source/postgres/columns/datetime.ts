import { Int32Builder, Int64Builder, int32At } from './fixed-width.ts';

const INT32_MAX = 0x7fffffff;
const INT32_MIN = -0x80000000;

/** Days from 1970-01-01 to 2000-01-01, where PostgreSQL counts from. */
const EPOCH_DAYS = 10_957;

/** The same in microseconds, 946,684,800,000,000, as upper and lower 32 bits. */
const EPOCH_UPPER = 0x00035d01;
const EPOCH_LOWER = 0x3b37e000;

/**
 * date as days since 1970-01-01. The infinities become the int32 values that DuckDB reads as infinities
 * (its date_t::infinity and ninfinity): the largest int32 and its negative.
 */
export class DateBuilder extends Int32Builder {
  protected override translate(days: number): number {
    if (days === INT32_MAX) return INT32_MAX;
    if (days === INT32_MIN) return -INT32_MAX;
    return days + EPOCH_DAYS;
  }
}

/**
 * timestamp and timestamptz as microseconds since 1970-01-01. Infinities become the largest int64 and its
 * negative, as DuckDB has them. PostgreSQL counts from 2000 and so reaches 30 years further (to 294276 AD)
 * than an int64 from 1970 does: such a value is refused.
 */
export class TimestampBuilder extends Int64Builder {
  override append(bytes: Uint8Array, at: number, length: number): void {
    this.expectLength(length, 8);
    const upper = int32At(bytes, at);
    const lower = int32At(bytes, at + 4) >>> 0;
    const index = this.rows * 2;
    if (upper === INT32_MAX && lower === 0xffffffff) {
      this.#write(index, INT32_MAX, -1);
    } else if (upper === INT32_MIN && lower === 0) {
      this.#write(index, INT32_MIN, 1);
    } else {
      const lowerSum = lower + EPOCH_LOWER;
      const upperSum = upper + EPOCH_UPPER + (lowerSum > 0xffffffff ? 1 : 0);
      if (upperSum > INT32_MAX) throw this.castable('a timestamp after 294247-01-10 04:00:54');
      this.#write(index, upperSum, lowerSum | 0);
    }
    this.rows += 1;
  }

  #write(index: number, upper: number, lower: number): void {
    this.halves[index] = lower;
    this.halves[index + 1] = upper;
  }
}
