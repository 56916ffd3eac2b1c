import { clockOf, unitsOf } from './convert-moments.ts';
import { sqlError } from './sql-error.ts';
import { shifted } from './stored-moments.ts';

const DAY_MS = 86_400_000;
const UNITS_PER_SECOND = 10_000_000;
const UNITS_PER_DAY = 86_400 * 10_000_000;

/** 100 ns in the parts of a day. */
const UNITS: Readonly<Record<string, number>> = {
  hour: 36_000_000_000,
  minute: 600_000_000,
  second: 10_000_000,
  millisecond: 10_000,
  microsecond: 10,
  nanosecond: 0.01,
};

const MONTHS: Readonly<Record<string, number>> = { year: 12, quarter: 3, month: 1 };
const DAYS: Readonly<Record<string, number>> = { week: 7, day: 1, dayofyear: 1, weekday: 1 };

/** Of a day that no calendar has. */
const NO_DATE = '+';

interface Moment {
  /** Days since 1970-01-01; 0 for a time alone. */
  readonly day: number;
  readonly units: number;
  readonly isTime: boolean;
  /** The offset behind it, with its blank; empty without one. */
  readonly zone: string;
}

function momentOf(stored: string): Moment {
  if (stored[2] === ':') return { day: 0, units: unitsOf(stored), isTime: true, zone: '' };
  const day = Date.parse(`${stored.slice(0, 10)}T00:00:00Z`) / DAY_MS;
  return { day, units: unitsOf(stored.slice(11, 27)), isTime: false, zone: stored.slice(27) };
}

function storedOf({ day, units, isTime, zone }: Moment): string {
  const clock = clockOf(((units % UNITS_PER_DAY) + UNITS_PER_DAY) % UNITS_PER_DAY);
  if (isTime) return clock;
  const date = new Date((day + Math.floor(units / UNITS_PER_DAY)) * DAY_MS);
  return `${Number.isNaN(date.getTime()) ? NO_DATE : date.toISOString().slice(0, 10)} ${clock}${zone}`;
}

/** The first and the last day of each type, in order of their texts. */
const DATES: Readonly<Record<string, readonly [string, string]>> = {
  datetime: ['1753-01-01', '9999-12-31'],
  smalldatetime: ['1900-01-01', '2079-06-06'],
};
const ALL_DATES = ['0001-01-01', '9999-12-31'] as const;

/** DATEADD. @throws SqlServerError 155 for a part that is none, 517 for a moment that the type `kind` has not */
export function addToMoment(part: string, count: number, stored: string, kind: string): string {
  const sum = sumOf(part, count, stored);
  const [first, last] = DATES[kind] ?? ALL_DATES;
  const date = sum.slice(0, 10);
  // Years before 1 and behind 9999 have a sign and six digits.
  const isMoment = sum[2] !== ':';
  if (isMoment && (sum[4] !== '-' || date < first || date > last)) throw sqlError.momentOverflow(kind);
  return sum;
}

function sumOf(part: string, count: number, stored: string): string {
  const moment = momentOf(stored);
  const months = MONTHS[part];
  if (months !== undefined) return storedOf({ ...moment, day: monthsLater(moment.day, months * count) });
  const days = DAYS[part];
  if (days !== undefined) return storedOf({ ...moment, day: moment.day + days * count });
  const units = UNITS[part];
  if (units === undefined) throw sqlError.unknownPart(part, 'dateadd');
  return storedOf({ ...moment, units: moment.units + Math.round(units * count) });
}

/** The same day of another month, or its last. */
function monthsLater(day: number, months: number): number {
  const date = new Date(day * DAY_MS);
  const dayOfMonth = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const next = new Date(date);
  next.setUTCMonth(next.getUTCMonth() + 1);
  const daysInMonth = Math.round((next.getTime() - date.getTime()) / DAY_MS);
  date.setUTCDate(Math.min(dayOfMonth, daysInMonth));
  return date.getTime() / DAY_MS;
}

/** DATEPART, of the local time where there is an offset. */
export function partOfMoment(part: string, stored: string): bigint {
  const { day, units } = momentOf(zoned(stored));
  const date = new Date(day * DAY_MS);
  const inPart = UNITS[part];
  if (part === 'year') return BigInt(date.getUTCFullYear());
  if (part === 'quarter') return BigInt(Math.floor(date.getUTCMonth() / 3) + 1);
  if (part === 'month') return BigInt(date.getUTCMonth() + 1);
  if (part === 'day') return BigInt(date.getUTCDate());
  if (part === 'weekday') return BigInt(date.getUTCDay() + 1);
  if (inPart === undefined) throw sqlError.unknownPart(part, 'datepart');
  const limit = part === 'hour' ? 24 : part === 'minute' || part === 'second' ? 60 : UNITS_PER_SECOND / inPart;
  return BigInt(Math.floor(units / inPart) % limit);
}

function zoned(stored: string): string {
  const zone = stored.slice(28);
  if (zone === '') return stored;
  const sign = zone.startsWith('-') ? -1 : 1;
  const minutes = sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  return shifted(stored.slice(0, 19), minutes) + stored.slice(19, 27);
}

/** DATEDIFF: borders of the part that lie between. */
export function difference(part: string, from: string, to: string): bigint {
  const [a, b] = [momentOf(from), momentOf(to)];
  const months = MONTHS[part];
  if (months !== undefined) {
    const count = (moment: Moment): number => {
      const date = new Date(moment.day * DAY_MS);
      return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months);
    };
    return BigInt(count(b) - count(a));
  }
  if (part === 'week') return BigInt(Math.floor((b.day + 4) / 7) - Math.floor((a.day + 4) / 7));
  if (DAYS[part] !== undefined) return BigInt(b.day - a.day);
  const units = UNITS[part];
  if (units === undefined) throw sqlError.unknownPart(part, 'datediff');
  const count = ({ day, units: rest }: Moment): bigint =>
    part === 'nanosecond'
      ? (BigInt(day) * BigInt(UNITS_PER_DAY) + BigInt(rest)) * 100n
      : BigInt(day) * BigInt(UNITS_PER_DAY / units) + BigInt(Math.floor(rest / units));
  return count(b) - count(a);
}
