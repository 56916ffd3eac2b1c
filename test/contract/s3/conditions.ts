import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, it } from '@jest/globals';
import { type CurrentSubject, getText, put, refusal, type Subject } from './subject.ts';

const LOST = { code: 'PreconditionFailed', status: 412 };

/** An upload of one part that only has to be completed. */
async function prepare({ client, bucket, prefix }: Subject, key: string, body: string) {
  const where = { Bucket: bucket, Key: prefix + key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(where));
  const part = await client.send(new UploadPartCommand({ ...where, UploadId, PartNumber: 1, Body: body }));
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag: part.ETag }] };
  return (condition: { IfNoneMatch?: string; IfMatch?: string }) =>
    client.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload, ...condition }));
}

function isWin<T>(result: PromiseSettledResult<T>): result is PromiseFulfilledResult<T> {
  return result.status === 'fulfilled';
}

function codesOf(results: PromiseSettledResult<unknown>[]): Set<string> {
  const lost = results.filter((result) => result.status === 'rejected');
  return new Set(lost.map(({ reason }) => (reason as Error).name));
}

export function describeConditions(subject: CurrentSubject): void {
  it('puts with If-None-Match: * only where nothing is', async () => {
    await put(subject(), 'once', 'first', { IfNoneMatch: '*' });
    expect(await refusal(put(subject(), 'once', 'second', { IfNoneMatch: '*' }))).toEqual(LOST);
    expect(await getText(subject(), 'once')).toBe('first');
  });

  it('puts with If-Match only over that very object', async () => {
    const { ETag } = await put(subject(), 'pointer', 'v1');
    const { ETag: next } = await put(subject(), 'pointer', 'v2', { IfMatch: ETag });
    expect(await refusal(put(subject(), 'pointer', 'v3', { IfMatch: ETag }))).toEqual(LOST);
    expect(await getText(subject(), 'pointer')).toBe('v2');
    await put(subject(), 'pointer', 'v4', { IfMatch: next });
    const missing = put(subject(), 'no-pointer', 'v1', { IfMatch: ETag });
    expect(await refusal(missing)).toEqual({ code: 'NoSuchKey', status: 404 });
  });

  it('lets exactly one of 20 concurrent conditional puts win', async () => {
    const bodies = Array.from({ length: 20 }, (_, at) => `writer ${at}`);
    const results = await Promise.allSettled(bodies.map((body) => put(subject(), 'race', body, { IfNoneMatch: '*' })));
    expect(results.filter(isWin)).toHaveLength(1);
    // Real S3 may tell a loser to try again instead of telling it that it has lost.
    for (const code of codesOf(results)) expect(['PreconditionFailed', 'ConditionalRequestConflict']).toContain(code);
    expect(await getText(subject(), 'race')).toBe(`writer ${results.findIndex(isWin)}`);
  });

  it('lets exactly one of 10 concurrent puts with the same If-Match win', async () => {
    const { ETag } = await put(subject(), 'swap', 'start');
    const calls = Array.from({ length: 10 }, (_, at) => put(subject(), 'swap', `next ${at}`, { IfMatch: ETag }));
    const results = await Promise.allSettled(calls);
    expect(results.filter(isWin)).toHaveLength(1);
    expect(await getText(subject(), 'swap')).toBe(`next ${results.findIndex(isWin)}`);
  });

  it('lets exactly one of several concurrent conditional completions win', async () => {
    const bodies = Array.from({ length: 6 }, (_, at) => `upload ${at}`);
    const completions = await Promise.all(bodies.map((body) => prepare(subject(), 'race-upload', body)));
    const results = await Promise.allSettled(completions.map((complete) => complete({ IfNoneMatch: '*' })));
    expect(results.filter(isWin)).toHaveLength(1);
    for (const code of codesOf(results)) expect(['PreconditionFailed', 'ConditionalRequestConflict']).toContain(code);
    expect(await getText(subject(), 'race-upload')).toBe(`upload ${results.findIndex(isWin)}`);
  });

  it('completes with If-Match only over that very object', async () => {
    const { ETag } = await put(subject(), 'match/upload', 'before');
    const [first, second] = await Promise.all([
      prepare(subject(), 'match/upload', 'first'),
      prepare(subject(), 'match/upload', 'second'),
    ]);
    await first({ IfMatch: ETag as string });
    expect(await refusal(second({ IfMatch: ETag as string }))).toEqual(LOST);
    expect(await getText(subject(), 'match/upload')).toBe('first');
    const onMissing = await prepare(subject(), 'match/missing', 'x');
    expect(await refusal(onMissing({ IfMatch: ETag as string }))).toEqual({ code: 'NoSuchKey', status: 404 });
  });

  it('reads on conditions', async () => {
    const { client, bucket, prefix } = subject();
    const { ETag } = await put(subject(), 'read', 'body');
    const where = { Bucket: bucket, Key: `${prefix}read` };
    const call = (condition: object) => client.send(new GetObjectCommand({ ...where, ...condition }));
    expect((await call({ IfMatch: ETag })).ETag).toBe(ETag);
    expect(await refusal(call({ IfMatch: '"00000000000000000000000000000000"' }))).toEqual(LOST);
    expect((await refusal(call({ IfNoneMatch: ETag }))).status).toBe(304);
    expect((await refusal(call({ IfModifiedSince: new Date(Date.now() + 1000) }))).status).toBe(304);
    expect((await refusal(call({ IfUnmodifiedSince: new Date(0) }))).status).toBe(412);
    const head = client.send(new HeadObjectCommand({ ...where, IfNoneMatch: ETag }));
    expect((await refusal(head)).status).toBe(304);
  });
}
