import { S3Client } from '@aws-sdk/client-s3';
import { lockFolder } from '../aws/folder-lock.ts';
import { localClientConfig } from '../aws/local-client.ts';
import { startS3Endpoint } from '../s3/endpoint.ts';
import { existingOutFolder } from './out-folder.ts';
import { Closers } from './services.ts';

/**
 * Gives `work` the buckets in a local fleet's folder, which no fleet may use meanwhile.
 * @throws ConfigError for a folder that is in use, or in which no fleet has worked
 */
export async function withOutBucket<T>(outPath: string, work: (client: S3Client) => Promise<T>): Promise<T> {
  const out = existingOutFolder(outPath);
  const closers = new Closers();
  try {
    const lock = lockFolder(out.state);
    closers.add(() => lock.release());
    const s3 = await startS3Endpoint({ rootFolder: out.root, stateFolder: out.objects });
    closers.add(() => s3.close());
    const client = new S3Client({ ...localClientConfig(s3.endpoint), forcePathStyle: true });
    closers.add(() => client.destroy());
    return await work(client);
  } finally {
    await closers.close();
  }
}
