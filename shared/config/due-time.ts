import { Cron } from 'croner';
import { momentOf, wallTimeMs } from './time-zone.ts';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** A schedule and what is needed to know when it was due. */
export interface DueRule {
  /** Of EventBridge Scheduler: cron(…), rate(…) or at(…). */
  readonly schedule: string;
  /** IANA name. */
  readonly timeZone: string;
  /** What a rate counts from; it has no due times without. */
  readonly rateFromMs: number | undefined;
}

/**
 * When a schedule was last due at or before a moment, in epoch milliseconds; undefined when it never was, or not as far as
 * is known. A time that the clocks skip when summer time begins is not due; one that they show twice is due once.
 * @throws Error for a cron expression that cannot be read
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function lastDueMs({ schedule, timeZone, rateFromMs }: DueRule, atMs: number): number | undefined {
  const [, kind, text = ''] = /^(cron|rate|at)\((.*)\)$/.exec(schedule) ?? [];
  if (kind === 'cron') return lastOfCron(text, timeZone, atMs);
  if (kind === 'at') {
    const dueMs = momentOf(timeZone, Date.parse(`${text}Z`));
    return dueMs !== undefined && dueMs <= atMs ? dueMs : undefined;
  }
  return rateFromMs === undefined ? undefined : lastOfRate(text, rateFromMs, atMs);
}

/** The period lasts as long at a change of the clocks as at any time. */
function lastOfRate(text: string, fromMs: number, atMs: number): number | undefined {
  const [, count, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(text) ?? [];
  const periodMs = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  const periods = Math.floor((atMs - fromMs) / periodMs);
  return periods >= 0 ? fromMs + periods * periodMs : undefined;
}

/** The clocks skip an hour at most, and a schedule of every minute has 60 due times in it. */
const MAX_SKIPPED = 61;

/** Evaluated on the clocks of the zone as if they were those of UTC, so that the rule of their changes is ours alone. */
function lastOfCron(text: string, timeZone: string, atMs: number): number | undefined {
  const cron = new Cron(cronPattern(text), { ...QUARTZ, timezone: 'UTC', paused: true });
  let beforeMs = wallTimeMs(timeZone, atMs) + 1_000;
  for (let tries = 0; tries < MAX_SKIPPED; tries++) {
    const found = lastRunBefore(cron, beforeMs);
    if (found === undefined) return undefined;
    const dueMs = momentOf(timeZone, found);
    if (dueMs !== undefined && dueMs <= atMs) return dueMs;
    beforeMs = found;
  }
  return undefined;
}

/** Longer than the rarest of all schedules rests: that of a 29 February, from 2096 to 2104. */
const MAX_REST_MS = 9 * 366 * UNIT_MS.day!;

/**
 * By looking forward only, as croner's way back fails in months that a schedule leaves out: first from ever farther before,
 * until something is found, then by halves.
 */
function lastRunBefore(cron: Cron, beforeMs: number): number | undefined {
  const runAfter = (ms: number) => cron.nextRun(new Date(ms))?.getTime() ?? Number.POSITIVE_INFINITY;
  let restMs = UNIT_MS.minute!;
  while (runAfter(beforeMs - restMs) >= beforeMs) {
    if (restMs > MAX_REST_MS) return undefined;
    restMs *= 8;
  }
  let lastMs = runAfter(beforeMs - restMs);
  let noneFromMs = beforeMs;
  while (noneFromMs - lastMs > 1_000) {
    const middleMs = Math.floor((lastMs + noneFromMs) / 2);
    const runMs = runAfter(middleMs);
    if (runMs < beforeMs) lastMs = runMs;
    else noneFromMs = middleMs;
  }
  return lastMs;
}

/** A week of 1 to 7 from Sunday on, and seconds and years. */
export const QUARTZ = { alternativeWeekdays: true, mode: '7-part' } as const;

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const FIELDS: readonly Field[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: MONTHS },
  { min: 1, max: 7, names: DAYS },
  { min: 1970, max: 2199, names: [] },
];

const DAY_OF_WEEK = 4;

/** EventBridge's six fields as croner reads them: minutes, hours, day of month, month, day of week, year. */
export function cronPattern(text: string): string {
  const fields = text.toUpperCase().split(' ');
  if (fields.length !== FIELDS.length) throw new Error(`cron(${text}) has ${fields.length} fields instead of six`);
  return ['0', ...fields.map((field, index) => fieldPattern(field, index))].join(' ');
}

function fieldPattern(text: string, index: number): string {
  const field = FIELDS[index]!;
  if (text === '?') return '*';
  // The last day of the week, and no day of a month as croner has it.
  if (index === DAY_OF_WEEK && text === 'L') return String(field.max);
  return text
    .split(',')
    .flatMap((item) => itemPatterns(item, field))
    .join();
}

/** Names as numbers; `5/15` and `FRI-MON`, which croner does not know, as the ranges that they stand for. */
function itemPatterns(item: string, field: Field): string[] {
  const named = item.replace(/[A-Z]{3}/g, (name) => numberOf(name, field));
  const [range = '', step] = named.split('/');
  const stepped = step === undefined ? '' : `/${step}`;
  if (step !== undefined && /^\d+$/.test(range)) return [`${range}-${field.max}${stepped}`];
  const [, from, to] = /^(\d+)-(\d+)$/.exec(range) ?? [];
  if (from === undefined || Number(from) <= Number(to)) return [named];
  return [`${from}-${field.max}${stepped}`, `${field.min}-${to}${stepped}`];
}

function numberOf(name: string, { min, names }: Field): string {
  const place = names.indexOf(name);
  return place < 0 ? name : String(place + min);
}
