import type { SourceConfig } from '../../shared/config/config.ts';
import { DEAD_LETTER_RETENTION_SECONDS, tlsOnly } from './queues.ts';
import { IDS, type Resource, type Resources, type SharedFunction, type StackContext } from './stack-context.ts';

/**
 * Runs of one hour begin within so many minutes of it, so that they do not ask Lambda and the databases for everything
 * in one second. A run's id and its `due_within` count from the scheduled time, which the window does not change.
 */
export const FLEXIBLE_WINDOW_MINUTES = 5;

/**
 * A call that does not come through is tried again for so long, and for as long once more when the function fails. After
 * that it is a person's turn, whom the alarm on the dead letters calls; a day, which is the default, would be too late.
 */
export const CALL_RETRY_SECONDS = 3_600;

/** The watchdog's own pace: its next call comes soon, so that the last one is not held on to. */
export const WATCHDOG_RATE = 'rate(15 minutes)';
const WATCHDOG_RETRY_SECONDS = 900;

const SCHEDULE_DEAD_LETTERS = { 'Fn::GetAtt': [IDS.scheduleDeadLetterQueue, 'Arn'] };

/**
 * What EventBridge Scheduler writes as the time that a call was scheduled for.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/** The schedules of the sources that have one and that of the watchdog, and where their calls go that nobody could take. */
export function scheduleResources(context: StackContext): Resources {
  const { stage, sources, namesOf, keyArn } = context;
  const scheduled = sources.filter(({ schedule }) => schedule !== undefined);
  return {
    [IDS.scheduleGroup]: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: `landfall-${stage}` } },
    [IDS.scheduleDeadLetterQueue]: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: `landfall-${stage}--schedules-dlq`,
        KmsMasterKeyId: keyArn,
        MessageRetentionPeriod: DEAD_LETTER_RETENTION_SECONDS,
        // No queue moves its messages here; EventBridge Scheduler and Lambda send to it with their roles.
        RedriveAllowPolicy: { redrivePermission: 'denyAll' },
      },
    },
    [`${IDS.scheduleDeadLetterQueue}Policy`]: tlsOnly(IDS.scheduleDeadLetterQueue),
    ...Object.fromEntries(
      scheduled.map((source) => [namesOf(source.name).scheduleId, sourceSchedule(context, source)]),
    ),
    [IDS.watchdogSchedule]: watchdogSchedule(context),
    ...failedCalls(context, 'scheduler', CALL_RETRY_SECONDS),
    ...failedCalls(context, 'watchdog', WATCHDOG_RETRY_SECONDS),
  };
}

function sourceSchedule(context: StackContext, { name, schedule, timeZone }: SourceConfig): Resource {
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: context.namesOf(name).scheduleName,
      Description: `Landfall: starts a run of ${name}`,
      GroupName: { Ref: IDS.scheduleGroup },
      ScheduleExpression: schedule,
      ScheduleExpressionTimezone: timeZone,
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: FLEXIBLE_WINDOW_MINUTES },
      State: 'ENABLED',
      Target: {
        ...callOf(context, 'scheduler'),
        Input: JSON.stringify({ source: name, scheduled_time: SCHEDULED_TIME }),
        RetryPolicy: { MaximumEventAgeInSeconds: CALL_RETRY_SECONDS, MaximumRetryAttempts: 60 },
      },
    },
  };
}

function watchdogSchedule(context: StackContext): Resource {
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      Name: `landfall-${context.stage}--watchdog`,
      Description: 'Landfall: looks for tables that did not land in time',
      GroupName: { Ref: IDS.scheduleGroup },
      ScheduleExpression: WATCHDOG_RATE,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: {
        ...callOf(context, 'watchdog'),
        Input: '{}',
        RetryPolicy: { MaximumEventAgeInSeconds: WATCHDOG_RETRY_SECONDS, MaximumRetryAttempts: 10 },
      },
    },
  };
}

function callOf({ shared }: StackContext, name: SharedFunction) {
  return {
    Arn: { 'Fn::GetAtt': [shared(name).functionId, 'Arn'] },
    RoleArn: { 'Fn::GetAtt': [IDS.scheduleRole, 'Arn'] },
    DeadLetterConfig: { Arn: SCHEDULE_DEAD_LETTERS },
  };
}

/**
 * EventBridge Scheduler calls a function without waiting for it, so that its own dead letters know nothing of a function
 * that was called and failed. Lambda's do.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
 */
function failedCalls({ shared }: StackContext, name: SharedFunction, retrySeconds: number): Resources {
  const { functionId } = shared(name);
  return {
    [`${functionId}Calls`]: {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: {
        FunctionName: { Ref: functionId },
        Qualifier: '$LATEST',
        MaximumRetryAttempts: 2,
        MaximumEventAgeInSeconds: retrySeconds,
        DestinationConfig: { OnFailure: { Destination: SCHEDULE_DEAD_LETTERS } },
      },
    },
  };
}
