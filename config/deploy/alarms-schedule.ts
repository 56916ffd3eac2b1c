import type { SourceConfig } from '../../shared/config/config.ts';
import { longestGapMs } from '../../shared/config/schedule-gap.ts';
import type { Alarm, AlarmText } from './alarm.ts';
import { fleetMetric } from './fleet-metrics.ts';
import type { StackContext } from './stack-context.ts';

const HOUR_SECONDS = 3_600;

/** An alarm with periods of an hour looks back seven days at most. */
const MAX_HOURS = 7 * 24;

/** Hours that the begin and the end of a gap share with a run, the flexible window of the schedule among them. */
const SLACK_HOURS = 1;

const SCHEDULE_MISSED: AlarmText = {
  kind: 'schedule-missed',
  means: 'No run of {source} has begun for longer than its schedule ever pauses.',
  remedy:
    'Run npx landfall runs --stage {stage} --source {source} to see the last ones, and look at the schedule in the console of EventBridge Scheduler. npx landfall run --stage {stage} --source {source} starts a run meanwhile; the alarm waits for the schedule.',
};

export const SCHEDULE_ALARM_TEXTS = [SCHEDULE_MISSED];

/**
 * Hours without a run that no working schedule has; undefined for a schedule that comes once, or more seldom than an alarm
 * can look back: `due_within` is for those.
 */
export function missedAfterHours({ schedule, timeZone, tables }: SourceConfig, nowMs: number): number | undefined {
  if (schedule === undefined || [...tables.values()].every(({ disabled }) => disabled)) return undefined;
  const gapMs = knownGapMs(schedule, timeZone, nowMs);
  if (gapMs === undefined) return undefined;
  const hours = Math.ceil(gapMs / (HOUR_SECONDS * 1_000)) + SLACK_HOURS;
  return hours <= MAX_HOURS ? hours : undefined;
}

/** Alarms and dashboard ask for the same schedules, and a year in a zone of changing clocks is long to look through. */
const GAPS_MS = new Map<string, number | undefined>();

function knownGapMs(schedule: string, timeZone: string, nowMs: number): number | undefined {
  const key = `${schedule} ${timeZone} ${nowMs}`;
  if (!GAPS_MS.has(key)) GAPS_MS.set(key, longestGapMs(schedule, timeZone, nowMs));
  return GAPS_MS.get(key);
}

/**
 * Whether the runs of a source begin. The watchdog says every quarter of an hour that it saw none begin, so that a
 * fleet of this morning is no fleet whose runs are missing; when the watchdog itself is silent, an alarm of its own says so.
 */
export function scheduleAlarms(context: StackContext, source: SourceConfig, nowMs: number): Alarm[] {
  const hours = missedAfterHours(source, nowMs);
  if (hours === undefined) return [];
  return [
    {
      ...SCHEDULE_MISSED,
      id: `${context.namesOf(source.name).scheduleId}MissedAlarm`,
      source: source.name,
      signal: { metric: fleetMetric(context, 'RunsStarted', source.name), statistic: 'Sum' },
      periodSeconds: HOUR_SECONDS,
      periods: hours,
      comparison: 'LessThanThreshold',
      threshold: 1,
      missing: 'notBreaching',
    },
  ];
}
