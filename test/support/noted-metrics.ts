import type { MetricDetails, Metrics, MetricValues } from '../../shared/flow/metrics.ts';

export interface NotedMetric {
  readonly source: string;
  readonly values: MetricValues;
  readonly details: MetricDetails;
}

/** Metrics that a test can read. */
export class NotedMetrics implements Metrics {
  readonly added: NotedMetric[] = [];

  add(source: string, values: MetricValues, details: MetricDetails): void {
    this.added.push({ source, values, details });
  }

  /** What the values of one name add up to; undefined when nobody added any. */
  sumOf(name: keyof MetricValues): number | undefined {
    const values = this.added.flatMap((each) => each.values[name] ?? []);
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
  }
}
