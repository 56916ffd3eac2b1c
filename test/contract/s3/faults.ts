import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { startTestS3, type TestS3 } from '../../support/s3.ts';
import { begin } from './multipart.ts';
import { refusal } from './subject.ts';

/** What only our endpoint can do: go wrong on demand. */
export function describeFaults(): void {
  let s3: TestS3;
  beforeAll(async () => {
    s3 = await startTestS3();
  });
  afterEach(() => s3.endpoint.faults.clear());
  afterAll(() => s3.close());

  const put = (key: string, more: object = {}) =>
    s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: 'body', ...more }));
  const head = (key: string) => s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: key }));

  it('answers with a status as often as planned, which the SDK tries again', async () => {
    const slow = { kind: 'status', status: 503, code: 'SlowDown' } as const;
    const fault = s3.endpoint.faults.add({ match: { operation: 'PutObject', key: 'slow' }, action: slow });
    await put('other');
    expect(fault.hits).toBe(0);
    await put('slow');
    expect(fault.hits).toBe(1);
    const broken = { kind: 'status', status: 500, code: 'InternalError' } as const;
    s3.endpoint.faults.add({ match: { operation: 'PutObject', key: /^br/g }, times: 3, action: broken });
    expect(await refusal(put('broken'))).toEqual({ code: 'InternalError', status: 500 });
    await put('broken');
  });

  it('gives a conflict on a conditional completion', async () => {
    const { part, complete } = await begin({ ...s3, prefix: '' }, 'conflict');
    const { ETag } = await part(1, Buffer.from('x'));
    const action = { kind: 'status', status: 409, code: 'ConditionalRequestConflict' } as const;
    s3.endpoint.faults.add({ match: { operation: 'CompleteMultipartUpload' }, action });
    const call = complete([{ PartNumber: 1, ETag }], { IfNoneMatch: '*' });
    expect(await refusal(call)).toEqual({ code: 'ConditionalRequestConflict', status: 409 });
    expect((await refusal(head('conflict'))).status).toBe(404);
  });

  it('loses the response after the work: the next attempt finds its own object', async () => {
    const fault = s3.endpoint.faults.add({ match: { operation: 'PutObject' }, action: { kind: 'lost-response' } });
    const call = put('lost', { IfNoneMatch: '*', Metadata: { attempt: 'mine' } });
    expect(await refusal(call)).toEqual({ code: 'PreconditionFailed', status: 412 });
    expect(fault.hits).toBe(1);
    expect((await head('lost')).Metadata).toEqual({ attempt: 'mine' });
  });

  it('holds a request until it is let go, and does nothing for a client that has left', async () => {
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    const held = s3.endpoint.faults.add({ match: { key: /^held/ }, times: 2, action: { kind: 'hold', until } });
    const leaving = new AbortController();
    const left = s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'held-left', Body: 'body' }), {
      abortSignal: leaving.signal,
    });
    const waiting = put('held-waiting');
    while (held.hits < 2) await setTimeout(5);
    leaving.abort();
    await expect(left).rejects.toThrow();
    expect((await refusal(head('held-waiting'))).status).toBe(404);
    release();
    await waiting;
    await head('held-waiting');
    expect((await refusal(head('held-left'))).status).toBe(404);
  });

  it('cuts the connection before the work', async () => {
    const action = { kind: 'cut-connection' } as const;
    s3.endpoint.faults.add({ match: { operation: 'PutObject' }, times: 3, action });
    await expect(put('cut')).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect((await refusal(head('cut'))).status).toBe(404);
    await put('cut');
  });

  it('delays', async () => {
    s3.endpoint.faults.add({ match: { operation: 'HeadObject' }, action: { kind: 'delay', ms: 150 } });
    await put('late');
    const before = performance.now();
    await head('late');
    expect(performance.now() - before).toBeGreaterThanOrEqual(140);
  });

  it.each(['PutObject', 'UploadPart', 'CreateMultipartUpload', 'CompleteMultipartUpload'] as const)(
    'meets a full disk in %s and leaves nothing behind',
    async (operation) => {
      const full = { code: 'InsufficientStorage', status: 507 };
      s3.endpoint.faults.add({ match: { operation }, action: { kind: 'disk-full' } });
      const subject = { ...s3, prefix: 'full/' };
      if (operation === 'PutObject') {
        const call = put('full/deep/put', { Body: Buffer.alloc(3_000_000) });
        await expect(call).rejects.toThrow(`The disk of the local endpoint is full: free space under ${s3.rootFolder}`);
      } else if (operation === 'CreateMultipartUpload') {
        expect(await refusal(begin(subject, operation))).toEqual(full);
      } else {
        const { part, complete, abort } = await begin(subject, operation);
        if (operation === 'UploadPart') {
          expect(await refusal(part(1, Buffer.alloc(3_000_000)))).toEqual(full);
        } else {
          const { ETag } = await part(1, Buffer.from('x'));
          expect(await refusal(complete([{ PartNumber: 1, ETag }]))).toEqual(full);
          expect((await refusal(head('full/CompleteMultipartUpload'))).status).toBe(404);
        }
        await abort();
      }
      expect(await readdir(join(s3.rootFolder, s3.bucket))).not.toContain('full');
      const state = join(s3.rootFolder, '.landfall', 's3');
      expect(await readdir(join(state, 'uploads'))).not.toContain(operation);
      const left = await readdir(join(state, 'tmp'), { recursive: true, withFileTypes: true });
      expect(left.filter((entry) => entry.isFile())).toEqual([]);
    },
  );

  it('meets every operation and key when the plan names none, until it is taken back', async () => {
    const action = { kind: 'status', status: 403, code: 'AccessDenied' } as const;
    const fault = s3.endpoint.faults.add({ match: {}, times: 10, action });
    const list = () => s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket }));
    const get = s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: 'any' }));
    expect(await refusal(get)).toEqual({ code: 'AccessDenied', status: 403 });
    expect((await refusal(list())).status).toBe(403);
    fault.remove();
    expect((await list()).$metadata.httpStatusCode).toBe(200);
  });
}
