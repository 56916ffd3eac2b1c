import { Writable } from 'node:stream';
import type { Context, SQSEvent } from 'aws-lambda';
import { lambdaContext } from '../../../local/aws/lambda-event.ts';
import { createLogger } from '../../../shared/lambda/logger.ts';

export const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:landfall-shop';

/** A logger whose lines a test can read. */
export function notedLogger() {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return {
    logger: createLogger(stream),
    text: () => text,
    lines: () =>
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

/** One record per body, with ids `m0`, `m1`, … */
export function sqsEventOf(bodies: readonly string[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `m${index}`,
      receiptHandle: `receipt-${index}`,
      body,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '0',
        SenderId: 'sender',
        ApproximateFirstReceiveTimestamp: '0',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: QUEUE_ARN,
      awsRegion: 'us-east-1',
    })),
  };
}

export function contextOf(timeoutMs: number): Context {
  return lambdaContext({ functionName: 'extractor', queueArn: QUEUE_ARN, timeoutMs });
}
