import { type Alarm, type AlarmText, alarmResource } from './alarm.ts';
import { EXTRACTOR_ALARM_TEXTS, extractorAlarms } from './alarms-extractor.ts';
import { QUEUE_ALARM_TEXTS, queueAlarms } from './alarms-queue.ts';
import { SCHEDULE_ALARM_TEXTS, scheduleAlarms } from './alarms-schedule.ts';
import { SHARED_ALARM_TEXTS, sharedAlarms } from './alarms-shared.ts';
import type { Resources, StackContext } from './stack-context.ts';

/** Every kind of alarm, in the order of docs/operations.md. */
export const ALARM_TEXTS: readonly AlarmText[] = [
  ...QUEUE_ALARM_TEXTS,
  ...EXTRACTOR_ALARM_TEXTS,
  ...SCHEDULE_ALARM_TEXTS,
  ...SHARED_ALARM_TEXTS,
];

/** Longest pauses of schedules are looked for from here on, so that a configuration always makes the same stack. */
const GAPS_FROM_MS = Date.UTC(2026, 0, 1);

/** The alarms of the stack: those of each source, then those of what it has once. */
export function stackAlarms(context: StackContext): Alarm[] {
  const ofSources = context.sources.flatMap((source) => [
    ...queueAlarms(context, source.name),
    ...extractorAlarms(context, source),
    ...scheduleAlarms(context, source, GAPS_FROM_MS),
  ]);
  return [...ofSources, ...sharedAlarms(context)];
}

export function alarmResources(context: StackContext): Resources {
  return Object.fromEntries(stackAlarms(context).map((alarm) => [alarm.id, alarmResource(context, alarm)]));
}
