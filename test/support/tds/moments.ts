import type { ByteWriter } from './byte-writer.ts';
import { timeBytes } from './wire-types.ts';

const DAYS_TO_1900 = 693_595;
const UNITS_PER_SECOND = 10_000_000;
const UNITS_PER_DAY = 86_400 * UNITS_PER_SECOND;
const UNITS_PER_MINUTE = 60 * UNITS_PER_SECOND;
const LAST_DAY = 3_652_058;

/** Days since 0001-01-01 in the proleptic Gregorian calendar of 'YYYY-MM-DD'. */
export function dayNumber(text: string): number {
  const year = number(text, 0, 4);
  const month = number(text, 5, 7);
  const day = number(text, 8, 10);
  const shiftedYear = month <= 2 ? year - 1 : year;
  const yearDays =
    365 * shiftedYear + Math.floor(shiftedYear / 4) - Math.floor(shiftedYear / 100) + Math.floor(shiftedYear / 400);
  const monthDays = Math.floor((153 * ((month + 9) % 12) + 2) / 5);
  const days = yearDays + monthDays + day - 1 - 306;
  if (text[4] !== '-' || text[7] !== '-' || days < 0 || days > LAST_DAY) throw new RangeError(`${text} is no date`);
  return days;
}

/** 100 ns since midnight of 'HH:MM[:SS[.fffffff]]', whatever the count of fraction digits up to 7. */
export function timeUnits(text: string): number {
  const seconds = text.length > 5 ? number(text, 6, 8) : 0;
  const fraction = text.length > 9 ? number(text.slice(9, 16).padEnd(7, '0'), 0, 7) : 0;
  if (text.length > 16) throw new RangeError(`${text} has more than 7 fraction digits`);
  return ((number(text, 0, 2) * 60 + number(text, 3, 5)) * 60 + seconds) * UNITS_PER_SECOND + fraction;
}

export function writeDate(out: ByteWriter, text: string): void {
  out.u24(dayNumber(text));
}

export function writeTime(out: ByteWriter, units: number, scale: number): void {
  const step = 10 ** (7 - scale);
  if (units % step !== 0) throw new RangeError(`${units} * 100 ns is not a whole number of 10 ** -${scale} seconds`);
  out.unsigned(units / step, timeBytes(scale));
}

export function writeDateTime2(out: ByteWriter, text: string, scale: number): void {
  writeTime(out, timeUnits(text.slice(11)), scale);
  out.u24(dayNumber(text));
}

/** Day and time in UTC, then the offset in minutes: MS-TDS 2.2.5.5.1.8. */
export function writeDateTimeOffset(out: ByteWriter, text: string, scale: number): void {
  const space = text.lastIndexOf(' ');
  const zone = text.slice(space + 1);
  const sign = zone.startsWith('-') ? -1 : 1;
  const offsetMinutes = sign * (number(zone, 1, 3) * 60 + number(zone, 4, 6));
  let day = dayNumber(text);
  let units = timeUnits(text.slice(11, space)) - offsetMinutes * UNITS_PER_MINUTE;
  if (units < 0) {
    units += UNITS_PER_DAY;
    day -= 1;
  } else if (units >= UNITS_PER_DAY) {
    units -= UNITS_PER_DAY;
    day += 1;
  }
  if (day < 0 || day > LAST_DAY) throw new RangeError(`${text} is outside the years 1 to 9999 in UTC`);
  writeTime(out, units, scale);
  out.u24(day);
  out.i16(offsetMinutes);
}

/** Days since 1900 and 1/300 s since midnight. */
export function writeDateTime(out: ByteWriter, text: string): void {
  out.i32(dayNumber(text) - DAYS_TO_1900);
  out.i32(Math.round((timeUnits(text.slice(11)) * 300) / UNITS_PER_SECOND));
}

/** Days since 1900 and minutes since midnight, two bytes each. */
export function writeSmallDateTime(out: ByteWriter, text: string): void {
  const units = timeUnits(text.slice(11));
  if (units % UNITS_PER_MINUTE !== 0) throw new RangeError(`${text} has seconds, a smalldatetime has none`);
  out.u16(dayNumber(text) - DAYS_TO_1900);
  out.u16(units / UNITS_PER_MINUTE);
}

function number(text: string, from: number, to: number): number {
  let value = 0;
  for (let index = from; index < to; index += 1) {
    const digit = text.charCodeAt(index) - 0x30;
    if (!(digit >= 0 && digit <= 9)) throw new RangeError(`${JSON.stringify(text)} is no date or time`);
    value = value * 10 + digit;
  }
  return value;
}
