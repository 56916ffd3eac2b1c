import { bucketArn } from './arns.ts';
import { abandonedUploadsRule, supersededVersionsRule } from './lifecycle.ts';
import { denyWithoutTls, policyDocument, type Statement } from './policy.ts';
import { IDS, type Resources, type StackContext } from './stack-context.ts';

/** The bucket that tables land in, and what it refuses; nothing for `deploy.bucket: existing`. It stays when the stack goes. */
export function bucketResources(context: StackContext): Resources {
  const { target, deploy } = context.config;
  if (deploy.bucket === 'existing') return {};
  return {
    [IDS.bucket]: {
      Type: 'AWS::S3::Bucket',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketName: target.bucket,
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: context.keyArn },
              // One call of KMS for many objects, instead of one for each.
              BucketKeyEnabled: true,
            },
          ],
        },
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        LifecycleConfiguration: { Rules: [abandonedUploadsRule(target), supersededVersionsRule(target)] },
        ...(deploy.accessLogs && {
          LoggingConfiguration: {
            DestinationBucketName: deploy.accessLogs.bucket,
            LogFilePrefix: deploy.accessLogs.prefix,
          },
        }),
      },
    },
    [`${IDS.bucket}Policy`]: {
      Type: 'AWS::S3::BucketPolicy',
      // Without it, whoever holds the bucket would be left with one that nothing is refused in.
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        Bucket: { Ref: IDS.bucket },
        PolicyDocument: policyDocument(
          denyWithoutTls('s3:*', [bucketArn(target.bucket), bucketArn(`${target.bucket}/*`)]),
          ...otherEncryption(target.bucket, context.keyArn),
        ),
      },
    },
  };
}

/**
 * Refuses objects that ask for another encryption than the bucket's: by another key, by none of KMS, or by a key of the
 * client's own, which would leave an object that nobody here can read. Who asks for nothing, as the extractors do, gets
 * the bucket's; a rule that demanded the headers would refuse them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
 */
function otherEncryption(bucket: string, keyArn: unknown): Statement[] {
  const deny = (Sid: string, Condition: NonNullable<Statement['Condition']>): Statement => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: bucketArn(`${bucket}/*`),
    Condition,
  });
  return [
    // A negated condition holds when its key is absent, with and without IfExists: hence the Null.
    deny('DenyOtherEncryption', {
      Null: { 's3:x-amz-server-side-encryption': 'false' },
      StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
    }),
    deny('DenyOtherKeys', {
      Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'false' },
      ArnNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': keyArn },
    }),
    deny('DenyKeysOfClients', { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } }),
  ];
}
