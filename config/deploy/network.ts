import type { VpcConfig } from '../../shared/config/config.ts';
import { ACCOUNT_ID } from './arns.ts';
import { policyDocument } from './policy.ts';
import type { Resource, Resources, StackContext } from './stack-context.ts';

const GROUP_ID = 'EndpointGroup';
const HTTPS_PORT = 443;

/**
 * The services that an extractor calls from its subnets, besides S3, by their names in endpoints. None of them for KMS and
 * CloudWatch Logs: an extractor calls neither itself, and Lambda and the other services reach them by ways of their own.
 */
const SERVICES = { Sqs: 'sqs', Secrets: 'secretsmanager' } as const;
const ALERT_SERVICES = { Sns: 'sns' } as const;

/** The endpoints of `deploy.vpc.endpoints`; nothing where the subnets have a way to AWS already. */
export function networkResources({ stage, config }: StackContext): Resources {
  const { vpc } = config.deploy;
  if (vpc?.endpoints === undefined) return {};
  const { vpcId, routeTableIds } = vpc.endpoints;
  const services = { ...SERVICES, ...(config.alerts && ALERT_SERVICES) };
  return {
    EndpointS3: endpoint('s3', { VpcEndpointType: 'Gateway', VpcId: vpcId, RouteTableIds: routeTableIds }),
    [GROUP_ID]: endpointGroup(stage, vpcId, vpc),
    ...Object.fromEntries(
      Object.entries(services).map(([part, service]) => [
        `Endpoint${part}`,
        endpoint(service, {
          VpcEndpointType: 'Interface',
          VpcId: vpcId,
          SubnetIds: vpc.subnetIds,
          SecurityGroupIds: [{ 'Fn::GetAtt': [GROUP_ID, 'GroupId'] }],
          PrivateDnsEnabled: true,
        }),
      ]),
    ),
  };
}

/**
 * An endpoint serves everything in the VPC that asks for its service, not the extractors alone, so that its policy cannot
 * name their queues. It lets this account's principals through and nobody else's: credentials of another account, which
 * is how rows would be carried away, get nowhere.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
function endpoint(service: string, properties: Readonly<Record<string, unknown>>): Resource {
  return {
    Type: 'AWS::EC2::VPCEndpoint',
    Properties: {
      ServiceName: { 'Fn::Sub': `com.amazonaws.\${AWS::Region}.${service}` },
      ...properties,
      PolicyDocument: policyDocument({
        Sid: 'ThisAccount',
        Effect: 'Allow',
        Principal: '*',
        Action: `${service}:*`,
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalAccount': ACCOUNT_ID } },
      }),
    },
  };
}

function endpointGroup(stage: string, vpcId: string, { securityGroupIds }: VpcConfig): Resource {
  return {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription: `Landfall ${stage}: endpoints, for the extractors`,
      VpcId: vpcId,
      SecurityGroupIngress: securityGroupIds.map((group) => ({
        Description: 'HTTPS from the extractors',
        IpProtocol: 'tcp',
        FromPort: HTTPS_PORT,
        ToPort: HTTPS_PORT,
        SourceSecurityGroupId: group,
      })),
      // An endpoint opens no connections. Without an entry CloudFormation would allow it all of them.
      SecurityGroupEgress: [
        { Description: 'Nothing', IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' },
      ],
    },
  };
}
