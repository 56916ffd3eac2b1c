import { describe, expect, it } from '@jest/globals';
import { bucketResources } from '../../../../config/deploy/bucket.ts';
import { stackContext } from '../../../../config/deploy/stack-context.ts';
import { type DeployConfigName, deployConfig } from '../../../support/deploy-configs.ts';

const resourcesOf = (name: DeployConfigName) => bucketResources(stackContext('prod', deployConfig(name)));

describe('the bucket', () => {
  it('is encrypted, versioned and closed', () => {
    expect(resourcesOf('plain').Bucket?.Properties).toMatchObject({
      BucketName: 'acme-lake',
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] },
            },
            BucketKeyEnabled: true,
          },
        ],
      },
      VersioningConfiguration: { Status: 'Enabled' },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  it('outlives the stack, and so does what it refuses', () => {
    const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
    expect(resourcesOf('plain')).toMatchObject({ Bucket: kept, BucketPolicy: kept });
  });

  it('ends abandoned uploads and superseded versions, below the prefix', () => {
    const { Rules } = resourcesOf('logged').Bucket!.Properties!.LifecycleConfiguration as {
      Rules: Record<string, unknown>[];
    };
    expect(Rules.map(({ Id, Status, Prefix }) => [Id, Status, Prefix])).toEqual([
      ['landfall-abandoned-uploads', 'Enabled', 'raw/'],
      ['landfall-superseded-versions', 'Enabled', 'raw/'],
    ]);
  });

  it('logs access only where the configuration says where to', () => {
    expect(resourcesOf('plain').Bucket?.Properties).not.toHaveProperty('LoggingConfiguration');
    expect(resourcesOf('logged').Bucket!.Properties!.LoggingConfiguration).toEqual({
      DestinationBucketName: 'acme-logs',
      LogFilePrefix: 's3/lake/',
    });
  });

  it('refuses by conditions that hold for a header that is there, as extractors send none', () => {
    const { Statement } = resourcesOf('plain').BucketPolicy!.Properties!.PolicyDocument as {
      Statement: { Sid: string; Effect: string; Condition: Record<string, Record<string, unknown>> }[];
    };
    expect(Statement.map(({ Sid, Effect }) => [Sid, Effect])).toEqual([
      ['DenyWithoutTls', 'Deny'],
      ['DenyOtherEncryption', 'Deny'],
      ['DenyOtherKeys', 'Deny'],
      ['DenyKeysOfClients', 'Deny'],
    ]);
    for (const { Condition } of Statement.slice(1)) {
      const headers = Object.values(Condition).flatMap((keys) => Object.keys(keys));
      for (const header of headers) expect(Condition.Null).toHaveProperty([header], 'false');
    }
  });

  it('is left alone when it is there already', () => {
    expect(resourcesOf('everything')).toEqual({});
  });
});
