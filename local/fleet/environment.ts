import type { OriginalFileBase } from '../../shared/config/original-file.ts';
import type { Environment } from '../../shared/lambda/settings.ts';
import { LOCAL_REGION } from '../aws/local-client.ts';
import type { SourceQueues } from '../aws/source-queues.ts';

export interface LocalEndpoints {
  readonly s3: string;
  /** SQS and SNS. */
  readonly queues: string;
  /** Secrets Manager; undefined to read `arn:` secrets from AWS itself. */
  readonly secrets: string | undefined;
}

export interface LocalFleetPlan {
  readonly configPath: string;
  readonly base: OriginalFileBase | undefined;
  readonly endpoints: LocalEndpoints;
  readonly queues: ReadonlyMap<string, SourceQueues>;
  readonly alertTopicArn: string | undefined;
  readonly logsPath: string;
  /** Folder of the bucket, ending with a slash. */
  readonly objectsPath: string;
  readonly replayCommand: string;
}

/** Receives of one message; fewer than in the cloud, as somebody is waiting. */
export const LOCAL_MAX_RECEIVE_COUNT = 3;
const RETRY_BASE_MS = 1_000;
const RETRY_MAX_MS = 15_000;
const OVERLAP_WAIT_MS = 1_000;

/** The environment that the very handlers of the cloud are given on one machine. */
export function fleetEnvironment(plan: LocalFleetPlan, own: Environment): Environment {
  const urls = [...plan.queues].map(([source, { queueUrl, deadLetterQueueUrl }]) => [
    source,
    { queueUrl, deadLetterQueueUrl },
  ]);
  return {
    ...own,
    AWS_REGION: own.AWS_REGION ?? LOCAL_REGION,
    AWS_ENDPOINT_URL_S3: plan.endpoints.s3,
    AWS_ENDPOINT_URL_SQS: plan.endpoints.queues,
    AWS_ENDPOINT_URL_SNS: plan.endpoints.queues,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: plan.endpoints.secrets ?? own.AWS_ENDPOINT_URL_SECRETS_MANAGER,
    LANDFALL_CONFIG: plan.configPath,
    LANDFALL_CONFIG_BASE: plan.base === undefined ? undefined : JSON.stringify(plan.base),
    LANDFALL_QUEUES: JSON.stringify(Object.fromEntries(urls)),
    LANDFALL_ALERT_TOPIC: plan.alertTopicArn,
    LANDFALL_LOGS: plan.logsPath,
    LANDFALL_OBJECTS: plan.objectsPath,
    LANDFALL_REPLAY_COMMAND: plan.replayCommand,
    LANDFALL_MAX_RECEIVE_COUNT: String(LOCAL_MAX_RECEIVE_COUNT),
    LANDFALL_RETRY_BASE_MS: String(RETRY_BASE_MS),
    LANDFALL_RETRY_MAX_MS: String(RETRY_MAX_MS),
    LANDFALL_OVERLAP_WAIT_MS: String(OVERLAP_WAIT_MS),
  };
}
