/**
 * What the fleet counts, by the names that CloudWatch shows. Each of them costs for every source that sends it, so that
 * the source is the only dimension; a table is named in the line of the log that carries the values.
 */
export const METRIC_UNITS = {
  RowsLanded: 'Count',
  BytesLanded: 'Bytes',
  ExtractSeconds: 'Seconds',
  CostUsd: 'None',
  TablesLanded: 'Count',
  TablesEmpty: 'Count',
  TablesFailed: 'Count',
  Retries: 'Count',
  RunsStarted: 'Count',
  TablesOverdue: 'Count',
} as const;

export type MetricName = keyof typeof METRIC_UNITS;

/** The one dimension of every metric. */
export const METRIC_DIMENSION = 'source';

/** What else a line may say, for queries of the logs; none of it is a dimension. */
export const METRIC_DETAILS = [
  'table',
  'run_id',
  'chunk',
  'sequence',
  'attempt',
  'outcome',
  'error_code',
  'parts',
] as const;

export type MetricDetail = (typeof METRIC_DETAILS)[number];

/** The namespace of a stage's metrics in CloudWatch. */
export function metricNamespace(stage: string): string {
  return `Landfall/${stage}`;
}
