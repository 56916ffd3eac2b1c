import { describe, expect, it } from '@jest/globals';
import { lambdaContext, sqsEvent } from '../../../../local/aws/lambda-event.ts';

const queueArn = 'arn:aws:sqs:eu-west-1:123456789012:landfall-shop';

describe('sqsEvent', () => {
  it('has the shape Lambda gives to a function', () => {
    const event = sqsEvent(
      {
        MessageId: 'id',
        ReceiptHandle: 'handle',
        Body: '{"v":1}',
        MD5OfBody: 'md5',
        MD5OfMessageAttributes: 'md5a',
        Attributes: { ApproximateReceiveCount: '2', SentTimestamp: '1', ApproximateFirstReceiveTimestamp: '3' },
        MessageAttributes: {
          text: { DataType: 'String', StringValue: '' },
          bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([255, 0, 1]) },
        },
      },
      queueArn,
    );
    expect(event).toEqual({
      Records: [
        {
          messageId: 'id',
          receiptHandle: 'handle',
          body: '{"v":1}',
          attributes: { ApproximateReceiveCount: '2', SentTimestamp: '1', ApproximateFirstReceiveTimestamp: '3' },
          messageAttributes: {
            text: { stringValue: '', stringListValues: [], binaryListValues: [], dataType: 'String' },
            bytes: { binaryValue: '/wAB', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
          },
          md5OfBody: 'md5',
          md5OfMessageAttributes: 'md5a',
          eventSource: 'aws:sqs',
          eventSourceARN: queueArn,
          awsRegion: 'eu-west-1',
        },
      ],
    });
  });
});

describe('lambdaContext', () => {
  it('counts down and never below zero', async () => {
    const [long, short] = [600_000, 20].map((timeoutMs) =>
      lambdaContext({ functionName: 'extractor', queueArn, timeoutMs }),
    );
    const first = long!.getRemainingTimeInMillis();
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(600_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(long!.getRemainingTimeInMillis()).toBeLessThan(first);
    expect(short!.getRemainingTimeInMillis()).toBe(0);
  });

  it('names the function and gives each invocation its own id', () => {
    const settings = { functionName: 'extractor', queueArn, timeoutMs: 1000 };
    const context = lambdaContext(settings);
    expect(context.invokedFunctionArn).toBe('arn:aws:lambda:eu-west-1:123456789012:function:extractor');
    expect(context.logGroupName).toBe('/aws/lambda/extractor');
    expect(context.awsRequestId).not.toBe(lambdaContext(settings).awsRequestId);
    expect(() => context.done()).toThrow(/return a promise/);
  });
});
