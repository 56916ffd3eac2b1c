import type { ByteBuffer } from './byte-buffer.ts';
import { dateText, daysToEpoch, type SecondUnit, timeText } from './calendar.ts';
import { writeFixed, writePair } from './digits.ts';

const dash = 0x2d;
const colon = 0x3a;
const point = 0x2e;

const secondsPerDay = 86_400;
/** 0000-03-01, where the algorithm's years begin, and 9999-12-31: between them a date has ten characters. */
const firstDay = -daysToEpoch;
const lastDay = 2_932_896;

/** Room for a moment of any year with its quotes. */
const momentBytes = 48;

/** Writes a date as `dateText` has it. */
export function writeDate(out: ByteBuffer, days: number): void {
  if (days < firstDay || days > lastDay) {
    out.ascii(dateText(days));
    return;
  }
  out.reserve(momentBytes);
  writeDay(out.view, out.length, days);
  out.length += 10;
}

/** Writes a time of day as `timeText` has it. */
export function writeTime(out: ByteBuffer, sinceMidnight: number, unit: SecondUnit): void {
  const second = Math.floor(sinceMidnight / unit.perSecond);
  if (second < 0 || second > secondsPerDay) {
    out.ascii(timeText(sinceMidnight, unit));
    return;
  }
  out.reserve(momentBytes);
  out.length = writeClock(out.view, out.length, second, sinceMidnight - second * unit.perSecond, unit.fractionDigits);
}

/** Writes seconds since 1970 and their fraction, which is an integer of so many digits, as `2024-01-31T12:34:56.123456`. */
export function writeMoment(out: ByteBuffer, seconds: number, fraction: number, fractionDigits: number): void {
  const days = Math.floor(seconds / secondsPerDay);
  writeDate(out, days);
  out.reserve(momentBytes);
  const { view } = out;
  view.setUint8(out.length, 0x54);
  out.length = writeClock(view, out.length + 1, seconds - days * secondsPerDay, fraction, fractionDigits);
}

/** `civil_from_days`, as `dateText` has it, for days that need no rounding of negative numbers. */
function writeDay(view: DataView, at: number, days: number): void {
  const shifted = days + daysToEpoch;
  const era = (shifted / 146_097) | 0;
  const dayOfEra = shifted - era * 146_097;
  const leapDays = ((dayOfEra / 1460) | 0) - ((dayOfEra / 36_524) | 0) + ((dayOfEra / 146_096) | 0);
  const yearOfEra = ((dayOfEra - leapDays) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0));
  const marchMonth = ((5 * dayOfYear + 2) / 153) | 0;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  const century = (year / 100) | 0;
  writePair(view, at, century);
  writePair(view, at + 2, year - century * 100);
  view.setUint8(at + 4, dash);
  writePair(view, at + 5, month);
  view.setUint8(at + 7, dash);
  writePair(view, at + 8, dayOfYear - (((153 * marchMonth + 2) / 5) | 0) + 1);
}

/** Returns where the time ends. */
function writeClock(view: DataView, at: number, second: number, fraction: number, fractionDigits: number): number {
  const minutes = (second / 60) | 0;
  const hour = (minutes / 60) | 0;
  writePair(view, at, hour);
  view.setUint8(at + 2, colon);
  writePair(view, at + 3, minutes - hour * 60);
  view.setUint8(at + 5, colon);
  writePair(view, at + 6, second - minutes * 60);
  if (fraction === 0) return at + 8;
  view.setUint8(at + 8, point);
  writeFixed(view, at + 9, fraction, fractionDigits);
  return at + 9 + fractionDigits;
}
