import { randomUUID } from 'node:crypto';
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSMessageAttribute, SQSRecord, SQSRecordAttributes } from 'aws-lambda';

/**
 * The event a function gets for one received message.
 * Shape: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
 */
export function sqsEvent(message: Message, queueArn: string): SQSEvent {
  return { Records: [sqsRecord(message, queueArn)] };
}

function sqsRecord(message: Message, queueArn: string): SQSRecord {
  const { MD5OfMessageAttributes: attributesDigest } = message;
  return {
    messageId: message.MessageId!,
    receiptHandle: message.ReceiptHandle!,
    body: message.Body ?? '',
    attributes: { ...message.Attributes } as unknown as SQSRecordAttributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, messageAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    ...(attributesDigest === undefined ? {} : { md5OfMessageAttributes: attributesDigest }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: regionOf(queueArn),
  };
}

function messageAttribute(value: MessageAttributeValue): SQSMessageAttribute {
  return {
    ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
    ...(value.BinaryValue === undefined ? {} : { binaryValue: Buffer.from(value.BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: value.DataType ?? 'String',
  };
}

/** An ARN is `arn:partition:service:region:account:resource`. */
function regionOf(arn: string): string {
  return arn.split(':')[3] ?? '';
}

export interface ContextSettings {
  readonly functionName: string;
  readonly queueArn: string;
  /** Length of the invocation from now on. */
  readonly timeoutMs: number;
}

/**
 * The context of one invocation; `getRemainingTimeInMillis` counts down on the monotonic clock.
 * Shape: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 */
export function lambdaContext({ functionName, queueArn, timeoutMs }: ContextSettings): Context {
  const endsAt = performance.now() + timeoutMs;
  const account = queueArn.split(':')[4] ?? '';
  const awsRequestId = randomUUID();
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${regionOf(queueArn)}:${account}:function:${functionName}`,
    memoryLimitInMB: '1769',
    awsRequestId,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `local/[$LATEST]${awsRequestId.replaceAll('-', '')}`,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(endsAt - performance.now())),
    // The callback style is gone from Node 24 on Lambda; a handler that still uses it must not seem to work here.
    done: refuseCallback,
    fail: refuseCallback,
    succeed: refuseCallback,
  };
}

function refuseCallback(): never {
  throw new TypeError('Callback handlers are not supported from Node.js 24 on: return a promise.');
}
