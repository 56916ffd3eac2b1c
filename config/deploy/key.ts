import { ACCOUNT_ID, ACCOUNT_ROOT, arnOf } from './arns.ts';
import { policyDocument, type Statement } from './policy.ts';
import { IDS, type Resources, type StackContext } from './stack-context.ts';

/**
 * The key that everything of the stack is encrypted with, and its alias. Nothing when `deploy.kms_key` names one: its
 * policy is then the owner's, and needs the same statements.
 *
 * Who may use it is said by IAM, which the first statement of its policy leaves it to; services that come as themselves
 * are named one by one. The key stays when the stack goes, as nothing in the bucket can be read without it.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function keyResources({ stage, config }: StackContext): Resources {
  if (config.deploy.kmsKeyArn !== undefined) return {};
  return {
    [IDS.key]: {
      Type: 'AWS::KMS::Key',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        Description: `Landfall ${stage}: queues, topic, bucket and logs`,
        EnableKeyRotation: true,
        KeyPolicy: policyDocument(
          { Sid: 'ByIam', Effect: 'Allow', Principal: { AWS: ACCOUNT_ROOT }, Action: 'kms:*', Resource: '*' },
          logGroups(stage),
          alarms(),
        ),
      },
    },
    [IDS.keyAlias]: {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: `alias/landfall-${stage}`, TargetKeyId: { Ref: IDS.key } },
    },
  };
}

/**
 * CloudWatch Logs, for the log groups of the stage's functions alone.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
function logGroups(stage: string): Statement {
  return {
    Sid: 'LogGroups',
    Effect: 'Allow',
    Principal: { Service: { 'Fn::Sub': 'logs.${AWS::Region}.${AWS::URLSuffix}' } },
    Action: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    Resource: '*',
    Condition: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': arnOf('logs', `log-group:/aws/lambda/landfall-${stage}-*`) },
    },
  };
}

/**
 * CloudWatch's alarms of this account, which would otherwise reach no encrypted topic, in silence.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
function alarms(): Statement {
  return {
    Sid: 'Alarms',
    Effect: 'Allow',
    Principal: { Service: 'cloudwatch.amazonaws.com' },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    Resource: '*',
    Condition: {
      StringEquals: { 'aws:SourceAccount': ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': arnOf('cloudwatch', 'alarm:*') },
    },
  };
}
