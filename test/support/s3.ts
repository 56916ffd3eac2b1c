import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { type S3Endpoint, type S3EndpointOptions, startS3Endpoint } from '../../local/s3/endpoint.ts';

export interface TestS3 {
  readonly endpoint: S3Endpoint;
  readonly client: S3Client;
  /** Is there already. */
  readonly bucket: string;
  /** The bucket's objects are files in `<rootFolder>/<bucket>`. */
  readonly rootFolder: string;
  close(): Promise<void>;
}

/** Our S3 endpoint on a folder of its own, with a bucket and a client. */
export async function startTestS3(options: Partial<S3EndpointOptions> = {}): Promise<TestS3> {
  const rootFolder = options.rootFolder ?? (await mkdtemp(join(tmpdir(), 'landfall-s3-')));
  const endpoint = await startS3Endpoint({ ...options, rootFolder });
  const bucket = 'test-bucket';
  await endpoint.createBucket(bucket);
  const client = clientOf(endpoint);
  return {
    endpoint,
    client,
    bucket,
    rootFolder,
    async close() {
      client.destroy();
      await endpoint.close();
      if (options.rootFolder === undefined) await rm(rootFolder, { recursive: true, force: true });
    },
  };
}

export function clientOf(endpoint: Pick<S3Endpoint, 'endpoint'>): S3Client {
  return new S3Client({
    endpoint: endpoint.endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 3,
  });
}
