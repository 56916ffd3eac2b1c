import { randomBytes } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { WrittenBytes } from '../../shared/landing/landing.ts';
import { eventually } from '../support/eventually.ts';
import {
  bodyOf,
  type LandingRig,
  large,
  neverAborted,
  noCheck,
  requestFor,
  SLICE_BYTES,
  small,
  startLandingRig,
  written,
} from '../unit/landing/landing-rig.ts';

const key = 'shop/orders/run_id=20261122T030000Z/part-000-00000.csv';
let rig: LandingRig;

beforeEach(async () => {
  rig = await startLandingRig();
});
afterEach(async () => {
  await rig.s3.close();
});

const counted = (operation: string) => rig.operations().filter((name) => name === operation).length;

describe('landing an object', () => {
  it.each([
    ['nothing', 0],
    ['a byte', 1],
    ['a slice', SLICE_BYTES],
  ])('writes %s with a single request and verifies it with another', async (_what, sizeBytes) => {
    const bytes = randomBytes(sizeBytes);
    const outcome = await rig.landing.land(requestFor(key), bodyOf(bytes), noCheck, neverAborted);
    expect(outcome).toEqual({ status: 'landed', written: written(bytes) });
    expect(rig.operations()).toEqual(['PutObject', 'HeadObject']);
    expect(await rig.visibleBytes(key)).toEqual(bytes);
  });

  it.each([
    [SLICE_BYTES + 1, 2],
    [2 * SLICE_BYTES, 2],
    [7 * SLICE_BYTES - 1, 7],
  ])('writes %d bytes in %d parts', async (sizeBytes, parts) => {
    const bytes = randomBytes(sizeBytes);
    const outcome = await rig.landing.land(requestFor(key), bodyOf(bytes), noCheck, neverAborted);
    expect(outcome).toEqual({ status: 'landed', written: written(bytes) });
    expect(counted('UploadPart')).toBe(parts);
    expect(counted('PutObject')).toBe(0);
    expect(rig.operations().slice(-2)).toEqual(['CompleteMultipartUpload', 'HeadObject']);
    expect(await rig.visibleBytes(key)).toEqual(bytes);
    expect(await rig.openUploads()).toBe(0);
  });

  it.each([
    ['small', small],
    ['large', large],
  ])('keeps type, metadata, attempt and checksum with a %s object', async (_size, make) => {
    const bytes = make();
    await rig.landing.land(requestFor(key, 'attempt-1'), bodyOf(bytes), noCheck, neverAborted);
    const { client, bucket } = rig.s3;
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({
      ContentType: 'text/csv',
      ContentLength: bytes.length,
      Metadata: { 'landfall-table': 'orders', 'landfall-attempt': 'attempt-1' },
      ChecksumCRC32: written(bytes).checksumCrc32,
      ChecksumType: 'FULL_OBJECT',
    });
    expect(await rig.landing.find(key)).toEqual({ ...written(bytes), attemptId: 'attempt-1' });
  });

  it.each([
    ['small', small],
    ['large', large],
  ])('shows nothing of a %s object before the check has passed, and all of it after', async (_size, make) => {
    const bytes = make();
    const checks: WrittenBytes[] = [];
    const check = async (of: WrittenBytes) => {
      checks.push(of);
      expect(await rig.visibleKeys()).toEqual([]);
      expect(await rig.landing.find(key)).toBeUndefined();
    };
    await rig.landing.land(requestFor(key), bodyOf(bytes), check, neverAborted);
    expect(checks).toEqual([written(bytes)]);
    expect(await rig.visibleKeys()).toEqual([key]);
  });

  it('lands the same bytes however the body is chunked', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 900 }), { maxLength: 8 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(chunks, async (body) => {
        run += 1;
        async function* chunked() {
          yield* body;
        }
        const bytes = Buffer.concat(body);
        const outcome = await rig.landing.land(requestFor(`chunked/${run}`), chunked(), noCheck, neverAborted);
        expect(outcome).toEqual({ status: 'landed', written: written(bytes) });
        expect(await rig.visibleBytes(`chunked/${run}`)).toEqual(bytes);
      }),
      { numRuns: 25 },
    );
  });

  it('lands with the slices it is shipped with', async () => {
    await using shipped = await shippedRig();
    const bytes = randomBytes(9 * 1024 * 1024);
    const outcome = await shipped.landing.land(requestFor(key), bodyOf(bytes, 1024 * 1024), noCheck, neverAborted);
    expect(outcome).toEqual({ status: 'landed', written: written(bytes) });
    const parts = shipped.requests.filter(({ operation }) => operation === 'UploadPart');
    expect(parts.map(({ input }) => (input.Body as Buffer).length)).toEqual([8 * 1024 * 1024, 1024 * 1024]);
  });
});

async function shippedRig(): Promise<LandingRig & AsyncDisposable> {
  const shipped = await startLandingRig({ sliceBytes: 8 * 1024 * 1024 });
  return { ...shipped, [Symbol.asyncDispose]: () => shipped.s3.close() };
}

describe('memory', () => {
  it('has a bounded number of slices on their way, and pulls no further ahead', async () => {
    const { promise: allThree, resolve: release } = Promise.withResolvers<void>();
    const held = rig.s3.endpoint.faults.add({
      match: { operation: 'UploadPart' },
      times: 3,
      action: { kind: 'hold', until: allThree },
    });
    let pulledBytes = 0;
    let mostAhead = 0;
    const sentBytes = () => counted('UploadPart') * SLICE_BYTES;
    async function* body() {
      for await (const chunk of bodyOf(randomBytes(20 * SLICE_BYTES))) {
        pulledBytes += chunk.length;
        mostAhead = Math.max(mostAhead, pulledBytes - sentBytes());
        yield chunk;
      }
    }
    const landed = rig.landing.land(requestFor(key), body(), noCheck, neverAborted);
    await eventually(() => held.hits === 3);
    release();
    await landed;
    const parts = rig.requests.filter(({ operation }) => operation === 'UploadPart');
    expect(parts).toHaveLength(20);
    expect(Math.max(...parts.map(({ inFlight }) => inFlight))).toBe(3);
    expect(mostAhead).toBeLessThanOrEqual(SLICE_BYTES + 300);
  });

  it('refuses an object of more parts than S3 allows, and doubles the slices before that', async () => {
    await using tiny = await tinySliceRig();
    const sizes: number[] = [];
    tiny.s3.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== 'UploadPartCommand') return next(args);
        sizes.push((args.input as { Body: Buffer }).Body.length);
        return { response: {}, output: { ETag: '"x"', $metadata: {} } };
      },
      { step: 'initialize', name: 'pretendParts' },
    );
    const landed = tiny.landing.land(requestFor(key), bodyOf(Buffer.alloc(15_001)), noCheck, neverAborted);
    await expect(landed).rejects.toMatchObject({
      name: 'LandingError',
      code: 'OBJECT_TOO_LARGE',
      retry: 'permanent',
      message: `${key} needs more than S3's 10000 parts.`,
      remedy: expect.stringContaining('Split the table'),
    });
    expect(sizes).toHaveLength(10_000);
    expect(new Set(sizes.slice(0, 5_000))).toEqual(new Set([1]));
    expect(new Set(sizes.slice(5_000))).toEqual(new Set([2]));
    expect(await tiny.openUploads()).toBe(0);
  });
});

async function tinySliceRig(): Promise<LandingRig & AsyncDisposable> {
  const tiny = await startLandingRig({ sliceBytes: 1 });
  return { ...tiny, [Symbol.asyncDispose]: () => tiny.s3.close() };
}

describe('finding', () => {
  it('sees nothing where nothing stands', async () => {
    expect(await rig.landing.find(key)).toBeUndefined();
  });

  it('knows an object that Landfall did not write by its missing attempt', async () => {
    const { client, bucket } = rig.s3;
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'foreign', ChecksumAlgorithm: 'SHA256' }));
    expect(await rig.landing.find(key)).toEqual({ bytes: 7, attemptId: '', checksumCrc32: undefined });
  });
});

describe('marking', () => {
  it('writes an empty object once, so that whoever is notified of it is notified once', async () => {
    await rig.landing.mark('orders/_SUCCESS');
    const { client, bucket } = rig.s3;
    const first = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'orders/_SUCCESS' }));
    expect(first.ContentLength).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await Promise.all(Array.from({ length: 5 }, () => rig.landing.mark('orders/_SUCCESS')));
    const again = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'orders/_SUCCESS' }));
    expect(again.LastModified).toEqual(first.LastModified);
  });

  it('counts a marker as written when another writes it at the same moment', async () => {
    await rig.landing.mark('orders/_SUCCESS');
    const conflict = { kind: 'status', status: 409, code: 'ConditionalRequestConflict' } as const;
    rig.s3.endpoint.faults.add({ match: { operation: 'PutObject' }, action: conflict });
    await rig.landing.mark('orders/_SUCCESS');
    rig.s3.endpoint.faults.add({ match: { operation: 'PutObject' }, action: conflict });
    await expect(rig.landing.mark('other/_SUCCESS')).rejects.toMatchObject({ code: 'LANDING_CONFLICT' });
  });
});
