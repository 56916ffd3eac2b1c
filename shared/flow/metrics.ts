import { errorText } from '../core/errors.ts';
import type { MetricDetail, MetricName } from '../core/metrics.ts';
import type { Log } from './services.ts';

export type MetricValues = Readonly<Partial<Record<MetricName, number>>>;
export type MetricDetails = Readonly<Partial<Record<MetricDetail, string | number>>>;

/** Where the numbers of the fleet go that a dashboard shows. */
export interface Metrics {
  /** Adds values to the metrics of a source. Must return quickly. */
  add(source: string, values: MetricValues, details: MetricDetails): void;
}

export const silentMetrics: Metrics = { add: () => undefined };

/** Nothing depends on a metric: one that cannot be added is logged. */
export function addMetrics(
  metrics: Metrics,
  log: Log,
  source: string,
  values: MetricValues,
  details: MetricDetails = {},
): void {
  try {
    metrics.add(source, values, details);
  } catch (thrown) {
    log.warn('Metrics were not added', { error_message: errorText(thrown) });
  }
}
