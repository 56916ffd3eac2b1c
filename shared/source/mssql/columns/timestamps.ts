import type { ColumnShape } from '../../columns/column-builder.ts';
import {
  DATETIME_TICKS_OF_DAY,
  DAYS_1970_TO_1900,
  DAYS_TO_1970,
  datetimeMillis,
  dayAt,
  isDatetimeDay,
  isDay,
  MINUTES_OF_DAY,
  SECONDS_OF_DAY,
  timeAt,
  timeBytes,
} from './calendar.ts';
import { NULL_LENGTH, viewOf } from './tds-column.ts';
import { Int64Column } from './whole-numbers.ts';

const TWO_32 = 0x1_0000_0000;
const INT32_MAX = 0x7fffffff;
const MAX_OFFSET_MINUTES = 14 * 60;

export type UnitsOfSecond = 1_000 | 1_000_000 | 1_000_000_000;

/**
 * datetime2(scale) and, with its offset left out, datetimeoffset(scale) as milli-, micro- or nanoseconds since
 * 1970-01-01. Microseconds are floored: a 7th digit other than 0 is counted as lost.
 *
 * Microseconds of the year 2256, and nanoseconds of May 1970, pass 2^53, what a double holds exactly. So a day's
 * units are split as upper * 2^32 + lower, and both products stay below 2^53 for every day there is.
 */
export class Datetime2Column extends Int64Column {
  readonly #width: number;
  readonly #trailer: 0 | 2;
  readonly #ticksOfDay: number;
  readonly #multiplier: number;
  readonly #divisor: number;
  readonly #dayUpper: number;
  readonly #dayLower: number;

  constructor(shape: ColumnShape, capacity: number, scale: number, unitsOfSecond: UnitsOfSecond, withOffset = false) {
    super(shape, capacity);
    const ticksOfSecond = 10 ** scale;
    const unitsOfDay = SECONDS_OF_DAY * unitsOfSecond;
    this.#width = timeBytes(scale);
    this.#trailer = withOffset ? 2 : 0;
    this.#ticksOfDay = SECONDS_OF_DAY * ticksOfSecond;
    this.#multiplier = Math.max(1, unitsOfSecond / ticksOfSecond);
    this.#divisor = Math.max(1, ticksOfSecond / unitsOfSecond);
    this.#dayUpper = Math.floor(unitsOfDay / TWO_32);
    this.#dayLower = unitsOfDay % TWO_32;
  }

  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { halves } = this;
    const width = this.#width;
    const expected = width + 3 + this.#trailer;
    const multiplier = this.#multiplier;
    const divisor = this.#divisor;
    const dayUpper = this.#dayUpper;
    const dayLower = this.#dayLower;
    let half = this.rows * 2;
    for (let i = from; i < from + count; i++, half += 2) {
      const length = lengths[i]!;
      if (length !== expected) {
        if (length === NULL_LENGTH) continue;
        throw this.wrongLength(length, expected);
      }
      const at = starts[i]!;
      const ticks = timeAt(bytes, at, width);
      const day = dayAt(bytes, at + width);
      this.#check(ticks, day, bytes, at);
      let units = ticks * multiplier;
      if (divisor !== 1) {
        units = Math.floor(ticks / divisor);
        if (units * divisor !== ticks) this.lossyValues += 1;
      }
      const days = day - DAYS_TO_1970;
      const lower = days * dayLower + units;
      const upper = days * dayUpper + Math.floor(lower / TWO_32);
      if (upper > INT32_MAX || upper < ~INT32_MAX) throw this.#beyondInt64();
      halves[half] = lower;
      halves[half + 1] = upper;
    }
  }

  #check(ticks: number, day: number, bytes: Uint8Array, at: number): void {
    if (ticks >= this.#ticksOfDay) throw this.malformed('a time of day beyond 24 hours');
    if (!isDay(day)) throw this.malformed(`a date ${day} days after 0001-01-01`);
    if (this.#trailer === 0) return;
    const minutes = offsetAt(bytes, at + this.#width + 3);
    if (!isOffset(minutes)) throw this.malformed(`an offset of ${minutes} minutes`);
  }

  #beyondInt64() {
    return this.unlandable(
      'a moment outside of 1677-09-21 to 2262-04-11',
      'Set `temporal: text`, which keeps every digit of every year, or `temporal: micros`.',
    );
  }
}

/** Minutes east of UTC. */
export function offsetAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
}

export function isOffset(minutes: number): boolean {
  return minutes >= -MAX_OFFSET_MINUTES && minutes <= MAX_OFFSET_MINUTES;
}

const MILLIS_OF_DAY = 86_400_000;

/** datetime: days since 1900-01-01 and ticks of 1/300 s, as the milliseconds that SQL Server prints. */
export class DatetimeColumn extends Int64Column {
  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { halves } = this;
    const view = viewOf(bytes);
    let half = this.rows * 2;
    for (let i = from; i < from + count; i++, half += 2) {
      const length = lengths[i]!;
      if (length !== 8) {
        if (length === NULL_LENGTH) continue;
        throw this.wrongLength(length, 8);
      }
      const day = view.getInt32(starts[i]!, true);
      const ticks = view.getUint32(starts[i]! + 4, true);
      if (!isDatetimeDay(day)) throw this.malformed(`a date ${day} days after 1900`);
      if (ticks >= DATETIME_TICKS_OF_DAY) throw this.malformed('a time of day beyond 24 hours');
      const millis = (day + DAYS_1970_TO_1900) * MILLIS_OF_DAY + datetimeMillis(ticks);
      halves[half] = millis;
      halves[half + 1] = Math.floor(millis / TWO_32);
    }
  }
}

/** smalldatetime: days since 1900-01-01 and minutes, as milliseconds. */
export class SmallDatetimeColumn extends Int64Column {
  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { halves } = this;
    const view = viewOf(bytes);
    let half = this.rows * 2;
    for (let i = from; i < from + count; i++, half += 2) {
      const length = lengths[i]!;
      if (length !== 4) {
        if (length === NULL_LENGTH) continue;
        throw this.wrongLength(length, 4);
      }
      const minutes = view.getUint16(starts[i]! + 2, true);
      if (minutes >= MINUTES_OF_DAY) throw this.malformed('a time of day beyond 24 hours');
      const days = view.getUint16(starts[i]!, true) + DAYS_1970_TO_1900;
      const millis = days * MILLIS_OF_DAY + minutes * 60_000;
      halves[half] = millis;
      halves[half + 1] = Math.floor(millis / TWO_32);
    }
  }
}
