import type { S3Client } from '@aws-sdk/client-s3';
import { type Alerts, silentAlerts } from '../alert/alerts.ts';
import type { Directions } from '../alert/directions.ts';
import { wordsOf } from '../alert/email-text.ts';
import { SnsAlerts } from '../alert/sns-alerts.ts';
import type { LandfallConfig } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { queueNames } from '../config/resource-names.ts';
import { backoffMs } from '../core/backoff.ts';
import type { Clock, Random } from '../core/clock.ts';
import { ConfigError } from '../core/errors.ts';
import { S3Ledger } from '../ledger/s3-ledger.ts';
import type { DeadLetterQueue, TableQueue } from '../queue/queue.ts';
import { SqsDeadLetterQueue } from '../queue/sqs-dead-letter-queue.ts';
import { SqsTableQueue } from '../queue/sqs-table-queue.ts';
import { snsClient, sqsClient } from './aws-clients.ts';
import type { FleetSettings, HandlerSettings } from './settings.ts';
import { systemClock } from './system-clock.ts';

export interface FleetQueues {
  /** @throws ConfigError for a source without a queue. */
  readonly ofSource: (source: string) => TableQueue;
  /** The queue that an event came from. @throws ConfigError when it is none of ours. */
  readonly ofArn: (queueArn: string) => TableQueue;
  /** @throws ConfigError for a source without a queue. */
  readonly deadLettersOf: (source: string) => DeadLetterQueue;
}

/** The queues of the sources, by the settings. */
export function fleetQueues(settings: FleetSettings, clock: Clock, random: Random): FleetQueues {
  const client = sqsClient(settings);
  const urls = settings.LANDFALL_QUEUES;
  const urlsOf = (source: string | undefined, wanted: string) => {
    const found = source === undefined ? undefined : (urls[source] ?? urlsAt(settings.LANDFALL_QUEUE_PLACE, source));
    if (found !== undefined) return found;
    throw new ConfigError('QUEUE_NOT_CONFIGURED', `LANDFALL_QUEUES has no queue for ${wanted}.`, {
      remedy: 'Deploy the stack again: it makes a queue for each source of the configuration.',
    });
  };
  const queueAt = (source: string | undefined, wanted: string) =>
    new SqsTableQueue({ client, ...urlsOf(source, wanted), clock, random });
  return {
    ofSource: (source) => queueAt(source, `source "${source}"`),
    ofArn: (queueArn) => {
      const queueName = queueArn.split(':').at(-1);
      const source = Object.keys(urls).find((name) => urls[name]?.queueUrl.split('/').at(-1) === queueName);
      return queueAt(source, `the queue ${queueArn}`);
    },
    deadLettersOf: (source) => new SqsDeadLetterQueue(client, urlsOf(source, `source "${source}"`).deadLetterQueueUrl),
  };
}

function urlsAt(place: FleetSettings['LANDFALL_QUEUE_PLACE'], source: string) {
  if (place === undefined) return undefined;
  const names = queueNames(place.stage, source);
  return { queueUrl: place.baseUrl + names.queue, deadLetterQueueUrl: place.baseUrl + names.deadLetterQueue };
}

export function fleetConfig(settings: HandlerSettings): Promise<LandfallConfig> {
  return loadConfig(settings.LANDFALL_CONFIG, { base: settings.LANDFALL_CONFIG_BASE });
}

export function alertsOf(config: LandfallConfig, settings: HandlerSettings): Alerts {
  if (config.alerts === undefined) return silentAlerts;
  const topic = settings.LANDFALL_ALERT_TOPIC ?? config.alerts.topic;
  if (topic !== undefined) return new SnsAlerts(snsClient(settings), topic);
  throw new ConfigError(
    'ALERT_TOPIC_MISSING',
    'The configuration has `alerts.emails`, but no topic was made for them.',
    {
      remedy: 'Deploy the stack again: it makes the topic and names it in LANDFALL_ALERT_TOPIC.',
    },
  );
}

/** Conditional writes of one record that meet are over in milliseconds. */
const CONTENDED_BACKOFF = { baseMs: 20, maxMs: 1_000 };

export function ledgerOf(config: LandfallConfig, client: S3Client): S3Ledger {
  const pause = (attempt: number) => systemClock.sleep(backoffMs(attempt, CONTENDED_BACKOFF, Math.random));
  return new S3Ledger({ client, ...config.target, pause });
}

export function directionsOf(settings: HandlerSettings, config: LandfallConfig): Directions {
  return {
    objects: settings.LANDFALL_OBJECTS ?? `s3://${config.target.bucket}/`,
    replayCommand: wordsOf(settings.LANDFALL_REPLAY_COMMAND),
    logs: settings.LANDFALL_LOGS ?? `CloudWatch log group ${settings.AWS_LAMBDA_LOG_GROUP_NAME ?? 'of the extractor'}`,
  };
}
