import { type Alarm, type AlarmText, ANY, type Metric } from './alarm.ts';
import { functionMetric, queueMetric, scheduleMetric, topicMetric } from './fleet-metrics.ts';
import { IDS, type StackContext } from './stack-context.ts';

const STARTED_BY_HAND =
  'npx landfall runs --stage {stage} shows which runs are missing, npx landfall run --stage {stage} --source SOURCE starts one.';

const SCHEDULE_DEAD_LETTERS: AlarmText = {
  kind: 'schedule-dead-letters',
  means: 'A call of the scheduler or of the watchdog came to nothing, after all its tries.',
  remedy: `Read the message in the queue of the schedules' dead letters: it says which source and why. ${STARTED_BY_HAND} Delete the message then.`,
};

const SCHEDULER_ERRORS: AlarmText = {
  kind: 'scheduler-errors',
  means: 'The scheduler could not plan or send a run; Lambda and EventBridge try again.',
  remedy: `Read the log group of the scheduler. ${STARTED_BY_HAND}`,
};

const WATCHDOG_ERRORS: AlarmText = {
  kind: 'watchdog-errors',
  means: 'The watchdog could not look at the deadlines of a source.',
  remedy: 'Read the log group of the watchdog. Until it works, npx landfall status --stage {stage} shows what is late.',
};

const WATCHDOG_SILENT: AlarmText = {
  kind: 'watchdog-silent',
  means:
    'Nobody has called the watchdog for two hours, so that nobody tells of late tables or missed schedules. This alarm shows it as INSUFFICIENT_DATA.',
  remedy:
    'Look whether the schedule of the watchdog is enabled in the console of EventBridge Scheduler. Until it is, npx landfall status --stage {stage} shows what is late.',
};

const TARGET_ERRORS: AlarmText = {
  kind: 'schedule-target-errors',
  means: 'EventBridge Scheduler could not call a function; it tries again for an hour.',
  remedy: `See whether the role of the schedules may still invoke the functions. ${STARTED_BY_HAND}`,
};

const DROPPED: AlarmText = {
  kind: 'schedule-dropped',
  means: 'EventBridge Scheduler gave up a call.',
  remedy: STARTED_BY_HAND,
};

const TO_DEAD_LETTERS: AlarmText = {
  kind: 'schedule-gave-up',
  means: "EventBridge Scheduler put a call into the queue of the schedules' dead letters.",
  remedy: `The message there says which source and why. ${STARTED_BY_HAND}`,
};

const EMAILS_FAILED: AlarmText = {
  kind: 'emails-failed',
  means: 'SNS could not deliver an email of the topic; the one that tells of this alarm may not come either.',
  remedy:
    "Look at the topic's subscriptions in the console of SNS. npx landfall failed --stage {stage} shows what the emails would have told.",
};

export const SHARED_ALARM_TEXTS = [
  SCHEDULE_DEAD_LETTERS,
  SCHEDULER_ERRORS,
  WATCHDOG_ERRORS,
  WATCHDOG_SILENT,
  TARGET_ERRORS,
  DROPPED,
  TO_DEAD_LETTERS,
  EMAILS_FAILED,
];

const HOUR_SECONDS = 3_600;

/** What a stack has once. */
export function sharedAlarms(context: StackContext): Alarm[] {
  const own = { ...ANY, source: undefined };
  const scheduler = context.shared('scheduler');
  const watchdog = context.shared('watchdog');
  const dead = queueMetric('ApproximateNumberOfMessagesVisible', {
    'Fn::GetAtt': [IDS.scheduleDeadLetterQueue, 'QueueName'],
  });
  const sumOf = (metric: Metric) => ({ metric, statistic: 'Sum' }) as const;
  return [
    {
      ...SCHEDULE_DEAD_LETTERS,
      ...own,
      id: `${IDS.scheduleDeadLetterQueue}Alarm`,
      signal: { metric: dead, statistic: 'Maximum' },
    },
    {
      ...SCHEDULER_ERRORS,
      ...own,
      id: `${scheduler.functionId}ErrorsAlarm`,
      signal: sumOf(functionMetric('Errors', scheduler.functionName)),
    },
    {
      ...WATCHDOG_ERRORS,
      ...own,
      id: `${watchdog.functionId}ErrorsAlarm`,
      signal: sumOf(functionMetric('Errors', watchdog.functionName)),
    },
    {
      ...WATCHDOG_SILENT,
      ...own,
      id: `${watchdog.functionId}SilentAlarm`,
      signal: sumOf(functionMetric('Invocations', watchdog.functionName)),
      periodSeconds: HOUR_SECONDS,
      periods: 2,
      comparison: 'LessThanThreshold',
      threshold: 1,
      missing: 'missing',
    },
    {
      ...TARGET_ERRORS,
      ...own,
      id: `${IDS.scheduleGroup}TargetErrorsAlarm`,
      signal: sumOf(scheduleMetric('TargetErrorCount')),
    },
    {
      ...DROPPED,
      ...own,
      id: `${IDS.scheduleGroup}DroppedAlarm`,
      signal: sumOf(scheduleMetric('InvocationDroppedCount')),
    },
    {
      ...TO_DEAD_LETTERS,
      ...own,
      id: `${IDS.scheduleGroup}GaveUpAlarm`,
      signal: sumOf(scheduleMetric('InvocationsSentToDeadLetterCount')),
    },
    ...emailAlarms(context),
  ];
}

/** A topic of somebody else may be in another account, whose metrics are not here. */
function emailAlarms({ config, topicName }: StackContext): Alarm[] {
  if (config.alerts === undefined || config.alerts.topic !== undefined) return [];
  const failed = { metric: topicMetric('NumberOfNotificationsFailed', topicName), statistic: 'Sum' } as const;
  return [{ ...EMAILS_FAILED, ...ANY, source: undefined, id: `${IDS.topic}FailedAlarm`, signal: failed }];
}
