import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { ConfigError } from '../core/errors.ts';
import { s3Client, secretsClient, sqsClient } from './aws-clients.ts';
import type { Environment } from './settings.ts';

/** Which account and region a person works in; undefined for what the environment and the configuration files say. */
export interface AwsChoice {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

export interface OperatorClients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly secrets: SecretsManagerClient;
  destroy(): void;
}

/**
 * Clients for a person at a terminal: the credentials and the region that the AWS command line would use.
 * @throws ConfigError when nothing names a region
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/setting-credentials-node.html
 */
export async function operatorClients(choice: AwsChoice, environment: Environment): Promise<OperatorClients> {
  const settings = {
    AWS_REGION: choice.region ?? regionOf(environment, choice),
    AWS_PROFILE: choice.profile,
    AWS_ENDPOINT_URL_S3: environment.AWS_ENDPOINT_URL_S3,
    AWS_ENDPOINT_URL_SQS: environment.AWS_ENDPOINT_URL_SQS,
    AWS_ENDPOINT_URL_SNS: undefined,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: environment.AWS_ENDPOINT_URL_SECRETS_MANAGER,
  };
  const clients = { s3: s3Client(settings), sqs: sqsClient(settings), secrets: secretsClient(settings) };
  const destroy = () => {
    for (const client of Object.values(clients)) client.destroy();
  };
  try {
    await Promise.resolve(clients.s3.config.region());
  } catch (cause) {
    destroy();
    throw new ConfigError('REGION_MISSING', 'Nothing says in which AWS region the fleet is.', {
      cause,
      remedy:
        'Add --region, such as --region eu-central-1, or set AWS_REGION; or name the folder of a local run with --local.',
    });
  }
  return { ...clients, destroy };
}

/** The region of a chosen profile goes before that of the environment. */
function regionOf(environment: Environment, { profile }: AwsChoice): string | undefined {
  if (profile !== undefined) return undefined;
  return environment.AWS_REGION || environment.AWS_DEFAULT_REGION || undefined;
}
