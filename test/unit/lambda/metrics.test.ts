import { afterEach, describe, expect, it } from '@jest/globals';
import { METRIC_DETAILS, METRIC_UNITS } from '../../../shared/core/metrics.ts';
import { EmfMetrics, metricsOf } from '../../../shared/lambda/metrics.ts';

interface Line {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [field: string]: unknown;
}

function noted() {
  const written: string[] = [];
  const metrics = new EmfMetrics('Landfall/test', { write: (line) => written.push(line) });
  return { metrics, written, lines: () => written.map((line) => JSON.parse(line) as Line) };
}

afterEach(() => {
  delete process.env.POWERTOOLS_METRICS_DISABLED;
});

describe('metrics in the log', () => {
  it('are one line, with the source as the only dimension and the table beside it', () => {
    const { metrics, written, lines } = noted();
    metrics.add('shop', { RowsLanded: 20, CostUsd: 0.000125 }, { table: 'public.people', chunk: 0 });
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^[^\n]+\n$/);
    const [line] = lines();
    expect(line).toMatchObject({
      RowsLanded: 20,
      CostUsd: 0.000125,
      source: 'shop',
      table: 'public.people',
      chunk: '0',
    });
    expect(line!._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'Landfall/test',
        Dimensions: [['source']],
        Metrics: [
          { Name: 'RowsLanded', Unit: 'Count' },
          { Name: 'CostUsd', Unit: 'None' },
        ],
      },
    ]);
    expect(Object.keys(line!).toSorted()).toEqual(['CostUsd', 'RowsLanded', '_aws', 'chunk', 'source', 'table']);
  });

  it('leave nothing for the line that comes next', () => {
    const { metrics, lines } = noted();
    metrics.add('shop', { RowsLanded: 20 }, { table: 'public.people', error_code: 'X' });
    metrics.add('erp', { Retries: 1 }, {});
    expect(lines()[1]).toEqual({ _aws: expect.anything(), Retries: 1, source: 'erp' });
  });

  it('keep a zero, which an alarm waits for', () => {
    const { metrics, lines } = noted();
    metrics.add('shop', { RunsStarted: 0 }, {});
    expect(lines()[0]).toMatchObject({ RunsStarted: 0 });
  });

  it('have a unit of CloudWatch each, and details that no metric is called like', () => {
    const { metrics, lines } = noted();
    const names = Object.keys(METRIC_UNITS);
    metrics.add(
      'shop',
      Object.fromEntries(names.map((name) => [name, 1])),
      Object.fromEntries(METRIC_DETAILS.map((detail) => [detail, 'x'])),
    );
    expect(lines()[0]!._aws.CloudWatchMetrics[0]!.Metrics.map(({ Name }) => Name)).toEqual(names);
  });

  it('are switched off by the variable of Powertools', () => {
    process.env.POWERTOOLS_METRICS_DISABLED = 'true';
    const { metrics, written } = noted();
    metrics.add('shop', { RowsLanded: 20 }, {});
    expect(written).toEqual([]);
  });

  it('are silent where no namespace is named', () => {
    expect(metricsOf({})).not.toBeInstanceOf(EmfMetrics);
    expect(metricsOf({ POWERTOOLS_METRICS_NAMESPACE: '' })).not.toBeInstanceOf(EmfMetrics);
    expect(metricsOf({ POWERTOOLS_METRICS_NAMESPACE: 'Landfall/prod' })).toBeInstanceOf(EmfMetrics);
  });
});
