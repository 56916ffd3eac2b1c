import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseConfig } from '../../shared/config/parse-config.ts';
import { cleanUploads } from '../../shared/flow/clean-uploads.ts';
import { S3Landing } from '../../shared/landing/s3-landing.ts';
import { S3UploadStore } from '../../shared/landing/s3-upload-store.ts';
import type { OpenUpload } from '../../shared/landing/upload-store.ts';
import { startTestS3, type TestS3 } from '../support/s3.ts';

const SLICE_BYTES = 5 * 1024 * 1024;
const FOLDER = 'shop/public/orders/run_id=20261122T030000Z/';
const KILLED = `${FOLDER}part-000-00000.csv`;
const RUNNING = `${FOLDER}part-001-00000.csv`;
/** Between the two uploads; S3 tells whole seconds. */
const BETWEEN_MS = 2_500;

let s3: TestS3;
beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3?.close());

/** A worker that is killed in the middle of an upload, of which some slices have arrived. */
async function killAnUploader(): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'uploading-child.ts'), s3.endpoint.endpoint, s3.bucket, KILLED],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const closed = once(child, 'close');
  while (child.exitCode === null && storedSlices().length === 0) await setTimeout(10);
  child.kill('SIGKILL');
  expect(await closed).toEqual([null, 'SIGKILL']);
}

async function openUploads(): Promise<OpenUpload[]> {
  const uploads: OpenUpload[] = [];
  for await (const upload of new S3UploadStore(s3.client, s3.bucket).list('')) uploads.push(upload);
  return uploads;
}

function storedSlices(): string[] {
  return readdirSync(join(s3.rootFolder, '.landfall/s3/uploads'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.bin'),
  );
}

it('what a killed worker left is given back, while the upload of a running one lands whole', async () => {
  await killAnUploader();
  expect((await openUploads()).map(({ key }) => key)).toEqual([KILLED]);
  expect(storedSlices().length).toBeGreaterThan(0);
  await setTimeout(BETWEEN_MS);

  const goOn = Promise.withResolvers<void>();
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(2 * SLICE_BYTES, 1);
    await goOn.promise;
    yield Buffer.alloc(SLICE_BYTES, 2);
  }
  const request = { key: RUNNING, attemptId: 'running', contentType: 'text/csv', metadata: {} };
  const landing = new S3Landing({ client: s3.client, bucket: s3.bucket, sliceBytes: SLICE_BYTES });
  const landed = landing.land(request, body(), async () => undefined, new AbortController().signal);
  while ((await openUploads()).length < 2) await setTimeout(20);

  const running = (await openUploads()).find(({ key }) => key === RUNNING)!;
  const config = parseConfig(
    JSON.stringify({
      version: 1,
      target: { bucket: s3.bucket },
      sources: { shop: { dialect: 'postgres', secret: 'env:SHOP_DB', tables: { 'public.orders': {} } } },
    }),
    'landfall.yaml',
  );
  const uploads = new S3UploadStore(s3.client, s3.bucket);
  const clock = { now: () => running.startedAtMs + 500 };
  const report = await cleanUploads({ olderThanMs: 1_000, apply: true }, { config, uploads, clock });
  expect(report).toMatchObject({
    abandoned: [{ key: KILLED, table: { source: 'shop', table: 'public.orders' }, outcome: 'aborted' }],
    foreign: [],
    young: 1,
  });
  expect((await openUploads()).map(({ key }) => key)).toEqual([RUNNING]);

  goOn.resolve();
  expect(await landed).toMatchObject({ status: 'landed', written: { bytes: 3 * SLICE_BYTES } });
  const head = await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: RUNNING }));
  expect(head.ContentLength).toBe(3 * SLICE_BYTES);
  const { Contents: objects = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket }));
  expect(objects.map(({ Key: key }) => key)).toEqual([RUNNING]);
  expect([await openUploads(), storedSlices()]).toEqual([[], []]);
});
