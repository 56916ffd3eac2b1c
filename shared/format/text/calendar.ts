/** Dates, times and timestamps as ISO 8601 text, proleptic Gregorian, with the expanded years of ISO 8601-1:2019, 4.3.1. */

const dayLength = { s: 86_400, ms: 86_400_000, us: 86_400_000_000, ns: 86_400_000_000_000 };

/** What a second is divided into. */
export interface SecondUnit {
  readonly perSecond: number;
  readonly perDay: number;
  readonly fractionDigits: number;
}

export const secondUnits: readonly SecondUnit[] = [
  { perSecond: 1, perDay: dayLength.s, fractionDigits: 0 },
  { perSecond: 1e3, perDay: dayLength.ms, fractionDigits: 3 },
  { perSecond: 1e6, perDay: dayLength.us, fractionDigits: 6 },
  { perSecond: 1e9, perDay: dayLength.ns, fractionDigits: 9 },
];

const daysPer400Years = 146_097;
/** From 0000-03-01, where the years of the algorithm begin, to 1970-01-01. */
export const daysToEpoch = 719_468;

/**
 * Days since 1970-01-01 as `2024-01-31`; years outside 0 to 9999 as `+012345-01-31` and `-000043-03-15` (44 BC).
 * The algorithm is `civil_from_days` of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
 */
export function dateText(days: number): string {
  const shifted = days + daysToEpoch;
  const era = Math.floor(shifted / daysPer400Years);
  const dayOfEra = shifted - era * daysPer400Years;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${yearText(year)}-${twoDigits(month)}-${twoDigits(day)}`;
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return String(year).padStart(4, '0');
  return `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`;
}

/** A time of day as `12:34:56`, with all digits of the unit behind the point unless they are all zero. 24:00:00 is a time. */
export function timeText(sinceMidnight: number, unit: SecondUnit): string {
  const seconds = Math.floor(sinceMidnight / unit.perSecond);
  const fraction = sinceMidnight - seconds * unit.perSecond;
  const minutes = Math.floor(seconds / 60);
  const clock = `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:${twoDigits(seconds % 60)}`;
  return fraction === 0 ? clock : `${clock}.${String(fraction).padStart(unit.fractionDigits, '0')}`;
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** Prints timestamps of one column; neighbours often share their day, so the last one is remembered. */
export function timestampPrinter(unit: SecondUnit, suffix: '' | 'Z'): (sinceEpoch: number | bigint) => string {
  const perDay = BigInt(unit.perDay);
  let lastDay = Number.NaN;
  let lastText = '';
  return (sinceEpoch) => {
    const [day, sinceMidnight] =
      typeof sinceEpoch === 'number' ? splitDay(sinceEpoch, unit.perDay) : splitBigDay(sinceEpoch, perDay);
    if (day !== lastDay) {
      lastDay = day;
      lastText = dateText(day);
    }
    return `${lastText}T${timeText(sinceMidnight, unit)}${suffix}`;
  };
}

function splitDay(sinceEpoch: number, perDay: number): [number, number] {
  const day = Math.floor(sinceEpoch / perDay);
  return [day, sinceEpoch - day * perDay];
}

function splitBigDay(sinceEpoch: bigint, perDay: bigint): [number, number] {
  const remainder = sinceEpoch % perDay;
  const sinceMidnight = remainder < 0n ? remainder + perDay : remainder;
  return [Number((sinceEpoch - sinceMidnight) / perDay), Number(sinceMidnight)];
}
