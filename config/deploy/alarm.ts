import { arnOf } from './arns.ts';
import type { Resource, StackContext } from './stack-context.ts';

/** A metric of CloudWatch. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

/** What an alarm looks at, over the periods that it looks back. */
export type AlarmSignal =
  | MetricSignal
  /** Of metrics by the ids that the expression has for them. */
  | { readonly expression: string; readonly of: Readonly<Record<string, MetricSignal>> };

export interface MetricSignal {
  readonly metric: Metric;
  readonly statistic: 'Sum' | 'Maximum';
}

/** One kind of alarm: its texts stand in the alarm and in docs/operations.md, with {stage} and {source} filled in. */
export interface AlarmText {
  /** Last part of the alarm's name. */
  readonly kind: string;
  /** What it means that it went off. */
  readonly means: string;
  /** What to do then, with the command to begin with. */
  readonly remedy: string;
}

export interface Alarm extends AlarmText {
  readonly id: string;
  /** Undefined for what a stack has once. */
  readonly source: string | undefined;
  readonly signal: AlarmSignal;
  readonly periodSeconds: number;
  /** All of the last so many periods must be over the threshold. */
  readonly periods: number;
  readonly comparison: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  /** What a period without a value counts as; `missing`: silence itself is told of, but not before the first value. */
  readonly missing: 'notBreaching' | 'missing';
}

/** Values come every minute at best; five of them make an alarm that is late by minutes and cheap to read. */
export const ALARM_PERIOD_SECONDS = 300;

/** Goes off as soon as there is anything at all. */
export const ANY = {
  periodSeconds: ALARM_PERIOD_SECONDS,
  periods: 1,
  comparison: 'GreaterThanThreshold',
  threshold: 0,
  missing: 'notBreaching',
} as const;

export function alarmName({ stage }: StackContext, { source, kind }: Pick<Alarm, 'source' | 'kind'>): string {
  return ['landfall', stage, source, kind].filter((part) => part !== undefined).join('-');
}

export function alarmArn(context: StackContext, alarm: Pick<Alarm, 'source' | 'kind'>) {
  return arnOf('cloudwatch', `alarm:${alarmName(context, alarm)}`);
}

/** Where the texts of alarms send their readers. */
const SECTION = 'docs/operations.md, section "Alarms"';

export function filledIn(text: string, stage: string, source: string | undefined): string {
  return text.replaceAll('{stage}', stage).replaceAll('{source}', source ?? '');
}

/**
 * Says when something is wrong and when it is over. Without alerts there is nobody to tell, and the alarm is there
 * nevertheless: the dashboard shows it, and whoever takes over alarms by EventBridge finds it.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudwatch-alarm.html
 */
export function alarmResource(context: StackContext, alarm: Alarm): Resource {
  const { stage, topicArn } = context;
  const { means, remedy, source, periods, missing } = alarm;
  const tell = [topicArn];
  const actions = {
    AlarmActions: tell,
    OKActions: tell,
    ...(missing === 'missing' && { InsufficientDataActions: tell }),
  };
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: alarmName(context, alarm),
      AlarmDescription: filledIn(`${means} ${remedy} More: ${SECTION}.`, stage, source),
      ...signalProperties(alarm),
      EvaluationPeriods: periods,
      DatapointsToAlarm: periods,
      ComparisonOperator: alarm.comparison,
      Threshold: alarm.threshold,
      TreatMissingData: missing,
      ...(topicArn !== undefined && actions),
    },
  };
}

function signalProperties({ signal, periodSeconds }: Alarm) {
  if ('metric' in signal) {
    return { ...metricProperties(signal.metric), Statistic: signal.statistic, Period: periodSeconds };
  }
  const inputs = Object.entries(signal.of).map(([id, { metric, statistic }]) => ({
    Id: id,
    MetricStat: { Metric: metricProperties(metric), Period: periodSeconds, Stat: statistic },
    ReturnData: false,
  }));
  return { Metrics: [{ Id: 'signal', Expression: signal.expression, Label: signal.expression }, ...inputs] };
}

function metricProperties({ namespace, name, dimensions }: Metric) {
  const named = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Namespace: namespace, MetricName: name, Dimensions: named };
}
