import { NULL_LENGTH, viewOf } from '../../columns/cell-column.ts';
import { Int32Builder, Int64Builder } from './fixed-width.ts';

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
  protected override decode(
    bytes: Uint8Array,
    starts: Int32Array,
    lengths: Int32Array,
    from: number,
    count: number,
  ): void {
    super.decode(bytes, starts, lengths, from, count);
    const { values } = this;
    for (let i = 0; i < count; i++) {
      const row = this.rows + i;
      if (lengths[from + i] !== NULL_LENGTH) values[row] = sinceEpoch(values[row]!);
    }
  }
}

function sinceEpoch(days: number): number {
  if (days === INT32_MAX) return INT32_MAX;
  if (days === INT32_MIN) return -INT32_MAX;
  return days + EPOCH_DAYS;
}

/**
 * timestamp and timestamptz as microseconds since 1970-01-01. Infinities become the largest int64 and its
 * negative, as DuckDB has them. PostgreSQL counts from 2000 and so reaches 30 years further (to 294276 AD)
 * than an int64 from 1970 does: such a value is refused.
 */
export class TimestampBuilder extends Int64Builder {
  protected override decode(
    bytes: Uint8Array,
    starts: Int32Array,
    lengths: Int32Array,
    from: number,
    count: number,
  ): void {
    const { halves } = this;
    const view = viewOf(bytes);
    let half = this.rows * 2;
    for (let i = from; i < from + count; i++, half += 2) {
      const length = lengths[i]!;
      if (length !== 8) {
        if (length === NULL_LENGTH) continue;
        throw this.wrongLength(length, 8);
      }
      const upper = view.getInt32(starts[i]!);
      const lower = view.getUint32(starts[i]! + 4);
      const lowerSum = lower + EPOCH_LOWER;
      const upperSum = upper + EPOCH_UPPER + (lowerSum > 0xffffffff ? 1 : 0);
      if (upperSum <= INT32_MAX && upper !== INT32_MIN) {
        halves[half] = lowerSum;
        halves[half + 1] = upperSum;
      } else this.#writeExtreme(half, upper, lower, lowerSum, upperSum);
    }
  }

  /** The infinities, what lies near the negative one, and what is too late. */
  #writeExtreme(half: number, upper: number, lower: number, lowerSum: number, upperSum: number): void {
    const { halves } = this;
    if (upper === INT32_MAX && lower === 0xffffffff) {
      halves[half] = -1;
      halves[half + 1] = INT32_MAX;
    } else if (upper === INT32_MIN && lower === 0) {
      halves[half] = 1;
      halves[half + 1] = INT32_MIN;
    } else {
      if (upperSum > INT32_MAX) throw this.castable('a timestamp after 294247-01-10 04:00:54');
      halves[half] = lowerSum;
      halves[half + 1] = upperSum;
    }
  }
}
