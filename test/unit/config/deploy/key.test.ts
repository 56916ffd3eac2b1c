import { describe, expect, it } from '@jest/globals';
import { keyResources } from '../../../../config/deploy/key.ts';
import { stackContext } from '../../../../config/deploy/stack-context.ts';
import { deployConfig } from '../../../support/deploy-configs.ts';

describe("the stack's key", () => {
  const { Key, KeyAlias } = keyResources(stackContext('prod', deployConfig('plain')));

  it('rotates, outlives the stack and has a name', () => {
    expect(Key).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(Key!.Properties!.EnableKeyRotation).toBe(true);
    expect(KeyAlias!.Properties!.AliasName).toBe('alias/landfall-prod');
  });

  it('is used by this account, its logs of this stage and its alarms', () => {
    const { Statement } = Key!.Properties!.KeyPolicy as { Statement: { Sid: string; Condition?: unknown }[] };
    expect(Statement.map(({ Sid, Condition }) => [Sid, Condition])).toEqual([
      ['ByIam', undefined],
      [
        'LogGroups',
        {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': {
              'Fn::Sub':
                'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/landfall-prod-*',
            },
          },
        },
      ],
      [
        'Alarms',
        {
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
          ArnLike: {
            'aws:SourceArn': {
              'Fn::Sub': 'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:*',
            },
          },
        },
      ],
    ]);
  });

  it('is not made when the configuration has one', () => {
    const context = stackContext('prod', deployConfig('everything'));
    expect(keyResources(context)).toEqual({});
    expect(context.keyArn).toBe(deployConfig('everything').deploy.kmsKeyArn);
  });
});
