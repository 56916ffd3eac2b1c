import { describe, expect, it } from '@jest/globals';
import type { TemplateResources } from '../../../support/iam/intrinsics.ts';
import { callsIn, problemsOfCalls } from '../../../support/iam/problems-of-calls.ts';

const KEY = { 'Fn::GetAtt': ['Key', 'Arn'] };
const STATEMENTS = [
  { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::lake/*' },
  { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::lake' },
  {
    Effect: 'Allow',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::lake/*',
    Condition: { Null: { 's3:if-none-match': 'false' } },
  },
  { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
  {
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: KEY,
    Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com' } },
  },
];

function template(statements: readonly object[], others: TemplateResources = {}) {
  const policy = { PolicyDocument: { Version: '2012-10-17', Statement: statements } };
  const encryption = {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: KEY } }],
  };
  return {
    Resources: {
      WatchdogRole: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy] } },
      Key: { Type: 'AWS::KMS::Key' },
      Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'work' } },
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'lake', BucketEncryption: encryption } },
      ...others,
    },
  };
}

const READ = { client: 'S3Client', command: 'GetObjectCommand', bucket: 'lake', key: 'a' };
const WRITE = { client: 'S3Client', command: 'PutObjectCommand', bucket: 'lake', key: 'a', condition: 'if-none-match' };
const SEND = {
  client: 'SQSClient',
  command: 'SendMessageBatchCommand',
  queue_url: 'http://127.0.0.1:4566/000000000000/work',
};

const problems = (calls: readonly object[], statements: readonly object[] = STATEMENTS, others?: TemplateResources) =>
  problemsOfCalls(calls, 'watchdog', template(statements, others));

describe('the problems of calls', () => {
  it('are none when the role allows all that each call needs', () => {
    expect(problems([READ, WRITE, SEND])).toEqual([]);
  });

  it.each<[string, number, object, RegExp]>([
    ['the object', 0, READ, /not allowed s3:GetObject on arn:aws:s3:::lake\/a/],
    ['the bucket, for a missing key', 1, READ, /not allowed s3:ListBucket on arn:aws:s3:::lake/],
    ['the write', 2, WRITE, /not allowed s3:PutObject/],
    ['the queue', 3, SEND, /not allowed sqs:SendMessage on arn:aws:sqs:us-east-1:000000000000:work/],
    ['the key', 4, WRITE, /not allowed kms:GenerateDataKey/],
  ])('name a permission that is missing for %s', (_, left, call, problem) => {
    const statements = STATEMENTS.filter((_statement, index) => index !== left);
    expect(problems([call], statements).join('\n')).toMatch(problem);
  });

  it('see a listing that is allowed with a prefix only, which leaves missing keys forbidden', () => {
    const listing = { ...STATEMENTS[1], Condition: { StringLike: { 's3:prefix': '*' } } };
    expect(problems([READ], [...STATEMENTS.toSpliced(1, 1), listing])).toEqual([
      'watchdog: not allowed s3:ListBucket on arn:aws:s3:::lake for GetObjectCommand',
    ]);
  });

  it('see what the policy of the bucket refuses, and leave alone what it refuses to services', () => {
    const refuse = (principal: unknown, condition: object) => ({
      Policy: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Deny',
                Principal: principal,
                Action: 's3:PutObject',
                Resource: 'arn:aws:s3:::lake/*',
                Condition: condition,
              },
            ],
          },
        },
      },
    });
    const insecure = { Bool: { 'aws:SecureTransport': 'false' } };
    const demanding = { StringNotEqualsIfExists: { 's3:x-amz-server-side-encryption': 'aws:kms' } };
    expect(problems([WRITE], STATEMENTS, refuse('*', insecure))).toEqual([]);
    expect(problems([WRITE], STATEMENTS, refuse({ Service: 'logging.s3.amazonaws.com' }, {}))).toEqual([]);
    expect(problems([WRITE], STATEMENTS, refuse('*', demanding)).join()).toContain('denied s3:PutObject');
  });

  it('fail on a command, a function or a role that nobody knows', () => {
    expect(() => problems([{ client: 'S3Client', command: 'CopyObjectCommand', bucket: 'lake', key: 'a' }])).toThrow(
      'CopyObject',
    );
    expect(() => problems([{ ...READ, key: undefined }])).toThrow('no resource');
    expect(() => problemsOfCalls([READ], 'extractorShop', template(STATEMENTS))).toThrow('ExtractorShopRole');
  });

  it('go by the role that the function has', () => {
    const role = (id: string) => ({
      Type: 'AWS::Lambda::Function',
      Properties: { Role: { 'Fn::GetAtt': [id, 'Arn'] } },
    });
    const whole = template(STATEMENTS, {
      OtherLambdaFunction: role('WatchdogRole'),
      BadLambdaFunction: role('Nobody'),
    });
    expect(problemsOfCalls([READ], 'other', whole)).toEqual([]);
    expect(() => problemsOfCalls([READ], 'bad', whole)).toThrow('no role Nobody');
  });

  it('are of the lines that tell of calls', () => {
    const line = { message: 'AWS call', ...READ };
    expect(callsIn([{ message: 'Run planned' }, line])).toEqual([line]);
  });
});
