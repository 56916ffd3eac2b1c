import { DAYS_TO_1970, dayAt, isDay } from './calendar.ts';
import { NULL_LENGTH } from './tds-column.ts';
import { Int32Column } from './whole-numbers.ts';

/** date as days since 1970-01-01. */
export class DateColumn extends Int32Column {
  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { values } = this;
    let row = this.rows;
    for (let i = from; i < from + count; i++, row++) {
      const length = lengths[i]!;
      if (length !== 3) {
        if (length === NULL_LENGTH) continue;
        throw this.wrongLength(length, 3);
      }
      const day = dayAt(bytes, starts[i]!);
      if (!isDay(day)) throw this.malformed(`a date ${day} days after 0001-01-01`);
      values[row] = day - DAYS_TO_1970;
    }
  }
}
