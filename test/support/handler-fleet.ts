import { setTimeout } from 'node:timers/promises';
import { SNSClient } from '@aws-sdk/client-sns';
import {
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  type ReceiveMessageCommandOutput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { createExtractor } from '../../handlers/extractor.ts';
import { createScheduler } from '../../handlers/scheduler.ts';
import { startEventSourceMapping } from '../../local/aws/event-source-mapping.ts';
import { lambdaContext } from '../../local/aws/lambda-event.ts';
import { localClientConfig } from '../../local/aws/local-client.ts';
import { ensureAlertTopic, type Mail, readMailbox } from '../../local/aws/mailbox.ts';
import { startQueueService } from '../../local/aws/queues.ts';
import { ensureQueues, type SourceQueues } from '../../local/aws/source-queues.ts';
import { queueDrained } from '../../local/fleet/drain.ts';
import type { ScheduledRun } from '../../shared/flow/schedule-run.ts';
import type { EventHandler } from '../../shared/lambda/event-handler.ts';
import type { SqsHandler } from '../../shared/lambda/sqs-handler.ts';
import { everyDialect } from '../../shared/source/every-dialect.ts';
import { notedLogger } from '../unit/lambda/lambda-rig.ts';
import { startTestS3, type TestS3 } from './s3.ts';

export const MAX_RECEIVES = 3;
const DRAIN_TIMEOUT_MS = 200_000;
const POLL_MS = 100;

/** A letter of the dead-letter queue with its attributes as plain texts. */
export interface Letter {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
}

/** The handlers on emulated services that a test may break, with one source `shop`. */
export interface HandlerFleet {
  readonly s3: TestS3;
  readonly sqs: SQSClient;
  readonly queues: SourceQueues;
  readonly scheduler: EventHandler<ScheduledRun>;
  readonly extractor: SqsHandler;
  readonly log: ReturnType<typeof notedLogger>;
  /** Of both handlers, for handlers in other processes. */
  readonly environment: Readonly<Record<string, string>>;
  schedule(scheduledTime?: string): Promise<ScheduledRun>;
  /** Feeds the queue to extractors until it is empty. */
  work(settings?: WorkSettings): Promise<void>;
  letters(): Promise<Letter[]>;
  mails(): Promise<Mail[]>;
  close(): Promise<void>;
}

export const SCHEDULED_TIME = '2026-11-22T03:00:00Z';

export interface WorkSettings {
  readonly functionTimeoutMs?: number;
  readonly visibilityTimeoutSeconds?: number;
  readonly maximumConcurrency?: number;
}

export interface FleetSurroundings {
  readonly maxReceives?: number;
  /** What stands between the handlers and SQS and SNS, by the service's endpoint; gives its own. */
  readonly queuesBehind?: (endpoint: string) => Promise<string>;
}

export async function startHandlerFleet(
  configPath: string,
  environment: Readonly<Record<string, string>> = {},
  { maxReceives = MAX_RECEIVES, queuesBehind = async (endpoint) => endpoint }: FleetSurroundings = {},
): Promise<HandlerFleet> {
  const s3 = await startTestS3();
  const service = await startQueueService();
  const queueEndpoint = await queuesBehind(service.endpoint);
  const clientConfig = localClientConfig(queueEndpoint);
  const sqs = withShortPolls(new SQSClient(clientConfig));
  const sns = new SNSClient(clientConfig);
  const queues = await ensureQueues(sqs, 'shop', { visibilityTimeoutSeconds: 60, maxReceiveCount: maxReceives });
  const log = notedLogger();
  const whole = {
    LANDFALL_CONFIG: configPath,
    LANDFALL_QUEUES: JSON.stringify({ shop: queues }),
    LANDFALL_ALERT_TOPIC: await ensureAlertTopic(sns, sqs),
    LANDFALL_MAX_RECEIVE_COUNT: String(maxReceives),
    LANDFALL_RETRY_BASE_MS: '0',
    LANDFALL_RETRY_MAX_MS: '0',
    AWS_ENDPOINT_URL_S3: s3.endpoint.endpoint,
    AWS_ENDPOINT_URL_SQS: queueEndpoint,
    AWS_ENDPOINT_URL_SNS: queueEndpoint,
    ...environment,
  };
  const surroundings = { logger: log.logger, environment: whole };
  const scheduler = createScheduler(surroundings);
  const extractor = createExtractor(everyDialect, surroundings);
  return {
    s3,
    sqs,
    queues,
    scheduler,
    extractor,
    log,
    environment: whole,
    schedule: (scheduledTime = SCHEDULED_TIME) =>
      scheduler(
        { source: 'shop', scheduled_time: scheduledTime },
        lambdaContext({ functionName: 'scheduler', queueArn: '', timeoutMs: 900_000 }),
      ),
    work: (settings) => work(sqs, queues, extractor, settings),
    letters: () => letters(sqs, queues.deadLetterQueueUrl),
    mails: () => readMailbox(sqs),
    async close() {
      sqs.destroy();
      sns.destroy();
      await service.close();
      await s3.close();
    },
  };
}

/** A mapping ends with its polls, and a poll that waits on the server for a second would make every `work` wait as long. */
function withShortPolls(client: SQSClient): SQSClient {
  client.middlewareStack.add(
    (next) => async (args) => {
      const input = args.input as ReceiveMessageCommandInput;
      if (!input.WaitTimeSeconds) return await next(args);
      const answer = await next({ ...args, input: { ...input, WaitTimeSeconds: 0 } });
      const { Messages: messages = [] } = answer.output as ReceiveMessageCommandOutput;
      if (messages.length === 0) await setTimeout(POLL_MS);
      return answer;
    },
    { step: 'initialize' },
  );
  return client;
}

async function work(
  client: SQSClient,
  queues: SourceQueues,
  handler: SqsHandler,
  settings: WorkSettings = {},
): Promise<void> {
  const mapping = startEventSourceMapping({
    client,
    ...queues,
    handler,
    functionName: 'extractor-shop',
    maximumConcurrency: 4,
    functionTimeoutMs: 900_000,
    visibilityTimeoutSeconds: 60,
    ...settings,
  });
  try {
    await queueDrained(client, queues.queueUrl, AbortSignal.timeout(DRAIN_TIMEOUT_MS));
  } finally {
    await mapping.stop();
  }
}

async function letters(client: SQSClient, queueUrl: string): Promise<Letter[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages.map(({ Body, MessageAttributes = {} }) => ({
    body: Body!,
    attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, value]) => [name, value.StringValue])),
  }));
}
