import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { bytesOf, type FoundPart } from '../../shared/landing/part-reader.ts';
import { S3PartReader } from '../../shared/landing/s3-part-reader.ts';
import { Checksum } from '../../shared/landing/slices.ts';
import { neverAborted } from '../support/flow-rig.ts';
import { startTestS3, type TestS3 } from '../support/s3.ts';

const KEY = 'raw/orders/part-000-00000.csv';
const CONTENT = randomBytes(10_000);

let s3: TestS3;
let reader: S3PartReader;
let pauses: number[];

beforeEach(async () => {
  s3 = await startTestS3();
  pauses = [];
  reader = new S3PartReader({
    client: s3.client,
    bucket: s3.bucket,
    pause: async (attempt) => void pauses.push(attempt),
  });
  await put(CONTENT);
});
afterEach(() => s3.close());

async function put(body: Buffer): Promise<void> {
  await s3.client.send(
    new PutObjectCommand({
      Bucket: s3.bucket,
      Key: KEY,
      Body: body,
      Metadata: { 'landfall-attempt': 'attempt-1' },
      ChecksumCRC32: Checksum.of(body),
    }),
  );
}

async function found(): Promise<FoundPart> {
  return (await reader.find(KEY, neverAborted))!;
}

describe('a part reader', () => {
  it('finds an object with what is known of it, and says that there is none', async () => {
    expect(await found()).toEqual({
      key: KEY,
      bytes: CONTENT.length,
      attemptId: 'attempt-1',
      checksumCrc32: Checksum.of(CONTENT),
      etag: `"${createHash('md5').update(CONTENT).digest('hex')}"`,
    });
    expect(await reader.find(`${KEY}.gz`, neverAborted)).toBeUndefined();
  });

  it('says which bucket is not there', async () => {
    const elsewhere = new S3PartReader({ client: s3.client, bucket: 'no-such-bucket' });
    await expect(elsewhere.read(await found(), 0, 10, neverAborted)).rejects.toMatchObject({
      name: 'LandingError',
      message: expect.stringContaining('no-such-bucket'),
    });
  });

  it('reads ranges, and all bytes in pieces', async () => {
    const part = await found();
    expect(Buffer.from(await reader.read(part, 9_999, 10_000, neverAborted))).toEqual(CONTENT.subarray(-1));
    const pieces: Uint8Array[] = [];
    for await (const piece of bytesOf(part, reader, neverAborted, 3_000)) pieces.push(piece);
    expect(pieces.map(({ length }) => length)).toEqual([3_000, 3_000, 3_000, 1_000]);
    expect(Buffer.concat(pieces).equals(CONTENT)).toBe(true);
  });

  it('never mixes two versions of an object, and tells of one that goes', async () => {
    const part = await found();
    await put(Buffer.from(CONTENT).fill('x', 0, 100));
    await expect(reader.read(part, 0, 10, neverAborted)).rejects.toMatchObject({ code: 'OBJECT_VANISHED' });
    await expect(reader.read({ ...part, key: 'gone' }, 0, 10, neverAborted)).rejects.toMatchObject({
      code: 'OBJECT_VANISHED',
    });
    expect(pauses).toEqual([]);
  });

  it('tries an answer that breaks off again, a limited number of times', async () => {
    const part = await found();
    const cut = { match: { operation: 'GetObject' as const }, action: { kind: 'cut-connection' as const } };
    s3.endpoint.faults.add({ ...cut, times: 4 });
    expect(Buffer.from(await reader.read(part, 0, 500, neverAborted))).toEqual(CONTENT.subarray(0, 500));
    expect(pauses).toEqual([1]);
    s3.endpoint.faults.add({ ...cut, times: 1_000 });
    await expect(reader.read(part, 0, 500, neverAborted)).rejects.toMatchObject({ code: 'LANDING_UNAVAILABLE' });
    expect(pauses).toEqual([1, 1, 2]);
  });

  it('does not ask twice for what is denied, and says what to allow', async () => {
    const part = await found();
    s3.endpoint.faults.add({ match: {}, times: 2, action: { kind: 'status', status: 403, code: 'AccessDenied' } });
    const denied = { code: 'LANDING_DENIED', remedy: expect.stringContaining('s3:GetObject') };
    await expect(reader.read(part, 0, 10, neverAborted)).rejects.toMatchObject(denied);
    await expect(reader.find(KEY, neverAborted)).rejects.toMatchObject(denied);
    expect(pauses).toEqual([]);
  });

  it('ends at once when it is aborted', async () => {
    const part = await found();
    const reason = new Error('enough');
    await expect(reader.read(part, 0, 10, AbortSignal.abort(reason))).rejects.toBe(reason);
    await expect(reader.find(KEY, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe('a part reader whose store stops in the middle of a body', () => {
  it('waits for a limited time, then tries again', async () => {
    const limits: AbortController[] = [];
    const timeouts = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      limits.push(new AbortController());
      return limits.at(-1)!.signal;
    });
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.writeHead(206, { 'content-length': '100' });
      response.write(Buffer.alloc(requests < 3 ? 50 : 100));
      if (requests < 3) setTimeout(() => limits.at(-1)!.abort(new DOMException('too long', 'TimeoutError')), 100);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    try {
      const stalled = new S3PartReader({ client, bucket: 'lake', timeoutMs: 300 });
      const part = { key: KEY, bytes: 100, attemptId: '', checksumCrc32: undefined, etag: '"x"' };
      expect(await stalled.read(part, 0, 100, neverAborted)).toHaveLength(100);
      expect(requests).toBe(3);
      expect(timeouts.mock.calls).toEqual([[300], [300], [300]]);
    } finally {
      timeouts.mockRestore();
      client.destroy();
      server.closeAllConnections();
      server.close();
    }
  });
});
