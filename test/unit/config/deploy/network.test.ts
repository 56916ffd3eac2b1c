import { describe, expect, it } from '@jest/globals';
import { networkResources } from '../../../../config/deploy/network.ts';
import { stackContext } from '../../../../config/deploy/stack-context.ts';
import { deployConfig } from '../../../support/deploy-configs.ts';

describe('the endpoints', () => {
  const config = deployConfig('everything');
  const resources = networkResources(stackContext('prod', config));

  it('are those of the services that an extractor calls', () => {
    const services = Object.values(resources).map(({ Properties }) => Properties?.ServiceName);
    expect(services.filter((service) => service !== undefined)).toEqual(
      ['s3', 'sqs', 'secretsmanager', 'sns'].map((service) => ({
        'Fn::Sub': `com.amazonaws.\${AWS::Region}.${service}`,
      })),
    );
  });

  it('are a gateway for S3, and interfaces in the subnets for the others', () => {
    expect(resources.EndpointS3?.Properties).toMatchObject({
      VpcEndpointType: 'Gateway',
      VpcId: 'vpc-0abc1234',
      RouteTableIds: ['rtb-0abc1234'],
    });
    expect(resources.EndpointSqs?.Properties).toMatchObject({
      VpcEndpointType: 'Interface',
      SubnetIds: ['subnet-0abc1234', 'subnet-0def5678'],
      SecurityGroupIds: [{ 'Fn::GetAtt': ['EndpointGroup', 'GroupId'] }],
      PrivateDnsEnabled: true,
    });
  });

  it('listen to HTTPS of the extractors alone', () => {
    const { SecurityGroupIngress } = resources.EndpointGroup!.Properties as {
      SecurityGroupIngress: Record<string, unknown>[];
    };
    expect(
      SecurityGroupIngress.map(({ FromPort, ToPort, SourceSecurityGroupId }) => [
        FromPort,
        ToPort,
        SourceSecurityGroupId,
      ]),
    ).toEqual([
      [443, 443, 'sg-0abc1234'],
      [443, 443, 'sg-0def5678'],
    ]);
  });

  it('have none of SNS where there are no alerts', () => {
    expect(networkResources(stackContext('prod', { ...config, alerts: undefined }))).not.toHaveProperty('EndpointSns');
  });

  it.each(['plain', 'logged'] as const)('are not made where nobody asked for them: %s', (name) => {
    expect(networkResources(stackContext('prod', deployConfig(name)))).toEqual({});
  });
});
