import type { TimeUnit } from 'apache-arrow';
import type { ByteBuffer } from './byte-buffer.ts';
import { type SecondUnit, secondUnits, timestampPrinter } from './calendar.ts';
import { belowMillion, millionsOf } from './digits.ts';
import { writeDate, writeMoment, writeTime } from './moments.ts';
import { int64At, int64Of } from './numbers.ts';
import { type PrintCell, type Printer, wordsOf } from './printer.ts';

const int32Max = 2_147_483_647;
const letterZ = 0x5a;

/** The extremes stand for infinities, as the sources write them. */
export const datePrinter: Printer = {
  isBare: false,
  bind:
    ({ values }) =>
    (out, row) => {
      const days: number = values[row];
      if (days === int32Max) out.ascii('infinity');
      else if (days === -int32Max) out.ascii('-infinity');
      else writeDate(out, days);
    },
};

export function timePrinter(timeUnit: TimeUnit, bitWidth: number): Printer {
  const unit = secondUnits[timeUnit]!;
  return {
    isBare: false,
    bind(data) {
      if (bitWidth === 32) return (out, row) => writeTime(out, data.values[row], unit);
      const words = wordsOf(data);
      return (out, row) => writeTime(out, Number(int64At(words, row)), unit);
    },
  };
}

/** A timestamp with a zone is an instant, stored in UTC whatever the zone's name, and so printed with `Z`. */
export function momentPrinter(timeUnit: TimeUnit, zone: string | null | undefined): Printer {
  const isInstant = zone !== null && zone !== undefined && zone !== '';
  const write = timestampWriter(secondUnits[timeUnit]!);
  return { isBare: false, bind: (data) => finiteOrNamed(wordsOf(data), write, isInstant) };
}

/** Writes a timestamp of two words. */
type WriteTimestamp = (out: ByteBuffer, low: number, high: number) => void;

function finiteOrNamed(words: Int32Array, write: WriteTimestamp, isInstant: boolean): PrintCell {
  return (out, row) => {
    const low = words[row * 2]!;
    const high = words[row * 2 + 1]!;
    if (high === int32Max && low === -1) out.ascii('infinity');
    else if (high === -int32Max - 1 && low === 1) out.ascii('-infinity');
    else {
      write(out, low, high);
      if (isInstant) out.byte(letterZ);
    }
  };
}

function timestampWriter(unit: SecondUnit): WriteTimestamp {
  if (unit.fractionDigits === 6) return writeMicros;
  return unit.fractionDigits === 9 ? writeNanos : coarseWriter(unit);
}

function writeMicros(out: ByteBuffer, low: number, high: number): void {
  const seconds = millionsOf(low, high);
  writeMoment(out, seconds, belowMillion(low, seconds), 6);
}

function writeNanos(out: ByteBuffer, low: number, high: number): void {
  const millis = millionsOf(low, high);
  const seconds = Math.floor(millis / 1000);
  writeMoment(out, seconds, (millis - seconds * 1000) * 1_000_000 + belowMillion(low, millis), 9);
}

/** Seconds and milliseconds; no database has any that a double does not hold. */
function coarseWriter(unit: SecondUnit): WriteTimestamp {
  const printBig = timestampPrinter(unit, '');
  return (out, low, high) => {
    const value = int64Of(low, high);
    if (typeof value === 'bigint') {
      out.ascii(printBig(value));
      return;
    }
    const seconds = Math.floor(value / unit.perSecond);
    writeMoment(out, seconds, value - seconds * unit.perSecond, unit.fractionDigits);
  };
}
