import { describe, expect, it } from '@jest/globals';
import { queueResources } from '../../../../config/deploy/queues.ts';
import { stackContext } from '../../../../config/deploy/stack-context.ts';
import { MAX_RECEIVE_COUNT, VISIBILITY_TIMEOUT_SECONDS } from '../../../../shared/config/limits.ts';
import { deployConfig } from '../../../support/deploy-configs.ts';

const KEY = { 'Fn::GetAtt': ['Key', 'Arn'] };

describe('the queues of a source', () => {
  const resources = queueResources(stackContext('prod', deployConfig('plain')));

  it('hold work for 4 days, and give it to the dead letters after its last try', () => {
    expect(resources.QueueShop?.Properties).toEqual({
      QueueName: 'landfall-prod-shop',
      KmsMasterKeyId: KEY,
      MessageRetentionPeriod: 345_600,
      VisibilityTimeout: VISIBILITY_TIMEOUT_SECONDS,
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueueShop', 'Arn'] },
        maxReceiveCount: MAX_RECEIVE_COUNT,
      },
      RedriveAllowPolicy: { redrivePermission: 'denyAll' },
    });
  });

  it('hold dead letters for 14 days, of that queue alone', () => {
    expect(resources.DeadLetterQueueShop?.Properties).toEqual({
      QueueName: 'landfall-prod-shop-dlq',
      KmsMasterKeyId: KEY,
      MessageRetentionPeriod: 1_209_600,
      RedriveAllowPolicy: {
        redrivePermission: 'byQueue',
        sourceQueueArns: [
          { 'Fn::Sub': 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:landfall-prod-shop' },
        ],
      },
    });
  });

  it.each(['QueueShop', 'DeadLetterQueueShop'])('refuse what comes without TLS: %s', (id) => {
    expect(resources[`${id}Policy`]?.Properties).toEqual({
      Queues: [{ Ref: id }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'DenyWithoutTls',
            Effect: 'Deny',
            Principal: '*',
            Action: 'sqs:*',
            Resource: { 'Fn::GetAtt': [id, 'Arn'] },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  it('are encrypted by a key of the configuration when it has one', () => {
    const config = deployConfig('everything');
    const { QueueErp } = queueResources(stackContext('prod', config));
    expect(QueueErp!.Properties!.KmsMasterKeyId).toBe(config.deploy.kmsKeyArn);
  });
});
