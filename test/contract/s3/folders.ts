import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startTestS3, type TestS3 } from '../../support/s3.ts';
import { begin } from './multipart.ts';
import { refusal } from './subject.ts';

/** What only our endpoint has: files in a folder, and its own restart. */
export function describeFolders(): void {
  let rootFolder: string;
  let s3: TestS3;
  beforeEach(async () => {
    rootFolder = await mkdtemp(join(tmpdir(), 'landfall-s3-'));
    s3 = await startTestS3({ rootFolder });
  });
  afterEach(async () => {
    await s3.close();
    await rm(rootFolder, { recursive: true, force: true });
  });

  const where = (key: string) => ({ Bucket: s3.bucket, Key: key });
  const put = (key: string, Body: string, more: object = {}) =>
    s3.client.send(new PutObjectCommand({ ...where(key), Body, ...more }));
  const head = (key: string) => s3.client.send(new HeadObjectCommand({ ...where(key), ChecksumMode: 'ENABLED' }));
  const file = (key: string) => join(rootFolder, s3.bucket, key);
  const restart = async () => {
    await s3.close();
    s3 = await startTestS3({ rootFolder });
  };

  it('keeps an object as the plain file of its key, and nothing else in the bucket', async () => {
    await put('a/b c+d/ü.txt', 'plain');
    expect(await readFile(file('a/b c+d/ü.txt'), 'utf8')).toBe('plain');
    expect(await readdir(join(rootFolder, s3.bucket), { recursive: true })).toEqual(
      expect.arrayContaining(['a', 'a/b c+d', 'a/b c+d/ü.txt']),
    );
    expect((await readdir(rootFolder)).sort()).toEqual(['.landfall', s3.bucket]);
  });

  it('removes folders that a delete has emptied, up to the bucket', async () => {
    await put('x/y/z/1', '1');
    await put('x/2', '2');
    await s3.client.send(new DeleteObjectCommand(where('x/y/z/1')));
    expect(await readdir(file('x'))).toEqual(['2']);
    await s3.client.send(new DeleteObjectCommand(where('x/2')));
    expect(await readdir(join(rootFolder, s3.bucket))).toEqual([]);
  });

  it('writes next to folders that are being removed', async () => {
    const rounds = Array.from({ length: 40 }, async (_, at) => {
      await put(`busy/${at % 3}/${at}`, 'x');
      await s3.client.send(new DeleteObjectCommand(where(`busy/${at % 3}/${at}`)));
    });
    await Promise.all(rounds);
    expect(await readdir(join(rootFolder, s3.bucket))).toEqual([]);
  });

  it('refuses a key that is the folder of other keys', async () => {
    await put('folder/key', 'x');
    expect((await refusal(put('folder', 'x'))).code).toBe('InvalidArgument');
    expect((await refusal(put('folder/key/below', 'x'))).code).toBe('InvalidArgument');
    expect((await refusal(put('folder', 'x', { IfNoneMatch: '*' }))).code).toBe('InvalidArgument');
    expect((await refusal(head('folder'))).status).toBe(404);
    expect((await refusal(head('folder/key/below'))).status).toBe(404);
    await s3.client.send(new DeleteObjectCommand(where('folder')));
    expect(await readFile(file('folder/key'), 'utf8')).toBe('x');
  });

  it('makes and lists buckets', async () => {
    await s3.client.send(new CreateBucketCommand({ Bucket: 'another.bucket-1' }));
    const again = s3.client.send(new CreateBucketCommand({ Bucket: 'another.bucket-1' }));
    expect((await refusal(again)).code).toBe('BucketAlreadyOwnedByYou');
    const { Buckets } = await s3.client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['another.bucket-1', s3.bucket]);
  });

  it('serves files that somebody put into the folder', async () => {
    await mkdir(file('by/hand'), { recursive: true });
    await writeFile(file('by/hand/file.txt'), 'by hand');
    const got = await s3.client.send(new GetObjectCommand(where('by/hand/file.txt')));
    expect(await got.Body?.transformToString()).toBe('by hand');
    expect(got).toMatchObject({ Metadata: {}, ETag: expect.stringMatching(/^"[0-9a-f]{32}-0"$/) });
    const { Contents } = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket }));
    expect(Contents).toMatchObject([{ Key: 'by/hand/file.txt', ETag: got.ETag, Size: 7 }]);
    await put('by/hand/file.txt', 'ours', { IfMatch: got.ETag });
  });

  it('does not give a file that was changed by hand the facts of what was put', async () => {
    await put('changed', 'before', { Metadata: { rows: '1' } });
    await writeFile(file('changed'), 'by hand');
    expect(await head('changed')).toMatchObject({
      Metadata: {},
      ContentLength: 7,
      ETag: expect.stringMatching(/-0"$/),
    });
  });

  it('keeps objects, their facts and open uploads over a restart', async () => {
    await put('kept', 'body', { Metadata: { a: '1' }, ContentType: 'text/plain' });
    const before = await head('kept');
    const { upload, part } = await begin({ ...s3, prefix: '' }, 'resumed', { Metadata: { b: '2' } });
    const { ETag } = await part(1, Buffer.from('part'));
    await restart();
    const { $metadata: _, ...facts } = await head('kept');
    expect(before).toMatchObject(facts);
    expect(facts).toMatchObject({ Metadata: { a: '1' }, ContentType: 'text/plain', ChecksumType: 'FULL_OBJECT' });
    expect((await s3.client.send(new ListPartsCommand(upload))).Parts).toMatchObject([
      { PartNumber: 1, ETag, Size: 4 },
    ]);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }));
    expect((await head('resumed')).Metadata).toEqual({ b: '2' });
  });

  it('shows the old object whole after a kill between the facts and the rename', async () => {
    await put('killed', 'old', { Metadata: { version: 'old' } });
    // The files as a killed process leaves them: the new facts and the complete temporary file are there.
    await rename(file('killed'), file('aside'));
    await put('killed', 'new', { Metadata: { version: 'new' } });
    const temp = join(rootFolder, '.landfall', 's3', 'tmp', '2147483646-killed');
    await mkdir(temp);
    await rename(file('killed'), join(temp, 'unfinished'));
    await rename(file('aside'), file('killed'));
    await restart();
    expect(await head('killed')).toMatchObject({ Metadata: { version: 'old' }, ContentLength: 3 });
    expect(await readFile(file('killed'), 'utf8')).toBe('old');
    expect(await readdir(join(rootFolder, '.landfall', 's3', 'tmp'))).toHaveLength(1);
    const { Contents } = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['killed']);
  });

  it.each(['..', '.', 'a/../b', 'a/./b', '../../escape', 'a//b', 'a/', 'back\\slash', 'nul\0byte', '/absolute'])(
    'refuses the key %j',
    async (key) => {
      const encoded = key.split('/').map(encodeURIComponent).join('/');
      const { status, body } = await raw(s3, 'PUT', `/${s3.bucket}/${encoded}`, 'x');
      expect({ status, code: /<Code>(\w+)</.exec(body)?.[1] }).toEqual({ status: 400, code: 'InvalidArgument' });
      const slashes = await raw(s3, 'GET', `/${s3.bucket}/${encodeURIComponent(key)}`);
      expect(slashes.status).toBe(400);
      expect((await readdir(rootFolder)).sort()).toEqual(['.landfall', s3.bucket]);
      expect(await readdir(join(rootFolder, s3.bucket))).toEqual([]);
    },
  );

  it('refuses keys that are too long for S3 or for a file', async () => {
    expect((await refusal(put('k'.repeat(300), 'x'))).code).toBe('KeyTooLongError');
    expect((await refusal(put('k/'.repeat(512).concat('kk'), 'x'))).code).toBe('KeyTooLongError');
  });

  it('follows no symbolic link out of a bucket', async () => {
    await writeFile(join(rootFolder, 'secret'), 'secret');
    await symlink(rootFolder, file('out'));
    await symlink(join(rootFolder, 'secret'), file('link'));
    expect((await refusal(head('out/secret'))).status).toBe(403);
    expect((await refusal(put('out/new', 'x'))).code).toBe('AccessDenied');
    expect((await refusal(head('link'))).status).toBe(404);
    const { KeyCount } = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket }));
    expect(KeyCount).toBe(0);
    await put('link', 'ours');
    expect(await readFile(join(rootFolder, 'secret'), 'utf8')).toBe('secret');
  });

  it.each([
    ['GET', '/bucket-x?versioning', '501'],
    ['GET', '/test-bucket', '501'],
    ['GET', '/test-bucket/key?tagging', '501'],
    ['PUT', '/test-bucket/key?acl', '501'],
    ['OPTIONS', '/test-bucket', '501'],
    ['GET', '/test-bucket/%E0%A4%A', '400'],
    ['GET', '/test-bucket?list-type=2&max-keys=-1', '400'],
    ['GET', '/test-bucket?list-type=2&continuation-token=bogus', '400'],
    ['PUT', '/UPPER', '400'],
  ])('answers %s %s with %s and an error document', async (method, path, status) => {
    const answer = await raw(s3, method, path, method === 'PUT' ? '' : undefined);
    expect(String(answer.status)).toBe(status);
    expect(answer.body).toMatch(
      /^<\?xml.*\n<Error><Code>\w+<\/Code><Message>.+<\/Message>.*<RequestId>\w{16}<\/RequestId><\/Error>$/,
    );
  });

  it('refuses requests that a web page made a browser send, and hosts that are not this machine', async () => {
    expect((await raw(s3, 'GET', '/', undefined, { origin: 'https://example.com' })).status).toBe(403);
    expect((await raw(s3, 'GET', '/', undefined, { host: 'test-bucket.example.com' })).status).toBe(400);
  });
}

/** A request as it is, without what an SDK would make of its path. */
function raw(
  s3: TestS3,
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(s3.endpoint.endpoint);
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text })).on('error', reject);
  });
  sent.on('error', reject).end(body);
  return promise;
}
