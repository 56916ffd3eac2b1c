import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsCallLog } from './aws-call-log.ts';
import type { FleetSettings } from './settings.ts';

/** No request of the SDK may wait for ever; one part of 8 MiB needs far less than the socket's time. */
const REQUEST_HANDLER = { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true };
const MAX_ATTEMPTS = 5;

/** What a client needs; without a region or with a profile the SDK looks into the AWS configuration files. */
export interface ClientSettings
  extends Pick<
    FleetSettings,
    'AWS_ENDPOINT_URL_S3' | 'AWS_ENDPOINT_URL_SQS' | 'AWS_ENDPOINT_URL_SNS' | 'AWS_ENDPOINT_URL_SECRETS_MANAGER'
  > {
  readonly AWS_REGION?: string | undefined;
  readonly AWS_PROFILE?: string | undefined;
  /** Told of each call; a handler's settings have it from its cold start. */
  readonly callLog?: AwsCallLog | undefined;
}

export function s3Client(settings: ClientSettings): S3Client {
  const endpoint = settings.AWS_ENDPOINT_URL_S3;
  return new S3Client({ ...clientSettings(settings, endpoint), forcePathStyle: endpoint !== undefined });
}

export function sqsClient(settings: ClientSettings): SQSClient {
  return new SQSClient(clientSettings(settings, settings.AWS_ENDPOINT_URL_SQS));
}

export function snsClient(settings: ClientSettings): SNSClient {
  return new SNSClient(clientSettings(settings, settings.AWS_ENDPOINT_URL_SNS));
}

export function secretsClient(settings: ClientSettings): SecretsManagerClient {
  return new SecretsManagerClient(clientSettings(settings, settings.AWS_ENDPOINT_URL_SECRETS_MANAGER));
}

function clientSettings(settings: ClientSettings, endpoint: string | undefined) {
  const { AWS_REGION: region, AWS_PROFILE: profile, callLog: logger } = settings;
  const own = {
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
    ...(logger !== undefined && { logger }),
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: { ...REQUEST_HANDLER },
  };
  if (endpoint === undefined) return own;
  return isLoopback(endpoint) ? { ...own, ...LOOPBACK_IDENTITY, endpoint } : { ...own, endpoint };
}

/** A service on this very machine is an emulated one and must never be shown real credentials. */
const LOOPBACK_IDENTITY = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

function isLoopback(endpoint: string): boolean {
  return new URL(endpoint).hostname === '127.0.0.1';
}
