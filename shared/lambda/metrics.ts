import { Metrics as EmbeddedMetrics } from '@aws-lambda-powertools/metrics';
import { METRIC_DIMENSION, METRIC_UNITS, type MetricName } from '../core/metrics.ts';
import { type MetricDetails, type Metrics, type MetricValues, silentMetrics } from '../flow/metrics.ts';
import type { Environment } from './settings.ts';

/** Takes whole lines, as the process's standard output does. */
export interface LineStream {
  write(line: string): unknown;
}

/** Prints whole lines where it is told to, and nothing where POWERTOOLS_METRICS_DISABLED is set. */
class MetricLine extends EmbeddedMetrics {
  print(stream: LineStream): void {
    if (!this.isDisabled()) stream.write(`${JSON.stringify(this.serializeMetrics())}\n`);
  }
}

/**
 * Metrics as lines of the log in CloudWatch's embedded metric format, which cost no request. Each line has an instance of
 * its own, so that nothing is left for the next invocation when one ends early.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class EmfMetrics implements Metrics {
  readonly #namespace: string;
  readonly #stream: LineStream;

  constructor(namespace: string, stream: LineStream = process.stdout) {
    this.#namespace = namespace;
    this.#stream = stream;
  }

  add(source: string, values: MetricValues, details: MetricDetails): void {
    const line = new MetricLine({ namespace: this.#namespace });
    // Powertools counts by service unless it is told not to, and every dimension more makes a metric more to pay for.
    line.clearDefaultDimensions();
    line.addDimension(METRIC_DIMENSION, source);
    for (const [name, value] of Object.entries(values)) line.addMetric(name, METRIC_UNITS[name as MetricName], value);
    for (const [key, value] of Object.entries(details)) line.addMetadata(key, String(value));
    line.print(this.#stream);
  }
}

/** Silent where nobody named a namespace, as outside Lambda. */
export function metricsOf({ POWERTOOLS_METRICS_NAMESPACE: namespace }: Environment): Metrics {
  return namespace === undefined || namespace === '' ? silentMetrics : new EmfMetrics(namespace);
}
