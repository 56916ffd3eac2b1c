import type { ColumnShape } from '../../columns/column-builder.ts';
import { SECONDS_OF_DAY, timeAt, timeBytes } from './calendar.ts';
import { NULL_LENGTH } from './tds-column.ts';
import { Int64Column } from './whole-numbers.ts';

const TWO_32 = 0x1_0000_0000;

/** time(scale) in microseconds, floored (the 7th digit is lost and counted), or in nanoseconds. */
export class TimeColumn extends Int64Column {
  readonly #width: number;
  readonly #ticksOfDay: number;
  readonly #multiplier: number;
  readonly #divisor: number;

  constructor(shape: ColumnShape, capacity: number, scale: number, unitsOfSecond: 1_000_000 | 1_000_000_000) {
    super(shape, capacity);
    const ticksOfSecond = 10 ** scale;
    this.#width = timeBytes(scale);
    this.#ticksOfDay = SECONDS_OF_DAY * ticksOfSecond;
    this.#multiplier = Math.max(1, unitsOfSecond / ticksOfSecond);
    this.#divisor = Math.max(1, ticksOfSecond / unitsOfSecond);
  }

  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { halves } = this;
    const width = this.#width;
    const multiplier = this.#multiplier;
    const divisor = this.#divisor;
    const ticksOfDay = this.#ticksOfDay;
    let half = this.rows * 2;
    for (let i = from; i < from + count; i++, half += 2) {
      const length = lengths[i]!;
      if (length !== width) {
        if (length === NULL_LENGTH) continue;
        throw this.wrongLength(length, width);
      }
      const ticks = timeAt(bytes, starts[i]!, width);
      if (ticks >= ticksOfDay) throw this.malformed('a time of day beyond 24 hours');
      let units = ticks * multiplier;
      if (divisor !== 1) {
        units = Math.floor(ticks / divisor);
        if (units * divisor !== ticks) this.lossyValues += 1;
      }
      halves[half] = units | 0;
      halves[half + 1] = units / TWO_32;
    }
  }
}
