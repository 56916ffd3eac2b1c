/** Dates of SQL Server run from 0001-01-01 (day 0 on the wire) to 9999-12-31. */
const LAST_DAY = 3_652_058;
/** 1970-01-01 as days since 0001-01-01. */
export const DAYS_TO_1970 = 719_162;
/** 1900-01-01, where datetime and smalldatetime count from, as days since 1970-01-01. */
export const DAYS_1970_TO_1900 = -25_567;

export const SECONDS_OF_DAY = 86_400;
export const MINUTES_OF_DAY = 1_440;

/** datetime: 1753-01-01 to 9999-12-31 as days since 1900-01-01, its time as ticks of 1/300 s. */
const FIRST_DATETIME_DAY = -53_690;
const LAST_DATETIME_DAY = 2_958_463;
export const DATETIME_TICKS_OF_DAY = 25_920_000;

/** Bytes of a time of day by the scale of its seconds (MS-TDS 2.2.5.5.1.8). */
export function timeBytes(scale: number): 3 | 4 | 5 {
  if (scale < 3) return 3;
  return scale < 5 ? 4 : 5;
}

/** A time of day in units of its scale, 10^-scale seconds. */
export function timeAt(bytes: Uint8Array, at: number, width: number): number {
  let ticks = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
  if (width > 3) ticks += bytes[at + 3]! * 0x1000000;
  if (width > 4) ticks += bytes[at + 4]! * 0x1_0000_0000;
  return ticks;
}

/** Days since 0001-01-01. */
export function dayAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
}

/** Whether days since 0001-01-01 are a date of SQL Server. */
export function isDay(day: number): boolean {
  return day >= 0 && day <= LAST_DAY;
}

/** Whether days since 1900-01-01 are a date that a datetime can have. */
export function isDatetimeDay(day: number): boolean {
  return day >= FIRST_DATETIME_DAY && day <= LAST_DATETIME_DAY;
}

/** Milliseconds as SQL Server prints ticks of 1/300 s: .000, .003, .007, .010 and so on. */
export function datetimeMillis(ticks: number): number {
  return Math.floor((ticks * 10 + 1) / 3);
}
