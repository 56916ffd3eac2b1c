import { describe, expect, it } from '@jest/globals';
import { eventSourceResources } from '../../../../config/deploy/event-sources.ts';
import { stackContext } from '../../../../config/deploy/stack-context.ts';
import { deployConfig } from '../../../support/deploy-configs.ts';

describe('the mappings from queues to extractors', () => {
  const resources = eventSourceResources(stackContext('prod', deployConfig('everything')));

  it('hand over one message, hear of each, and start as many as the source allows', () => {
    expect(resources.MappingShop).toEqual({
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['QueueShop', 'Arn'] },
        FunctionName: { Ref: 'ExtractorShopLambdaFunction' },
        Enabled: true,
        BatchSize: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 8 },
      },
    });
  });

  it('are one for each source', () => {
    expect(Object.keys(resources)).toEqual(['MappingShop', 'MappingErp']);
    expect(resources.MappingErp!.Properties!.ScalingConfig).toEqual({ MaximumConcurrency: 2 });
  });
});
