import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
} from '@aws-sdk/client-s3';
import { expect, it } from '@jest/globals';
import { type CurrentSubject, getText, put, refusal } from './subject.ts';

const AWKWARD_KEYS = [
  'with space and  two.txt',
  'plus+sign.txt',
  'percent%20sign 100%.txt',
  'question?mark&ampersand=equals#hash.txt',
  'quote\'double"less<greater>.txt',
  'größe/日本語/𝒳 emoji 🎉.txt',
  'run_id=2026-01-02T03:04:05Z/part-0-0.parquet',
  'semi;colon,comma@at!bang*(paren)$~.txt',
  '.hidden/..dots../...txt',
];

export function describeObjects(subject: CurrentSubject): void {
  it('gives back what was put, with its headers and metadata', async () => {
    const { client, bucket, prefix } = subject();
    const answer = await put(subject(), 'plain.json', '{"a":1}', {
      ContentType: 'application/json',
      ContentEncoding: 'identity',
      ContentDisposition: 'attachment; filename="a.json"',
      ContentLanguage: 'en',
      CacheControl: 'max-age=60',
      Metadata: { rows: '12', 'attempt-id': 'a b' },
    });
    expect(answer.ETag).toBe(`"${createHash('md5').update('{"a":1}').digest('hex')}"`);
    for (const Command of [HeadObjectCommand, GetObjectCommand]) {
      const got = await client.send(new Command({ Bucket: bucket, Key: `${prefix}plain.json` }));
      expect(got).toMatchObject({
        ContentLength: 7,
        ContentType: 'application/json',
        ContentEncoding: 'identity',
        ContentDisposition: 'attachment; filename="a.json"',
        ContentLanguage: 'en',
        CacheControl: 'max-age=60',
        AcceptRanges: 'bytes',
        ETag: answer.ETag,
        Metadata: { rows: '12', 'attempt-id': 'a b' },
      });
      expect(Math.abs((got.LastModified?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
      if ('Body' in got) expect(await buffer(got.Body as Readable)).toEqual(Buffer.from('{"a":1}'));
    }
  });

  it('keeps empty objects and replaces objects', async () => {
    await put(subject(), 'replaced', 'first', { Metadata: { version: '1' } });
    await put(subject(), 'replaced', Buffer.alloc(0));
    const { client, bucket, prefix } = subject();
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: `${prefix}replaced` }));
    expect(head).toMatchObject({ ContentLength: 0, Metadata: {}, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' });
    expect(await getText(subject(), 'replaced')).toBe('');
  });

  it.each(AWKWARD_KEYS)('takes the key %s as it is', async (key) => {
    await put(subject(), key, `body of ${key}`);
    expect(await getText(subject(), key)).toBe(`body of ${key}`);
  });

  it.each([
    ['bytes=0-4', 'bytes 0-4/10', '01234'],
    ['bytes=5-', 'bytes 5-9/10', '56789'],
    ['bytes=-3', 'bytes 7-9/10', '789'],
    ['bytes=8-100', 'bytes 8-9/10', '89'],
    ['bytes=-100', 'bytes 0-9/10', '0123456789'],
  ])('serves the range %s', async (Range, contentRange, expected) => {
    const { client, bucket, prefix } = subject();
    await put(subject(), 'ranged', '0123456789');
    const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}ranged`, Range }));
    expect(got).toMatchObject({ ContentRange: contentRange, ContentLength: expected.length });
    expect(got.$metadata.httpStatusCode).toBe(206);
    expect((await buffer(got.Body as Readable)).toString()).toBe(expected);
  });

  it('refuses a range behind the end', async () => {
    const { client, bucket, prefix } = subject();
    await put(subject(), 'ranged', '0123456789');
    const get = client.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}ranged`, Range: 'bytes=10-' }));
    expect(await refusal(get)).toEqual({ code: 'InvalidRange', status: 416 });
  });

  it('streams an object of 30 MiB both ways', async () => {
    const { client, bucket, prefix } = subject();
    const block = randomBytes(1024 * 1024);
    const blocks = Array.from({ length: 30 }, () => block);
    const body = Readable.from(blocks);
    await put(subject(), 'large', body, { ContentLength: 30 * block.length });
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}large` }));
    expect(ContentLength).toBe(30 * block.length);
    const [sent, got] = [createHash('sha256'), createHash('sha256')];
    for (const part of blocks) sent.update(part);
    for await (const chunk of Body as Readable) got.update(chunk as Buffer);
    expect(got.digest('hex')).toBe(sent.digest('hex'));
  });

  it('says what is missing', async () => {
    const { client, bucket, prefix } = subject();
    const missing = { Bucket: bucket, Key: `${prefix}missing/key` };
    expect(await refusal(client.send(new GetObjectCommand(missing)))).toEqual({ code: 'NoSuchKey', status: 404 });
    expect(await refusal(client.send(new HeadObjectCommand(missing)))).toEqual({ code: 'NotFound', status: 404 });
    const elsewhere = { ...missing, Bucket: 'landfall-no-such-bucket-000' };
    expect((await refusal(client.send(new HeadBucketCommand({ Bucket: elsewhere.Bucket })))).status).toBe(404);
    expect(await refusal(client.send(new GetObjectCommand(elsewhere)))).toEqual({ code: 'NoSuchBucket', status: 404 });
  });

  it('deletes objects, one by one and many at once, missing ones too', async () => {
    const { client, bucket, prefix } = subject();
    for (const key of ['d/1', 'd/2 <&>', 'd/3']) await put(subject(), key, 'x');
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${prefix}d/1` }));
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${prefix}d/1` }));
    const Objects = ['d/2 <&>', 'd/3', 'd/never'].map((key) => ({ Key: prefix + key }));
    const answer = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    expect(answer.Deleted?.map(({ Key }) => Key).sort()).toEqual(Objects.map(({ Key }) => Key).sort());
    expect(answer.Errors ?? []).toEqual([]);
    expect(await refusal(getText(subject(), 'd/3'))).toEqual({ code: 'NoSuchKey', status: 404 });
  });

  it('copies objects with their metadata, or with other', async () => {
    const { client, bucket, prefix } = subject();
    await put(subject(), 'copy/from ü+1', 'copied', { Metadata: { a: '1' }, ContentType: 'text/plain' });
    const CopySource = encodeURIComponent(`${bucket}/${prefix}copy/from ü+1`);
    const same = { Bucket: bucket, Key: `${prefix}copy/same`, CopySource };
    const { CopyObjectResult } = await client.send(new CopyObjectCommand(same));
    expect(CopyObjectResult?.ETag).toBe(`"${createHash('md5').update('copied').digest('hex')}"`);
    expect(await getText(subject(), 'copy/same')).toBe('copied');
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: `${prefix}copy/same` }));
    expect(head).toMatchObject({ Metadata: { a: '1' }, ContentType: 'text/plain' });
    const other = { ...same, MetadataDirective: 'REPLACE', Metadata: { b: '2' } } as const;
    await client.send(new CopyObjectCommand(other));
    const replaced = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: `${prefix}copy/same` }));
    expect(replaced.Metadata).toEqual({ b: '2' });
    const onItself = { ...same, CopySource: `${bucket}/${same.Key}` };
    expect(await refusal(client.send(new CopyObjectCommand(onItself)))).toEqual({
      code: 'InvalidRequest',
      status: 400,
    });
  });

  it('refuses more than 2 KB of metadata', async () => {
    const call = put(subject(), 'too-much', 'x', { Metadata: { k: 'v'.repeat(2048) } });
    expect(await refusal(call)).toEqual({ code: 'MetadataTooLarge', status: 400 });
  });
}
