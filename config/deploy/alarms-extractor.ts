import type { SourceConfig } from '../../shared/config/config.ts';
import { ABORT_RESERVE_MS, EARLY_TIMEOUT_MS, FUNCTION_TIMEOUT_SECONDS } from '../../shared/config/limits.ts';
import { type Alarm, type AlarmText, ANY } from './alarm.ts';
import { functionMetric, loggedMetric } from './fleet-metrics.ts';
import type { StackContext } from './stack-context.ts';

/**
 * A long table works up to the abort reserve in every invocation, by design: its last part is completed and the rest goes
 * on in a new message. What takes half of the time from there to the net below it did not come to an end in time.
 */
export const LONG_INVOCATION_MS = FUNCTION_TIMEOUT_SECONDS * 1_000 - (ABORT_RESERVE_MS + EARLY_TIMEOUT_MS) / 2;

/** Of the memory that the function has; what lies above is for a row wider than those seen before. */
export const HIGH_MEMORY_SHARE = 0.9;

/** One throttled receive is a coincidence; those of three periods are a limit that is too low. */
const THROTTLED_PERIODS = 3;

const ERRORS: AlarmText = {
  kind: 'errors',
  means:
    'Extractors of {source} crashed, ran out of memory or time, or could not start; tables that merely failed do not count.',
  remedy:
    'Run npx landfall status --stage {stage} --source {source}, and read the last lines of the log group of the extractor. The messages come back by themselves, 90 minutes later.',
};

const THROTTLES: AlarmText = {
  kind: 'throttles',
  means: 'Lambda kept refusing invocations of {source}, each of which counts as a try of a message.',
  remedy:
    "Look at the account's concurrency in the console of Lambda: the function reserves its own, which somebody may have lowered. Then npx landfall failed --stage {stage} --source {source} shows whether messages were lost to it.",
};

const DURATION: AlarmText = {
  kind: 'duration',
  means: 'An extractor of {source} was still at work 15 seconds before its end, when it should have given up.',
  remedy:
    'Run npx landfall status --stage {stage} --source {source} to see which table it is. A cancel that the database does not answer, or a bucket that does not, are the likely causes.',
};

const MEMORY: AlarmText = {
  kind: 'memory',
  means:
    'An extractor of {source} used more than 90 % of its memory; at 100 % it is killed and its message tried again.',
  remedy:
    'Raise memory of the source, or lower max_value_bytes, and deploy again. npx landfall status --stage {stage} --source {source} shows what was read meanwhile.',
};

const DENIED: AlarmText = {
  kind: 'denied',
  means:
    'AWS refused an extractor of {source} something: the bucket, the secret, the queue, or the KMS key of one of them.',
  remedy:
    'Run npx landfall failed --stage {stage} --source {source}: the error names the call and the resource. A role or a key policy that was changed by hand is put right by deploying again.',
};

export const EXTRACTOR_ALARM_TEXTS = [ERRORS, THROTTLES, DURATION, MEMORY, DENIED];

/** What the extractor of a source tells. */
export function extractorAlarms(context: StackContext, { name: source, memoryMb }: SourceConfig): Alarm[] {
  const { functionName, functionId } = context.namesOf(source);
  const own = { ...ANY, source };
  const ofFunction = (name: 'Errors' | 'Throttles' | 'Duration', statistic: 'Sum' | 'Maximum') => ({
    metric: functionMetric(name, functionName),
    statistic,
  });
  const memory = loggedMetric(context, 'MaxMemoryMb', source);
  const denied = loggedMetric(context, 'RoleDenied', source);
  return [
    { ...ERRORS, ...own, id: `${functionId}ErrorsAlarm`, signal: ofFunction('Errors', 'Sum') },
    {
      ...THROTTLES,
      ...own,
      id: `${functionId}ThrottlesAlarm`,
      signal: ofFunction('Throttles', 'Sum'),
      periods: THROTTLED_PERIODS,
    },
    {
      ...DURATION,
      ...own,
      id: `${functionId}DurationAlarm`,
      signal: ofFunction('Duration', 'Maximum'),
      threshold: LONG_INVOCATION_MS,
    },
    {
      ...MEMORY,
      ...own,
      id: `${functionId}MemoryAlarm`,
      signal: { metric: memory, statistic: 'Maximum' },
      threshold: Math.floor(memoryMb * HIGH_MEMORY_SHARE),
    },
    { ...DENIED, ...own, id: `${functionId}DeniedAlarm`, signal: { metric: denied, statistic: 'Sum' } },
  ];
}
