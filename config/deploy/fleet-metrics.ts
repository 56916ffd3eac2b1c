import { METRIC_DIMENSION, type MetricName, metricNamespace } from '../../shared/core/metrics.ts';
import type { Metric } from './alarm.ts';
import { IDS, type StackContext } from './stack-context.ts';

/** Names of AWS's own metrics that alarms and dashboard read, with the dimension of each namespace. */
export const AWS_METRICS = {
  'AWS/SQS': {
    dimension: 'QueueName',
    names: [
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateAgeOfOldestMessage',
      'NumberOfMessagesDeleted',
    ],
  },
  'AWS/Lambda': {
    dimension: 'FunctionName',
    names: ['Duration', 'Errors', 'Throttles', 'Invocations', 'ConcurrentExecutions'],
  },
  'AWS/Scheduler': {
    dimension: 'ScheduleGroup',
    names: ['TargetErrorCount', 'InvocationDroppedCount', 'InvocationsSentToDeadLetterCount'],
  },
  'AWS/SNS': { dimension: 'TopicName', names: ['NumberOfNotificationsFailed'] },
} as const;

type Named<Namespace extends keyof typeof AWS_METRICS> = (typeof AWS_METRICS)[Namespace]['names'][number];

function ofAws<Namespace extends keyof typeof AWS_METRICS>(
  namespace: Namespace,
  name: Named<Namespace>,
  value: unknown,
): Metric {
  return { namespace, name, dimensions: { [AWS_METRICS[namespace].dimension]: value } };
}

/** @param queueName a name, or what CloudFormation makes one of */
export function queueMetric(name: Named<'AWS/SQS'>, queueName: unknown): Metric {
  return ofAws('AWS/SQS', name, queueName);
}

export function functionMetric(name: Named<'AWS/Lambda'>, functionName: string): Metric {
  return ofAws('AWS/Lambda', name, functionName);
}

export function scheduleMetric(name: Named<'AWS/Scheduler'>): Metric {
  return ofAws('AWS/Scheduler', name, { Ref: IDS.scheduleGroup });
}

export function topicMetric(name: Named<'AWS/SNS'>, topicName: string): Metric {
  return ofAws('AWS/SNS', name, topicName);
}

/** What the functions count themselves. */
export function fleetMetric({ stage }: StackContext, name: MetricName, source: string): Metric {
  return { namespace: metricNamespace(stage), name, dimensions: { [METRIC_DIMENSION]: source } };
}

/** What a filter reads from the extractors' logs. */
export type LoggedMetric = 'MaxMemoryMb' | 'RoleDenied';

/** A line of the log does not name its source, so that the metric's own name does. */
export function loggedMetric({ stage }: StackContext, name: LoggedMetric, source: string): Metric {
  return { namespace: metricNamespace(stage), name: `${name}-${source}`, dimensions: {} };
}
