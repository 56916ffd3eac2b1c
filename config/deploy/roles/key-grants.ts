import type { SourceConfig } from '../../../shared/config/config.ts';
import type { StackContext } from '../stack-context.ts';
import { regionOfArn, viaService } from './arns.ts';
import type { Grant } from './grant.ts';
import { secretPattern } from './secret-arn.ts';

export type KeyUser = 's3' | 'sqs' | 'sns' | 'lambda';

const DECRYPT = 'kms:Decrypt';
/** What encrypts with a key of data; SQS, SNS and S3 ask for both to write. */
const READ_AND_WRITE = [DECRYPT, 'kms:GenerateDataKey'];

/** The keys behind what a role reads and writes, usable through those services only and never directly. */
export function keyGrants(context: StackContext, users: readonly KeyUser[]): Grant[] {
  const { config, keyArn } = context;
  const { bucket, bucketKmsKeyArn } = config.deploy;
  const ofStack = users.filter((user) => isOfStack(context, user));
  const grants: Grant[] = [
    {
      sid: 'UseStackKey',
      actions: READ_AND_WRITE,
      resources: [keyArn],
      conditions: { StringEquals: { 'kms:ViaService': ofStack.map((user) => viaService(user)) } },
      on: `the stack's key, through ${ofStack.join(', ')}`,
      why: 'Reads and writes what the stack encrypts.',
    },
  ];
  if (users.includes('s3') && bucket === 'existing' && bucketKmsKeyArn !== undefined) {
    grants.push({
      sid: 'UseBucketKey',
      actions: READ_AND_WRITE,
      resources: [bucketKmsKeyArn],
      conditions: { StringEquals: { 'kms:ViaService': [viaService('s3', regionOfArn(bucketKmsKeyArn))] } },
      on: "the existing bucket's key (`deploy.bucket_kms_key`), through s3",
      why: 'Reads and writes objects of the existing bucket.',
    });
  }
  return grants;
}

/**
 * Secrets Manager encrypts each secret with its own ARN as context, so that the key serves for this one.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function secretKeyGrant({ secret, secretKmsKeyArn }: SourceConfig): Grant[] {
  if (secretKmsKeyArn === undefined) return [];
  return [
    {
      sid: 'DecryptSecret',
      actions: [DECRYPT],
      resources: [secretKmsKeyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': [viaService('secretsmanager', regionOfArn(secretKmsKeyArn))] },
        StringLike: { 'kms:EncryptionContext:SecretARN': [secretPattern(secret)] },
      },
      on: "the secret's key (`secret_kms_key`), through Secrets Manager, for this secret",
      why: 'Reads a secret that a key of your own encrypts.',
    },
  ];
}

function isOfStack({ config }: StackContext, user: KeyUser): boolean {
  if (user === 's3') return config.deploy.bucket === 'create';
  if (user === 'sns') return config.alerts !== undefined && config.alerts.topic === undefined;
  return true;
}
