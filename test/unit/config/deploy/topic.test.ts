import { describe, expect, it } from '@jest/globals';
import { stackContext } from '../../../../config/deploy/stack-context.ts';
import { topicResources } from '../../../../config/deploy/topic.ts';
import { type DeployConfigName, deployConfig } from '../../../support/deploy-configs.ts';

const resourcesOf = (name: DeployConfigName) => topicResources(stackContext('prod', deployConfig(name)));

describe("the alerts' topic", () => {
  it('is encrypted, and has the name that the commands look for', () => {
    expect(resourcesOf('plain').AlertTopic?.Properties).toEqual({
      TopicName: 'landfall-prod-alerts',
      DisplayName: 'Landfall prod',
      KmsMasterKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] },
    });
  });

  it('has a subscription for each address, whose id stays when another one comes or goes', () => {
    const subscriptions = Object.entries(resourcesOf('plain')).filter(
      ([, { Type }]) => Type === 'AWS::SNS::Subscription',
    );
    expect(subscriptions.map(([, { Properties }]) => Properties?.Endpoint)).toEqual([
      'oncall@example.com',
      'Data-Team@example.com',
    ]);
    const [[id]] = subscriptions as [[string, unknown]];
    expect(Object.keys(resourcesOf('logged'))).toContain(id);
    expect(subscriptions.every(([each]) => /^[A-Za-z0-9]+$/.test(each))).toBe(true);
  });

  it('takes messages of this account and its alarms, by TLS', () => {
    const { Statement } = resourcesOf('plain').AlertTopicPolicy!.Properties!.PolicyDocument as {
      Statement: Record<string, unknown>[];
    };
    expect(Statement.map(({ Sid, Effect, Action }) => [Sid, Effect, Action])).toEqual([
      ['PublishFromThisAccount', 'Allow', 'sns:Publish'],
      ['PublishByAlarms', 'Allow', 'sns:Publish'],
      ['DenyWithoutTls', 'Deny', 'sns:Publish'],
    ]);
  });

  it.each(['everything', 'silent'] as const)('is not made where nobody asked for it: %s', (name) => {
    expect(resourcesOf(name)).toEqual({});
  });
});
