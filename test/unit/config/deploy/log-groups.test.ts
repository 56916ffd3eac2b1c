import { describe, expect, it } from '@jest/globals';
import { logGroupResources } from '../../../../config/deploy/log-groups.ts';
import { stackContext } from '../../../../config/deploy/stack-context.ts';
import { deployConfig } from '../../../support/deploy-configs.ts';

describe('the log groups', () => {
  it('are there for every function, under the ids that osls gives them', () => {
    const resources = logGroupResources(stackContext('prod', deployConfig('plain')));
    expect(Object.keys(resources)).toEqual([
      'SchedulerLogGroup',
      'ReplayerLogGroup',
      'WatchdogLogGroup',
      'ExtractorShopLogGroup',
    ]);
    expect(resources.ExtractorShopLogGroup).toEqual({
      Type: 'AWS::Logs::LogGroup',
      Properties: {
        LogGroupName: '/aws/lambda/landfall-prod-extractor-shop',
        RetentionInDays: 90,
        KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
      },
    });
  });

  it('keep logs as long as the configuration says', () => {
    const { SchedulerLogGroup } = logGroupResources(stackContext('prod', deployConfig('everything')));
    expect(SchedulerLogGroup!.Properties!.RetentionInDays).toBe(365);
  });
});
