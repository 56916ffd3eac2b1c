import type { AccessRequest } from './evaluate.ts';
import type { TestAccount } from './intrinsics.ts';

/** A line of the log of AWS calls; see shared/lambda/aws-call-log.ts. */
export interface CollectedCall {
  readonly client?: unknown;
  readonly command?: unknown;
  readonly bucket?: unknown;
  readonly key?: unknown;
  readonly prefix?: unknown;
  readonly queue_url?: unknown;
  readonly queue_name?: unknown;
  readonly topic_arn?: unknown;
  readonly secret_id?: unknown;
  readonly condition?: unknown;
}

/** Keys that AWS encrypts things with, by ARN; undefined for what AWS's own keys encrypt, which need no permission. */
export interface EncryptionKeys {
  bucket(name: string): string | undefined;
  queue(arn: string): string | undefined;
  topic(arn: string): string | undefined;
  secret(arn: string): string | undefined;
}

export interface CallWorld {
  readonly where: TestAccount;
  readonly keys: EncryptionKeys;
}

type Service = 's3' | 'sqs' | 'sns' | 'secretsmanager';
type Ask = (call: CollectedCall, world: CallWorld) => AccessRequest[];

const DECRYPT = 'kms:Decrypt';
const ENCRYPT = ['kms:GenerateDataKey', DECRYPT];

/**
 * Every permission that AWS asks for a call.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 * @throws Error for a command that it does not know
 */
export function requestsOf(call: CollectedCall, world: CallWorld): AccessRequest[] {
  const ask = COMMANDS[`${String(call.client)}.${String(call.command)}`];
  if (ask === undefined) throw new Error(`What ${String(call.client)}.${String(call.command)} needs is not known.`);
  return ask(call, world).map((request) => ({
    ...request,
    context: { 'aws:SecureTransport': 'true', 'aws:PrincipalAccount': world.where.account, ...request.context },
  }));
}

const COMMANDS: Readonly<Record<string, Ask>> = {
  'S3Client.GetObjectCommand': readObject,
  'S3Client.HeadObjectCommand': readObject,
  'S3Client.PutObjectCommand': (call, world) => writeObject(call, world, true),
  'S3Client.CompleteMultipartUploadCommand': (call, world) => writeObject(call, world, true),
  'S3Client.CreateMultipartUploadCommand': (call, world) => writeObject(call, world, false),
  'S3Client.UploadPartCommand': (call, world) => writeObject(call, world, false),
  'S3Client.AbortMultipartUploadCommand': (call) => [about('s3:AbortMultipartUpload', objectArn(call))],
  'S3Client.ListObjectsV2Command': (call) => [
    about('s3:ListBucket', bucketArn(call), { 's3:prefix': optional(call.prefix) }),
  ],
  'S3Client.ListMultipartUploadsCommand': (call) => [
    about('s3:ListBucketMultipartUploads', bucketArn(call), { 's3:prefix': optional(call.prefix) }),
  ],
  'S3Client.DeleteObjectsCommand': (call) => [about('s3:DeleteObject', objectArn(call))],
  'S3Client.DeleteObjectCommand': (call) => [about('s3:DeleteObject', objectArn(call))],
  'SQSClient.SendMessageCommand': (call, world) => onQueue(call, world, 'sqs:SendMessage', ENCRYPT),
  'SQSClient.SendMessageBatchCommand': (call, world) => onQueue(call, world, 'sqs:SendMessage', ENCRYPT),
  'SQSClient.ReceiveMessageCommand': (call, world) => onQueue(call, world, 'sqs:ReceiveMessage', [DECRYPT]),
  'SQSClient.DeleteMessageCommand': (call, world) => onQueue(call, world, 'sqs:DeleteMessage'),
  'SQSClient.DeleteMessageBatchCommand': (call, world) => onQueue(call, world, 'sqs:DeleteMessage'),
  'SQSClient.ChangeMessageVisibilityCommand': (call, world) => onQueue(call, world, 'sqs:ChangeMessageVisibility'),
  'SQSClient.ChangeMessageVisibilityBatchCommand': (call, world) => onQueue(call, world, 'sqs:ChangeMessageVisibility'),
  'SQSClient.GetQueueUrlCommand': (call, world) => onQueue(call, world, 'sqs:GetQueueUrl'),
  'SQSClient.GetQueueAttributesCommand': (call, world) => onQueue(call, world, 'sqs:GetQueueAttributes'),
  'SNSClient.PublishCommand': (call, world) => {
    const arn = text(call.topic_arn);
    return [about('sns:Publish', arn), ...throughKey(world.keys.topic(arn), 'sns', ENCRYPT, world)];
  },
  'SecretsManagerClient.GetSecretValueCommand': (call, world) => {
    const arn = wholeSecretArn(text(call.secret_id));
    const encryption = { 'kms:EncryptionContext:SecretARN': arn };
    return [
      about('secretsmanager:GetSecretValue', arn),
      ...throughKey(world.keys.secret(arn), 'secretsmanager', [DECRYPT], world, encryption),
    ];
  },
};

/**
 * A missing object is answered with 404 only to who may list the bucket. AWS does not say which prefix that question
 * bears, so that it has to be allowed with the key as prefix and with none.
 */
function readObject(call: CollectedCall, world: CallWorld): AccessRequest[] {
  return [
    about('s3:GetObject', objectArn(call)),
    about('s3:ListBucket', bucketArn(call), { 's3:prefix': undefined }),
    about('s3:ListBucket', bucketArn(call), { 's3:prefix': text(call.key) }),
    ...throughKey(world.keys.bucket(text(call.bucket)), 's3', [DECRYPT], world),
  ];
}

/** `If-Match` reads what stands, for which S3 asks s3:GetObject too. */
function writeObject(call: CollectedCall, world: CallWorld, creates: boolean): AccessRequest[] {
  const context = {
    's3:ObjectCreationOperation': String(creates),
    's3:if-none-match': call.condition === 'if-none-match' ? '*' : undefined,
    's3:if-match': call.condition === 'if-match' ? '"etag"' : undefined,
  };
  return [
    about('s3:PutObject', objectArn(call), context),
    ...(call.condition === 'if-match' ? [about('s3:GetObject', objectArn(call))] : []),
    ...throughKey(world.keys.bucket(text(call.bucket)), 's3', ENCRYPT, world),
  ];
}

function onQueue(call: CollectedCall, world: CallWorld, action: string, kms: readonly string[] = []): AccessRequest[] {
  const name = optional(call.queue_name) ?? new URL(text(call.queue_url)).pathname.split('/').at(-1)!;
  const arn = `arn:aws:sqs:${world.where.region}:${world.where.account}:${name}`;
  return [about(action, arn), ...throughKey(world.keys.queue(arn), 'sqs', kms, world)];
}

/** What a service asks of a key in the name of who called it. */
function throughKey(
  key: string | undefined,
  service: Service,
  actions: readonly string[],
  { where }: CallWorld,
  context: Readonly<Record<string, string>> = {},
): AccessRequest[] {
  if (key === undefined) return [];
  const region = key.split(':')[3] ?? where.region;
  return actions.map((action) =>
    about(action, key, { ...context, 'kms:ViaService': `${service}.${region}.amazonaws.com` }),
  );
}

/** Secrets Manager finds a secret without its six characters, and IAM is asked about the whole ARN. */
function wholeSecretArn(arn: string): string {
  return /-[A-Za-z0-9]{6}$/.test(arn) ? arn : `${arn}-AbCdEf`;
}

const bucketArn = ({ bucket }: CollectedCall) => `arn:aws:s3:::${text(bucket)}`;
const objectArn = (call: CollectedCall) => `${bucketArn(call)}/${text(call.key)}`;

function about(action: string, resource: string, context: AccessRequest['context'] = {}): AccessRequest {
  return { action, resource, context };
}

function optional(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new Error('A call names no resource.');
  return value;
}
