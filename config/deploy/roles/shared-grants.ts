import type { SourceConfig } from '../../../shared/config/config.ts';
import { arnOf } from '../arns.ts';
import { type FunctionNames, IDS, type StackContext } from '../stack-context.ts';
import { attributeOf } from './arns.ts';
import type { Grant } from './grant.ts';
import { isSecretArn, isWholeSecretArn, secretPattern } from './secret-arn.ts';

/** The stack makes the log group, so that no function needs to. */
export function writeLogs({ logGroupName }: Pick<FunctionNames, 'logGroupName'>): Grant {
  return {
    sid: 'WriteLogs',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [arnOf('logs', `log-group:${logGroupName}:*`)],
    on: 'its own log group',
    why: 'Writes its log.',
    wildcard: 'Lambda names the log streams of a group at run time.',
  };
}

export function publishAlerts({ topicArn }: StackContext): Grant[] {
  if (topicArn === undefined) return [];
  return [
    {
      sid: 'PublishAlerts',
      actions: ['sns:Publish'],
      resources: [topicArn],
      on: "the alerts' topic",
      why: 'Sends the emails.',
    },
  ];
}

/** Lambda hands a call over with the role of the function that failed. */
export function keepFailedCalls(): Grant {
  return {
    sid: 'KeepFailedCalls',
    actions: ['sqs:SendMessage'],
    resources: [attributeOf(IDS.scheduleDeadLetterQueue, 'Arn')],
    on: "the schedules' dead-letter queue",
    why: 'Keeps a call that the function failed at each time.',
  };
}

export function readSecret({ secret }: SourceConfig): Grant[] {
  if (!isSecretArn(secret)) return [];
  return [
    {
      sid: 'ReadSecret',
      actions: ['secretsmanager:GetSecretValue'],
      resources: [secretPattern(secret)],
      on: "the source's secret",
      why: "Reads the database's login.",
      ...(!isWholeSecretArn(secret) && {
        wildcard:
          'The configuration has the ARN without the six characters that Secrets Manager adds; name them to do without.',
      }),
    },
  ];
}

const NETWORK_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Lambda makes the interfaces with the role of the function; the function's own code has no business with them.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export function joinNetwork({ config }: StackContext, { functionName }: Pick<FunctionNames, 'functionName'>): Grant[] {
  if (config.deploy.vpc === undefined) return [];
  const wildcard =
    'Lambda asks for these actions on all resources: the interfaces have no ids yet, and ec2:Describe… knows no others.';
  return [
    {
      sid: 'JoinNetwork',
      actions: NETWORK_ACTIONS,
      resources: ['*'],
      on: 'network interfaces (with `deploy.vpc` only)',
      why: 'Lambda puts the function into the subnets.',
      wildcard,
    },
    {
      sid: 'NoNetworkFromCode',
      effect: 'Deny',
      actions: NETWORK_ACTIONS,
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': arnOf('lambda', `function:${functionName}`) } },
      on: 'the same, when the code of the function asks (with `deploy.vpc` only)',
      why: 'Leaves them to Lambda itself.',
      wildcard: 'Denied are all of them.',
    },
  ];
}
