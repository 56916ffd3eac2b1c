import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect } from '@jest/globals';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import {
  type EventSourceMapping,
  type EventSourceMappingOptions,
  startEventSourceMapping,
} from '../../../../local/aws/event-source-mapping.ts';
import { ensureQueues, type SourceQueues } from '../../../../local/aws/source-queues.ts';
import { type LocalQueues, localQueues } from './local-queues.ts';

export const settings = { visibilityTimeoutSeconds: 60, maxReceiveCount: 3 };
export const gone = { waiting: 0, inFlight: 0 };

export let local: LocalQueues;
export let queues: SourceQueues;
const mappings: EventSourceMapping[] = [];

/** A queue service with the queues of one source around each test, and the mappings it starts. */
export function aroundEachTest(): void {
  beforeEach(async () => {
    local = await localQueues();
    queues = await ensureQueues(local.sqs, 'shop', settings);
  });
  afterEach(async () => {
    const stopped = mappings.splice(0).map((mapping) => mapping.stop(AbortSignal.abort()));
    // Closing the service cuts the long polls that the mappings would otherwise wait for.
    await local.service.close();
    await Promise.all(stopped);
    await local[Symbol.asyncDispose]();
  });
}

export function map(
  handler: EventSourceMappingOptions['handler'],
  given: Partial<EventSourceMappingOptions> = {},
): EventSourceMapping {
  const mapping = startEventSourceMapping({
    client: local.sqs,
    ...queues,
    functionName: 'extractor',
    maximumConcurrency: 2,
    functionTimeoutMs: 600_000,
    visibilityTimeoutSeconds: settings.visibilityTimeoutSeconds,
    ...given,
    handler,
  });
  mappings.push(mapping);
  return mapping;
}

export async function send(body: string, queueUrl = queues.queueUrl): Promise<void> {
  await local.sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'table' } },
    }),
  );
}

export function only(event: SQSEvent): SQSRecord {
  expect(event.Records).toHaveLength(1);
  return event.Records[0]!;
}
