const ZERO = 0x30;
const DASH = 0x2d;
const PLUS = 0x2b;
const COLON = 0x3a;
const POINT = 0x2e;

/** 0000-03-01, from where years of 365 days with their leap days at the end are counted, as days before 1970-01-01. */
const DAYS_FROM_MARCH_0000 = 719_468;
const DAYS_OF_400_YEARS = 146_097;
const TICKS_OF_SECOND = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/** Writes YYYY-MM-DD of a day since 1970-01-01, years 1 to 9999; returns where the next byte goes. */
export function writeDate(day: number, target: Uint8Array, to: number): number {
  const shifted = day + DAYS_FROM_MARCH_0000;
  const era = Math.floor(shifted / DAYS_OF_400_YEARS);
  const dayOfEra = shifted - era * DAYS_OF_400_YEARS;
  const leaps = ((dayOfEra / 1460) | 0) - ((dayOfEra / 36_524) | 0) + ((dayOfEra / 146_096) | 0);
  const yearOfEra = ((dayOfEra - leaps) / 365) | 0;
  const dayOfYear = dayOfEra - (yearOfEra * 365 + (yearOfEra >> 2) - ((yearOfEra / 100) | 0));
  const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  writeTwo((year / 100) | 0, target, to);
  writeTwo(year % 100, target, to + 2);
  target[to + 4] = DASH;
  writeTwo(month, target, to + 5);
  target[to + 7] = DASH;
  writeTwo(dayOfYear - (((153 * monthFromMarch + 2) / 5) | 0) + 1, target, to + 8);
  return to + 10;
}

/** Writes HH:MM:SS and, of a scale above 0, a point and `scale` digits; `ticks` of 10^-scale seconds since midnight. */
export function writeTime(ticks: number, scale: number, target: Uint8Array, to: number): number {
  const ticksOfSecond = TICKS_OF_SECOND[scale]!;
  const seconds = Math.floor(ticks / ticksOfSecond);
  const minutes = (seconds / 60) | 0;
  writeTwo((minutes / 60) | 0, target, to);
  target[to + 2] = COLON;
  writeTwo(minutes % 60, target, to + 3);
  target[to + 5] = COLON;
  writeTwo(seconds % 60, target, to + 6);
  if (scale === 0) return to + 8;
  target[to + 8] = POINT;
  let fraction = ticks - seconds * ticksOfSecond;
  for (let digit = scale; digit > 0; digit--) {
    target[to + 8 + digit] = ZERO + (fraction % 10);
    fraction = (fraction / 10) | 0;
  }
  return to + 9 + scale;
}

/** Writes an offset of `minutes` east of UTC as +05:30 or -11:00. */
export function writeOffset(minutes: number, target: Uint8Array, to: number): number {
  const distance = Math.abs(minutes);
  target[to] = minutes < 0 ? DASH : PLUS;
  writeTwo((distance / 60) | 0, target, to + 1);
  target[to + 3] = COLON;
  writeTwo(distance % 60, target, to + 4);
  return to + 6;
}

function writeTwo(value: number, target: Uint8Array, to: number): void {
  const tens = (value / 10) | 0;
  target[to] = ZERO + tens;
  target[to + 1] = ZERO + value - tens * 10;
}
