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
import { writeDate, writeOffset, writeTime } from './iso-8601.ts';
import { int32At, NULL_LENGTH } from './tds-column.ts';
import { isOffset, offsetAt } from './timestamps.ts';
import { VariableWidthColumn } from './variable-width.ts';

/** 9999-12-31T23:59:59.9999999+14:00 */
const LONGEST_BYTES = 33;
const T = 0x54;

/** A temporal column as ISO 8601 text, with all digits of its scale, written as bytes without a string per cell. */
export abstract class TemporalTextColumn extends VariableWidthColumn {
  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { offsets } = this;
    const target = this.reserve(count * LONGEST_BYTES);
    let row = this.rows;
    for (let i = from; i < from + count; i++) {
      const length = lengths[i]!;
      if (length !== NULL_LENGTH) this.used = this.write(bytes, starts[i]!, length, target, this.used);
      offsets[++row] = this.used;
    }
  }

  /** Writes the text of the value at `at`, at most 33 bytes; returns where the next one goes. */
  abstract write(bytes: Uint8Array, at: number, length: number, target: Uint8Array, to: number): number;

  protected checkTime(ticks: number, ticksOfDay: number): void {
    if (ticks >= ticksOfDay) throw this.malformed('a time of day beyond 24 hours');
  }

  protected checkDay(day: number): void {
    if (!isDay(day)) throw this.malformed(`a date ${day} days after 0001-01-01`);
  }
}

/** time, datetime2 or datetimeoffset of a scale: 13:46:50.1234567, 2026-11-22T13:46:50, 2026-11-22T13:46:50.1+05:30. */
export class ScaledTemporalTextColumn extends TemporalTextColumn {
  readonly #scale: number;
  readonly #width: number;
  readonly #hasDate: boolean;
  readonly #hasOffset: boolean;
  readonly #ticksOfDay: number;
  readonly #ticksOfMinute: number;

  constructor(shape: ColumnShape, capacity: number, kind: 'time' | 'datetime2' | 'datetimeoffset', scale: number) {
    super(shape, capacity);
    this.#scale = scale;
    this.#width = timeBytes(scale);
    this.#hasDate = kind !== 'time';
    this.#hasOffset = kind === 'datetimeoffset';
    this.#ticksOfDay = SECONDS_OF_DAY * 10 ** scale;
    this.#ticksOfMinute = 60 * 10 ** scale;
  }

  write(bytes: Uint8Array, at: number, length: number, target: Uint8Array, from: number): number {
    const width = this.#width;
    const expected = width + (this.#hasDate ? 3 : 0) + (this.#hasOffset ? 2 : 0);
    if (length !== expected) throw this.wrongLength(length, expected);
    let ticks = timeAt(bytes, at, width);
    this.checkTime(ticks, this.#ticksOfDay);
    if (!this.#hasDate) return writeTime(ticks, this.#scale, target, from);
    let day = dayAt(bytes, at + width);
    this.checkDay(day);
    const minutes = this.#hasOffset ? offsetAt(bytes, at + width + 3) : 0;
    if (!isOffset(minutes)) throw this.malformed(`an offset of ${minutes} minutes`);
    // On the wire stands the moment in UTC; the text shows the clock of the offset.
    ticks += minutes * this.#ticksOfMinute;
    if (ticks < 0) {
      ticks += this.#ticksOfDay;
      day -= 1;
    } else if (ticks >= this.#ticksOfDay) {
      ticks -= this.#ticksOfDay;
      day += 1;
    }
    this.checkDay(day);
    let to = writeDate(day - DAYS_TO_1970, target, from);
    target[to++] = T;
    to = writeTime(ticks, this.#scale, target, to);
    return this.#hasOffset ? writeOffset(minutes, target, to) : to;
  }
}

/** datetime with milliseconds as SQL Server prints them: 2026-11-22T13:46:50.437. */
export class DatetimeTextColumn extends TemporalTextColumn {
  write(bytes: Uint8Array, at: number, length: number, target: Uint8Array, from: number): number {
    if (length !== 8) throw this.wrongLength(length, 8);
    const day = int32At(bytes, at);
    const ticks = int32At(bytes, at + 4) >>> 0;
    if (!isDatetimeDay(day)) throw this.malformed(`a date ${day} days after 1900`);
    this.checkTime(ticks, DATETIME_TICKS_OF_DAY);
    const to = writeDate(day + DAYS_1970_TO_1900, target, from);
    target[to] = T;
    return writeTime(datetimeMillis(ticks), 3, target, to + 1);
  }
}

/** smalldatetime, which has no seconds, with :00 in their place. */
export class SmallDatetimeTextColumn extends TemporalTextColumn {
  write(bytes: Uint8Array, at: number, length: number, target: Uint8Array, from: number): number {
    if (length !== 4) throw this.wrongLength(length, 4);
    const both = int32At(bytes, at);
    const minutes = both >>> 16;
    this.checkTime(minutes, MINUTES_OF_DAY);
    const to = writeDate((both & 0xffff) + DAYS_1970_TO_1900, target, from);
    target[to] = T;
    return writeTime(minutes * 60, 0, target, to + 1);
  }
}

/** date: 2026-11-22. Only sql_variant needs it; a date column lands as a date whatever is set. */
export class DateTextColumn extends TemporalTextColumn {
  write(bytes: Uint8Array, at: number, length: number, target: Uint8Array, from: number): number {
    if (length !== 3) throw this.wrongLength(length, 3);
    const day = dayAt(bytes, at);
    this.checkDay(day);
    return writeDate(day - DAYS_TO_1970, target, from);
  }
}
