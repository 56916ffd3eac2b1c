import type { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Job } from './subject.ts';

/** How most send a stream to S3: the SDK's own Upload with its defaults. */
export async function upload(
  { s3: { endpoint, bucket } }: Job,
  key: string,
  body: Readable | Uint8Array,
): Promise<void> {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await new Upload({ client, params: { Bucket: bucket, Key: key, Body: body } }).done();
  client.destroy();
}
