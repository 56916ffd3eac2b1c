import { CreateMultipartUploadCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { S3UploadStore } from '../../shared/landing/s3-upload-store.ts';
import type { OpenUpload } from '../../shared/landing/upload-store.ts';
import { startTestS3, type TestS3 } from '../support/s3.ts';

let s3: TestS3;
let store: S3UploadStore;
beforeEach(async () => {
  s3 = await startTestS3();
  store = new S3UploadStore(s3.client, s3.bucket);
});
afterEach(() => s3.close());

async function begin(key: string): Promise<string> {
  const { UploadId: uploadId } = await s3.client.send(
    new CreateMultipartUploadCommand({ Bucket: s3.bucket, Key: key }),
  );
  return uploadId!;
}

async function listed(prefix = ''): Promise<OpenUpload[]> {
  const uploads: OpenUpload[] = [];
  for await (const upload of store.list(prefix)) uploads.push(upload);
  return uploads;
}

describe('the unfinished uploads of a bucket', () => {
  it('are listed below the prefix, by key, with the time they began', async () => {
    const beforeMs = Date.now();
    await begin('raw/b');
    await begin('raw/a');
    await begin('other/a');
    const uploads = await listed('raw/');
    expect(uploads.map(({ key }) => key)).toEqual(['raw/a', 'raw/b']);
    for (const { startedAtMs } of uploads) {
      // S3 tells whole seconds.
      expect(startedAtMs).toBeGreaterThan(beforeMs - 1_000);
      expect(startedAtMs).toBeLessThanOrEqual(Date.now());
    }
    expect(await listed('none/')).toEqual([]);
  });

  it('are all listed, over any number of pages, several of one key too', async () => {
    const ids: string[] = [];
    for (const key of ['raw/a', 'raw/a', 'raw/a b+c', 'raw/a b+c', 'raw/größe 100%', 'raw/z'])
      ids.push(await begin(key));
    s3.client.middlewareStack.add((next) => (args) => next({ ...args, input: { ...args.input, MaxUploads: 1 } }), {
      step: 'initialize',
    });
    const uploads = await listed('raw/');
    expect(uploads.map(({ uploadId }) => uploadId).toSorted()).toEqual(ids.toSorted());
    expect(uploads.map(({ key }) => key)).toEqual([
      'raw/a',
      'raw/a',
      'raw/a b+c',
      'raw/a b+c',
      'raw/größe 100%',
      'raw/z',
    ]);
  });

  it('end one by one, without harm to the object at the same key', async () => {
    const key = 'raw/a';
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: 'landed' }));
    const [first, second] = [await begin(key), await begin(key)];
    expect(await store.abort({ key, uploadId: first, startedAtMs: 0 })).toBe(true);
    expect((await listed()).map(({ uploadId }) => uploadId)).toEqual([second]);
    const object = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: key }));
    expect(await object.Body!.transformToString()).toBe('landed');
  });

  it('that have ended already are no failure', async () => {
    const key = 'raw/a';
    const uploadId = await begin(key);
    expect(await store.abort({ key, uploadId, startedAtMs: 0 })).toBe(true);
    expect(await store.abort({ key, uploadId, startedAtMs: 0 })).toBe(false);
  });
});

describe('a bucket that does not give its uploads', () => {
  it('because it is not there says so', async () => {
    store = new S3UploadStore(s3.client, 'no-such-bucket');
    await expect(listed()).rejects.toMatchObject({ code: 'BUCKET_NOT_FOUND', retry: 'permanent' });
  });

  it.each(['ListMultipartUploads', 'AbortMultipartUpload'] as const)(
    'because %s is denied names the two permissions',
    async (operation) => {
      const uploadId = await begin('raw/a');
      const action = { kind: 'status', status: 403, code: 'AccessDenied' } as const;
      s3.endpoint.faults.add({ match: { operation }, action });
      const work =
        operation === 'ListMultipartUploads' ? listed() : store.abort({ key: 'raw/a', uploadId, startedAtMs: 0 });
      await expect(work).rejects.toMatchObject({
        code: 'LANDING_DENIED',
        retry: 'permanent',
        message: expect.stringContaining('AccessDenied'),
        remedy: expect.stringMatching(/s3:ListBucketMultipartUploads .* s3:AbortMultipartUpload/),
      });
    },
  );

  it('because nobody is signed in says what to do', async () => {
    s3.client.middlewareStack.add(
      () => () => Promise.reject(Object.assign(new Error('No credentials.'), { name: 'CredentialsProviderError' })),
      { step: 'finalizeRequest' },
    );
    await expect(listed()).rejects.toMatchObject({ remedy: expect.stringContaining('AWS_PROFILE') });
  });
});
