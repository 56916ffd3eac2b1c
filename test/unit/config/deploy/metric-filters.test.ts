import { describe, expect, it } from '@jest/globals';
import { metricFilterResources } from '../../../../config/deploy/metric-filters.ts';
import { LIKELY_CAUSES, ROLE_DENIED_CODES } from '../../../../shared/alert/causes.ts';
import { exampleContext } from './example-stack.ts';

const filters = metricFilterResources(exampleContext());

describe('the metric filters', () => {
  it('are two for each source, on its own log group and under its own name', () => {
    expect(Object.keys(filters)).toHaveLength(6);
    expect(filters.ExtractorShopLambdaFunctionMemoryFilter!.Properties).toEqual({
      LogGroupName: { Ref: 'ExtractorShopLogGroup' },
      FilterPattern: '{ $.type = "platform.report" && $.record.metrics.maxMemoryUsedMB > 0 }',
      MetricTransformations: [
        {
          MetricNamespace: 'Landfall/prod',
          MetricName: 'MaxMemoryMb-shop',
          MetricValue: '$.record.metrics.maxMemoryUsedMB',
          Unit: 'Megabytes',
        },
      ],
    });
  });

  it('find what AWS refuses a role, and not what a database refuses', () => {
    expect(ROLE_DENIED_CODES).toEqual(['SECRET_DENIED', 'LANDING_DENIED', 'LEDGER_DENIED', 'QUEUE_DENIED']);
    for (const code of ROLE_DENIED_CODES) expect(LIKELY_CAUSES[code]).toMatch(/role may not/);
    const { FilterPattern: pattern } = filters.ExtractorErpLambdaFunctionDeniedFilter!.Properties!;
    for (const code of ROLE_DENIED_CODES) expect(pattern).toContain(`$.error_code = "${code}"`);
    expect(pattern).not.toMatch(/PERMISSION_DENIED|CHANGE_TRACKING_DENIED/);
  });
});
