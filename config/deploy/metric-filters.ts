import { ROLE_DENIED_CODES } from '../../shared/alert/causes.ts';
import { type LoggedMetric, loggedMetric } from './fleet-metrics.ts';
import type { Resource, Resources, StackContext } from './stack-context.ts';

/** Of the line that Lambda writes behind each invocation, also behind one that ran out of memory. */
const MEMORY_FIELD = '$.record.metrics.maxMemoryUsedMB';

/**
 * Metrics that are read from the extractors' logs: the memory of each invocation, which AWS/Lambda does not have, and
 * what AWS refused the role.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function metricFilterResources(context: StackContext): Resources {
  return Object.assign({}, ...context.sources.map(({ name }) => filtersOf(context, name)));
}

function filtersOf(context: StackContext, source: string): Resources {
  const { functionId } = context.namesOf(source);
  return {
    [`${functionId}MemoryFilter`]: filter(context, source, {
      metric: 'MaxMemoryMb',
      pattern: `{ $.type = "platform.report" && ${MEMORY_FIELD} > 0 }`,
      value: MEMORY_FIELD,
      unit: 'Megabytes',
    }),
    [`${functionId}DeniedFilter`]: filter(context, source, {
      metric: 'RoleDenied',
      pattern: `{ ${ROLE_DENIED_CODES.map((code) => `$.error_code = "${code}"`).join(' || ')} }`,
      value: '1',
      unit: 'Count',
    }),
  };
}

interface FilterPlan {
  readonly metric: LoggedMetric;
  readonly pattern: string;
  readonly value: string;
  readonly unit: string;
}

function filter(context: StackContext, source: string, { metric, pattern, value, unit }: FilterPlan): Resource {
  const { namespace, name } = loggedMetric(context, metric, source);
  return {
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: { Ref: context.namesOf(source).logGroupId },
      FilterPattern: pattern,
      // Without a default, as a metric is paid for in the hours that have a value only.
      MetricTransformations: [{ MetricNamespace: namespace, MetricName: name, MetricValue: value, Unit: unit }],
    },
  };
}
