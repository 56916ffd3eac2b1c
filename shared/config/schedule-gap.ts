import { Cron } from 'croner';
import { cronPattern, lastDueMs, QUARTZ } from './due-time.ts';
import { momentOf } from './time-zone.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A year and some more, so that a month without runs and both changes of the clocks are in it. */
const HORIZON_MS = 400 * DAY_MS;

/**
 * The longest time between two runs of a schedule in the year behind a moment, in milliseconds; undefined for a schedule
 * that comes to an end, or has not two runs in it. Never too short; an hour too long at most, where clocks are put back
 * between two runs of a day.
 * @throws Error for a cron expression that cannot be read
 */
export function longestGapMs(schedule: string, timeZone: string, fromMs: number): number | undefined {
  const [, kind, text = ''] = /^(cron|rate|at)\((.*)\)$/.exec(schedule) ?? [];
  if (kind === 'cron') return gapOfCron(cronPattern(text).split(' '), timeZone, fromMs);
  const rule = { schedule, timeZone, rateFromMs: 0 };
  const lastMs = kind === 'rate' ? lastDueMs(rule, fromMs) : undefined;
  const beforeMs = lastMs === undefined ? undefined : lastDueMs(rule, lastMs - 1);
  return lastMs === undefined || beforeMs === undefined ? undefined : lastMs - beforeMs;
}

/**
 * Days and times of a day are looked at apart, as a schedule of every minute has half a million runs a year.
 * @param fields as croner has them: seconds, minutes, hours, day of month, month, day of week, year
 */
function gapOfCron(fields: readonly string[], timeZone: string, fromMs: number): number | undefined {
  const [, minute = '', hour = '', ...day] = fields;
  if (day.at(-1) !== '*') return undefined;
  const minutes = wallTimes(`0 ${minute} 0 * * * *`, 0, HOUR_MS);
  const hours = wallTimes(`0 0 ${hour} * * * *`, 0, DAY_MS);
  const days = matchingDays(day.join(' '), fromMs);
  const momentAt = (wallMs: number) => (timeZone === 'UTC' ? wallMs : momentOf(timeZone, wallMs));
  const [first = 0, last = 0] = [minutes[0], minutes.at(-1)];
  const ofDay = (dayMs: number) => {
    const dues = (ofHour: number) => (hourMs: number) => momentAt(dayMs + hourMs + ofHour);
    const firstMs = firstOf(hours, dues(first));
    const lastMs = firstOf(hours.toReversed(), dues(last));
    return firstMs === undefined || lastMs === undefined ? [] : [{ firstMs, lastMs }];
  };
  const runs = days.flatMap(ofDay);
  if (runs.length < 2) return undefined;
  const betweenDays = runs.slice(1).map(({ firstMs }, index) => firstMs - runs[index]!.lastMs);
  const shiftMs = timeZone === 'UTC' ? 0 : HOUR_MS;
  const betweenHours = hours.slice(1).map((hourMs, index) => hourMs - hours[index]! - (last - first) + shiftMs);
  return [...betweenDays, ...betweenHours].reduce((longest, gapMs) => Math.max(longest, gapMs), 0);
}

function matchingDays(pattern: string, fromMs: number): number[] {
  if (pattern !== '* * * *') return wallTimes(`0 0 0 ${pattern}`, fromMs, fromMs + HORIZON_MS);
  const firstMs = Math.ceil(fromMs / DAY_MS) * DAY_MS;
  return Array.from({ length: HORIZON_MS / DAY_MS }, (_, index) => firstMs + index * DAY_MS);
}

/** The first value that there is: a time that the clocks skip has no moment. */
function firstOf<T>(of: readonly T[], value: (each: T) => number | undefined): number | undefined {
  for (const each of of) {
    const found = value(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What clocks show at the runs of a pattern from one time until before another, as if it were UTC. */
function wallTimes(pattern: string, fromMs: number, untilMs: number): number[] {
  const cron = new Cron(pattern, { ...QUARTZ, timezone: 'UTC', paused: true });
  const found: number[] = [];
  let next = cron.nextRun(new Date(fromMs - 1_000));
  while (next !== null && next.getTime() < untilMs) {
    found.push(next.getTime());
    next = cron.nextRun(next);
  }
  return found;
}
