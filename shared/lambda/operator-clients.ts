import type { S3Client } from '@aws-sdk/client-s3';
import { ConfigError } from '../core/errors.ts';
import { s3Client } from './aws-clients.ts';
import type { Environment } from './settings.ts';

/**
 * S3 for a person at a terminal: the credentials that the AWS command line would use, the region of the environment.
 * @throws ConfigError when the environment names no region
 * @see https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/setting-credentials-node.html
 */
export function operatorS3Client(environment: Environment): S3Client {
  const { AWS_REGION: own, AWS_DEFAULT_REGION: fallback, AWS_ENDPOINT_URL_S3: endpoint } = environment;
  const region = own || fallback;
  if (region === undefined || region === '') {
    throw new ConfigError('REGION_MISSING', 'The environment does not say in which AWS region the bucket is.', {
      remedy: 'Set AWS_REGION, such as AWS_REGION=eu-central-1.',
    });
  }
  return s3Client({ AWS_REGION: region, AWS_ENDPOINT_URL_S3: endpoint });
}
