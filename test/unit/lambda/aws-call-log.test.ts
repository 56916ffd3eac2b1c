import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type QueueService, startQueueService } from '../../../local/aws/queues.ts';
import { type SecretsService, startSecretsService } from '../../../local/aws/secrets.ts';
import { awsCallLog } from '../../../shared/lambda/aws-call-log.ts';
import { s3Client, secretsClient, snsClient, sqsClient } from '../../../shared/lambda/aws-clients.ts';
import { startTestS3, type TestS3 } from '../../support/s3.ts';
import { notedLogger } from './lambda-rig.ts';

const HIDDEN = 'hunter2';
const QUEUE = '000000000000/landfall-shop';

let s3: TestS3;
let queues: QueueService;
let secrets: SecretsService;
beforeAll(async () => {
  s3 = await startTestS3();
  queues = await startQueueService();
  secrets = await startSecretsService(new Map([['shop/landfall', `{"password":"${HIDDEN}"}`]]));
});
afterAll(async () => {
  await s3?.close();
  await queues?.close();
  await secrets?.close();
});

function clients(level: 'DEBUG' | 'INFO') {
  const log = notedLogger();
  log.logger.setLogLevel(level);
  const settings = {
    AWS_ENDPOINT_URL_S3: s3.endpoint.endpoint,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ENDPOINT_URL_SNS: queues.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    callLog: awsCallLog(log.logger),
  };
  const made = {
    s3: s3Client(settings),
    sqs: sqsClient(settings),
    sns: snsClient(settings),
    secrets: secretsClient(settings),
  };
  return { ...made, log };
}

const put = (client: S3Client, key: string, condition = {}) =>
  client.send(
    new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: HIDDEN, Metadata: { pin: HIDDEN }, ...condition }),
  );

const attributes = { error_message: { DataType: 'String', StringValue: HIDDEN } };

async function callEverything(made: ReturnType<typeof clients>, key: string): Promise<void> {
  const { s3: store, sqs, sns, secrets: safe } = made;
  await put(store, key, { IfNoneMatch: '*' });
  await put(store, key, { IfNoneMatch: '*' }).catch(() => undefined);
  const url = `${queues.endpoint}/${QUEUE}`;
  const message = { MessageBody: HIDDEN, MessageAttributes: attributes };
  await sqs.send(new SendMessageCommand({ QueueUrl: url, ...message })).catch(() => undefined);
  await sqs
    .send(new SendMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: '0', ...message }] }))
    .catch(() => undefined);
  const topic = 'arn:aws:sns:us-east-1:000000000000:nobody';
  await sns.send(new PublishCommand({ TopicArn: topic, Subject: HIDDEN, Message: HIDDEN })).catch(() => undefined);
  const { SecretString: value } = await safe.send(new GetSecretValueCommand({ SecretId: 'shop/landfall' }));
  expect(value).toContain(HIDDEN);
  for (const client of [store, sqs, sns, safe]) client.destroy();
}

describe('the log of AWS calls', () => {
  it('tells at DEBUG what was asked of which resource and how it ended, and nothing of what was in it', async () => {
    const made = clients('DEBUG');
    await callEverything(made, 'a');
    const lines = made.log.lines().filter(({ message }) => message === 'AWS call');
    expect(lines).toHaveLength(6);
    const [created, refused, sent, batch, published, read] = lines;
    expect(created).toMatchObject({
      level: 'DEBUG',
      client: 'S3Client',
      command: 'PutObjectCommand',
      bucket: s3.bucket,
      key: 'a',
      condition: 'if-none-match',
      http_status: 200,
      attempts: 1,
    });
    expect(created).not.toHaveProperty('error_name');
    expect(refused).toMatchObject({ key: 'a', http_status: 412, error_name: 'PreconditionFailed' });
    expect(sent).toMatchObject({
      command: 'SendMessageCommand',
      queue_url: `${queues.endpoint}/${QUEUE}`,
      http_status: 400,
    });
    expect(batch).toMatchObject({ command: 'SendMessageBatchCommand', error_name: 'QueueDoesNotExist' });
    expect(published).toMatchObject({ client: 'SNSClient', topic_arn: 'arn:aws:sns:us-east-1:000000000000:nobody' });
    expect(read).toMatchObject({ command: 'GetSecretValueCommand', secret_id: 'shop/landfall', http_status: 200 });
    expect(made.log.text()).not.toContain(HIDDEN);
  });

  it('tells nothing at INFO', async () => {
    const made = clients('INFO');
    await callEverything(made, 'b');
    expect(made.log.text()).toBe('');
  });

  it('tells of a call that got no answer', async () => {
    const log = notedLogger();
    log.logger.setLogLevel('DEBUG');
    const client = s3Client({ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1', callLog: awsCallLog(log.logger) });
    await expect(
      client.send(new CreateBucketCommand({ Bucket: 'lake' }), { abortSignal: AbortSignal.abort() }),
    ).rejects.toThrow();
    expect(log.lines()).toEqual([
      expect.objectContaining({ command: 'CreateBucketCommand', bucket: 'lake', error_name: 'AbortError' }),
    ]);
  });
});
