import type { Template } from '../stack-template.ts';
import {
  functionOf,
  listOf,
  ofType,
  type Properties,
  type StackRule,
  statementsOf,
  targetOf,
} from './template-parts.ts';

const SCHEDULE = 'AWS::Scheduler::Schedule';

export const schedulesHaveTimeZonesAndWindows: StackRule = (template) =>
  ofType(template, SCHEDULE).flatMap(([id, properties]) => {
    const { ScheduleExpression, ScheduleExpressionTimezone, FlexibleTimeWindow: window, GroupName } = properties;
    const { Mode, MaximumWindowInMinutes: minutes } = window ?? {};
    return [
      ...(/^(cron|rate|at)\(.+\)$/.test(ScheduleExpression) ? [] : [`${id} has no schedule`]),
      ...(ScheduleExpressionTimezone ? [] : [`${id} has no time zone`]),
      ...(Mode === 'OFF' || (Mode === 'FLEXIBLE' && minutes >= 1 && minutes <= 15)
        ? []
        : [`${id} has no small window`]),
      ...(targetOf(GroupName) === undefined ? [`${id} is in no group of the stack`] : []),
    ];
  });

/** What is not delivered is tried again for a bounded time, and then kept. */
export const schedulesKeepWhatFails: StackRule = (template) =>
  ofType(template, SCHEDULE).flatMap(([id, { Target }]) => {
    const { RetryPolicy, DeadLetterConfig, RoleArn } = Target ?? {};
    const isBounded = RetryPolicy?.MaximumRetryAttempts >= 1 && RetryPolicy.MaximumEventAgeInSeconds <= 21_600;
    const isQueue = template.Resources[targetOf(DeadLetterConfig?.Arn) ?? '']?.Type === 'AWS::SQS::Queue';
    const isRole = template.Resources[targetOf(RoleArn) ?? '']?.Type === 'AWS::IAM::Role';
    return [
      ...(isBounded ? [] : [`${id} is not tried again within bounds`]),
      ...(isQueue ? [] : [`${id} has no dead-letter queue`]),
      ...(isRole ? [] : [`${id} has no role`]),
    ];
  });

/**
 * A schedule calls without waiting, so that only Lambda knows of a function that failed; it keeps the call with the role
 * of that function.
 */
export const failedCallsAreKept: StackRule = (template) => {
  const queues = new Map(
    ofType(template, 'AWS::Lambda::EventInvokeConfig').map(([, { FunctionName, DestinationConfig }]) => [
      targetOf(FunctionName),
      targetOf(DestinationConfig?.OnFailure?.Destination) ?? '',
    ]),
  );
  return ofType(template, SCHEDULE).flatMap(([id, { Target }]) => {
    const called = functionOf(template, Target?.Arn);
    if (called === undefined) return [`${id} calls no function of the stack`];
    const queue = queues.get(targetOf(Target.Arn)) ?? '';
    if (template.Resources[queue]?.Type !== 'AWS::SQS::Queue')
      return [`${id} calls a function whose failures nobody keeps`];
    return maySend(template, called, queue) ? [] : [`${id} calls a function that may not keep its failures`];
  });
};

function maySend(template: Template, { Role }: Properties, queue: string): boolean {
  const { Policies } = template.Resources[targetOf(Role) ?? '']?.Properties ?? {};
  const statements = listOf(Policies).flatMap((policy) => statementsOf((policy as Properties).PolicyDocument));
  return statements.some(
    ({ Effect, Action, Resource }) =>
      Effect === 'Allow' &&
      listOf(Action).includes('sqs:SendMessage') &&
      listOf(Resource).some((resource) => targetOf(resource) === queue),
  );
}

/** The scheduler and the watchdog read these, and a run is what its scheduled time makes it. */
export const schedulesSayWhatIsDue: StackRule = (template) =>
  ofType(template, SCHEDULE).flatMap(([id, { Target }]) => {
    const input = JSON.parse(Target?.Input ?? 'null') as { source?: string; scheduled_time?: string } | null;
    const isRun = input?.source !== undefined && input.scheduled_time === '<aws.scheduler.scheduled-time>';
    return isRun || JSON.stringify(input) === '{}' ? [] : [`${id} sends ${Target?.Input}`];
  });
