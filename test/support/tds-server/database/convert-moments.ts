import type { WireType } from '../../tds/wire-types.ts';
import { sqlError } from './sql-error.ts';
import { type MomentParts, parseMoment } from './stored-moments.ts';
import { plainText, type Stored, scaleOf, storageClass, toStored } from './stored-values.ts';
import { isMoment, isText, typeName } from './type-names.ts';

const UNITS_PER_SECOND = 10_000_000;
const UNITS_PER_DAY = 86_400 * UNITS_PER_SECOND;
const UNITS_PER_MINUTE = 60 * UNITS_PER_SECOND;
const DAY_MS = 86_400_000;
const FIRST_DATE = '1900-01-01';

/** Any date or time from text or from another one. What it lacks is midnight, 1900-01-01 and UTC. */
export function toMoment(value: Stored, from: WireType, to: WireType): Stored {
  const parts = partsOf(value, from, to);
  const { date, units } = rounded(parts.date ?? FIRST_DATE, unitsOf(parts.time ?? '00:00:00.0000000'), to);
  const clock = clockOf(units);
  if (to.kind === 'time') return clock;
  if (to.kind === 'date') return `${parts.date ?? FIRST_DATE} 00:00:00.0000000`;
  if (to.kind === 'datetimeoffset') return toStored(to, `${date} ${clock} ${parts.zone ?? '+00:00'}`);
  return `${date} ${clock}`;
}

function partsOf(value: Stored, from: WireType, to: WireType): MomentParts {
  if (!isMoment(from) && !isText(from)) throw sqlError.explicitConversion(typeName(from), typeName(to));
  const text = storageClass(from) === 'text' ? String(value) : plainText(from, value);
  const parts = parseMoment(text);
  if (parts === undefined) throw sqlError.badMoment();
  return parts;
}

/** 100 ns since midnight of 'HH:MM:SS.fffffff'. */
export function unitsOf(clock: string): number {
  const seconds = (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))) * 60 + Number(clock.slice(6, 8));
  return seconds * UNITS_PER_SECOND + Number(clock.slice(9, 16).padEnd(7, '0'));
}

export function clockOf(units: number): string {
  const seconds = Math.floor(units / UNITS_PER_SECOND);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `${clock}.${String(units % UNITS_PER_SECOND).padStart(7, '0')}`;
}

/** datetime has ticks of 1/300 s, printed to the millisecond; smalldatetime has minutes. */
function rounded(date: string, units: number, to: WireType): { date: string; units: number } {
  let near: number;
  if (to.kind === 'datetime') {
    const ticks = Math.round((units * 300) / UNITS_PER_SECOND);
    near = Math.round((ticks * 10) / 3) * 10_000;
  } else {
    const step = to.kind === 'smalldatetime' ? UNITS_PER_MINUTE : 10 ** (7 - scaleOf(to));
    near = to.kind === 'date' ? units : Math.round(units / step) * step;
  }
  if (near < UNITS_PER_DAY) return { date, units: near };
  return { date: dayAfter(date, 1), units: near - UNITS_PER_DAY };
}

export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
