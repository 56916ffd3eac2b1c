import type { S3Client } from '@aws-sdk/client-s3';
import { type Command, Option } from 'commander';
import { withOutBucket } from '../local/fleet/out-bucket.ts';
import { operatorS3Client } from '../shared/lambda/operator-s3.ts';
import { processEnvironment } from '../shared/lambda/settings.ts';
import { addConfigOptions, type ConfigOptions } from './fleet-options.ts';

/** Options of every command that works on what has landed, and runs no fleet. */
export interface BucketOptions extends ConfigOptions {
  readonly aws: boolean;
}

export function addBucketOptions(command: Command): Command {
  return addConfigOptions(command).addOption(
    new Option('--aws', 'the bucket in AWS, instead of a folder').default(false).conflicts('out'),
  );
}

/**
 * Gives `work` a client for the bucket in AWS, or for the one in a local fleet's folder.
 * @throws ConfigError for a folder that cannot be used now, or an environment without a region
 */
export async function withBucket<T>(options: BucketOptions, work: (client: S3Client) => Promise<T>): Promise<T> {
  if (!options.aws) return withOutBucket(options.out, work);
  const client = operatorS3Client(processEnvironment());
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
