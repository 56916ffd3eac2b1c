import { setTimeout } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { localClientConfig } from '../../local/aws/local-client.ts';
import { S3Landing } from '../../shared/landing/s3-landing.ts';

/** Uploads an object without end, a slice at a time; its parent kills it. */
const [endpoint = '', bucket = '', key = ''] = process.argv.slice(2);
const SLICE_BYTES = 5 * 1024 * 1024;
const client = new S3Client({ ...localClientConfig(endpoint), forcePathStyle: true });

async function* endless(): AsyncGenerator<Uint8Array> {
  for (let slice = 0; ; slice++) {
    yield Buffer.alloc(SLICE_BYTES, slice);
    await setTimeout(50);
  }
}

await new S3Landing({ client, bucket, sliceBytes: SLICE_BYTES }).land(
  { key, attemptId: 'killed', contentType: 'text/csv', metadata: {} },
  endless(),
  async () => undefined,
  new AbortController().signal,
);
