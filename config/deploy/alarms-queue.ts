import { CLAIM_STALE_MS, FUNCTION_TIMEOUT_SECONDS } from '../../shared/config/limits.ts';
import { ALARM_PERIOD_SECONDS, type Alarm, type AlarmText, ANY } from './alarm.ts';
import { queueMetric } from './fleet-metrics.ts';
import type { StackContext } from './stack-context.ts';

/**
 * A message that a worker died with is hidden for one visibility time-out, and is to be done in its next try. By the same
 * time a run that was not heard of is taken for dead.
 */
export const OLDEST_MESSAGE_SECONDS = CLAIM_STALE_MS / 1_000;

/** Every invocation ends within its time-out and deletes its message or gives it back; twice that is a standstill. */
export const STUCK_SECONDS = 2 * FUNCTION_TIMEOUT_SECONDS;

const DEAD_LETTERS: AlarmText = {
  kind: 'dead-letters',
  means: 'Tables of {source} failed for good, and their messages wait for a replay.',
  remedy:
    'Run npx landfall failed --stage {stage} --source {source}, mend the cause, then npx landfall replay --stage {stage} --source {source} --all.',
};

const OLDEST_MESSAGE: AlarmText = {
  kind: 'oldest-message',
  means:
    'A table of {source} has waited in the queue for more than three hours: workers die with it, or there are too few.',
  remedy:
    'Run npx landfall status --stage {stage} --source {source}. Look at the alarms on errors and memory first; when all tables come forward, the run is longer than three hours: raise max_concurrency.',
};

const STUCK: AlarmText = {
  kind: 'stuck',
  means:
    'Tables of {source} wait in the queue and none was done for 30 minutes: nobody takes them, or every try fails.',
  remedy:
    'Run npx landfall status --stage {stage} --source {source}, and see in the logs whether attempts fail. Without any, look whether the event source mapping is enabled and the function has concurrency.',
};

export const QUEUE_ALARM_TEXTS = [DEAD_LETTERS, OLDEST_MESSAGE, STUCK];

/** What the queues of a source tell. */
export function queueAlarms({ namesOf }: StackContext, source: string): Alarm[] {
  const { queueName, deadLetterQueueName, queueId, deadLetterQueueId } = namesOf(source);
  const waiting = {
    metric: queueMetric('ApproximateNumberOfMessagesVisible', queueName),
    statistic: 'Maximum',
  } as const;
  const done = { metric: queueMetric('NumberOfMessagesDeleted', queueName), statistic: 'Sum' } as const;
  const oldest = queueMetric('ApproximateAgeOfOldestMessage', queueName);
  const dead = queueMetric('ApproximateNumberOfMessagesVisible', deadLetterQueueName);
  return [
    {
      ...DEAD_LETTERS,
      ...ANY,
      id: `${deadLetterQueueId}Alarm`,
      source,
      signal: { metric: dead, statistic: 'Maximum' },
    },
    {
      ...OLDEST_MESSAGE,
      ...ANY,
      id: `${queueId}AgeAlarm`,
      source,
      signal: { metric: oldest, statistic: 'Maximum' },
      threshold: OLDEST_MESSAGE_SECONDS,
    },
    {
      ...STUCK,
      ...ANY,
      id: `${queueId}StuckAlarm`,
      source,
      signal: { expression: 'IF(waiting > 0 AND FILL(done, 0) < 1, 1, 0)', of: { waiting, done } },
      periods: STUCK_SECONDS / ALARM_PERIOD_SECONDS,
    },
  ];
}
