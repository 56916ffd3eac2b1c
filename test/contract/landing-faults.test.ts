import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultPlan } from '../../local/s3/faults.ts';
import { S3Landing } from '../../shared/landing/s3-landing.ts';
import {
  bodyOf,
  failingBody,
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

const key = 'shop/orders/part-000-00000.csv';
/** More than the client's own tries. */
const ALWAYS = 100;
const bothSizes: [string, () => Buffer, 'PutObject' | 'CompleteMultipartUpload'][] = [
  ['small', small, 'PutObject'],
  ['large', large, 'CompleteMultipartUpload'],
];

let rig: LandingRig;
beforeEach(async () => {
  rig = await startLandingRig();
});
afterEach(async () => {
  await rig.s3.close();
});

function fault(operation: NonNullable<FaultPlan['match']['operation']>, action: FaultPlan['action'], times = ALWAYS) {
  return rig.s3.endpoint.faults.add({ match: { operation }, times, action });
}

const status = (code: number, name: string) => ({ kind: 'status', status: code, code: name }) as const;

function land(bytes: Uint8Array, attemptId?: string) {
  return rig.landing.land(requestFor(key, attemptId), bodyOf(bytes), noCheck, neverAborted);
}

async function expectNothingLeft(): Promise<void> {
  rig.s3.endpoint.faults.clear();
  expect(await rig.visibleKeys()).toEqual([]);
  expect(await rig.openUploads()).toBe(0);
}

describe('an answer that is lost', () => {
  it.each(bothSizes)('does not hide that a %s object landed', async (_size, make, operation) => {
    const bytes = make();
    const lost = fault(operation, { kind: 'lost-response' }, 1);
    expect(await land(bytes)).toEqual({ status: 'landed', written: written(bytes) });
    expect(lost.hits).toBe(1);
    expect(await rig.visibleBytes(key)).toEqual(bytes);
    expect(await rig.openUploads()).toBe(0);
  });

  it.each(bothSizes)('does not hide it when every answer is lost: a %s object', async (_size, make, operation) => {
    const bytes = make();
    fault(operation, { kind: 'lost-response' });
    expect(await land(bytes)).toEqual({ status: 'landed', written: written(bytes) });
    expect(await rig.visibleBytes(key)).toEqual(bytes);
  });

  it.each(bothSizes)('does not make the loser of a race a winner: a %s object', async (_size, make, operation) => {
    const first = make();
    await land(first, 'first');
    fault(operation, { kind: 'lost-response' });
    expect(await land(make(), 'second')).toEqual({
      status: 'superseded',
      by: { ...written(first), attemptId: 'first' },
    });
    expect(await rig.visibleBytes(key)).toEqual(first);
    expect(await rig.openUploads()).toBe(0);
  });

  it('of a part is made up for by sending it again', async () => {
    const bytes = large();
    fault('UploadPart', { kind: 'lost-response' }, 2);
    expect(await land(bytes)).toMatchObject({ status: 'landed' });
    expect(await rig.visibleBytes(key)).toEqual(bytes);
  });
});

describe('a store that fails', () => {
  it('at a part for a moment is tried again', async () => {
    const bytes = large();
    const slow = fault('UploadPart', status(503, 'SlowDown'), 2);
    expect(await land(bytes)).toEqual({ status: 'landed', written: written(bytes) });
    expect(slow.hits).toBe(2);
    expect(await rig.visibleBytes(key)).toEqual(bytes);
  });

  it.each([
    ['UploadPart', status(503, 'SlowDown'), 'LANDING_THROTTLED', 'transient'],
    ['UploadPart', status(500, 'InternalError'), 'LANDING_UNAVAILABLE', 'transient'],
    ['UploadPart', { kind: 'cut-connection' }, 'LANDING_UNAVAILABLE', 'transient'],
    ['UploadPart', status(404, 'NoSuchUpload'), 'UPLOAD_VANISHED', 'transient'],
    ['UploadPart', status(403, 'AccessDenied'), 'LANDING_DENIED', 'permanent'],
    ['UploadPart', { kind: 'disk-full' }, 'STORAGE_FULL', 'transient'],
    ['CreateMultipartUpload', status(403, 'AccessDenied'), 'LANDING_DENIED', 'permanent'],
    ['CreateMultipartUpload', status(503, 'SlowDown'), 'LANDING_THROTTLED', 'transient'],
    ['CompleteMultipartUpload', status(409, 'ConditionalRequestConflict'), 'LANDING_CONFLICT', 'transient'],
    ['CompleteMultipartUpload', status(403, 'AccessDenied'), 'LANDING_DENIED', 'permanent'],
    ['CompleteMultipartUpload', status(500, 'InternalError'), 'LANDING_UNAVAILABLE', 'transient'],
    ['CompleteMultipartUpload', { kind: 'cut-connection' }, 'LANDING_UNAVAILABLE', 'transient'],
    ['CompleteMultipartUpload', { kind: 'disk-full' }, 'STORAGE_FULL', 'transient'],
  ] as const)('a large object by %s %j lands nothing: %s, %s', async (operation, action, code, retry) => {
    fault(operation, action);
    await expect(land(large())).rejects.toMatchObject({ name: 'LandingError', code, retry });
    await expectNothingLeft();
    expect(await land(large())).toMatchObject({ status: 'landed' });
  });

  it.each([
    [status(503, 'SlowDown'), 'LANDING_THROTTLED', 'transient'],
    [status(409, 'ConditionalRequestConflict'), 'LANDING_CONFLICT', 'transient'],
    [status(403, 'AccessDenied'), 'LANDING_DENIED', 'permanent'],
    [status(400, 'KMS.DisabledException'), 'LANDING_DENIED', 'permanent'],
    [{ kind: 'disk-full' }, 'STORAGE_FULL', 'transient'],
    [{ kind: 'cut-connection' }, 'LANDING_UNAVAILABLE', 'transient'],
  ] as const)('a small object by PutObject %j lands nothing: %s, %s', async (action, code, retry) => {
    fault('PutObject', action);
    await expect(land(small())).rejects.toMatchObject({ name: 'LandingError', code, retry });
    await expectNothingLeft();
    expect(await land(small())).toMatchObject({ status: 'landed' });
  });

  it('stops pulling the body and ends it once a part has failed', async () => {
    fault('UploadPart', status(403, 'AccessDenied'));
    let pulledBytes = 0;
    let ended = false;
    async function* endless() {
      try {
        for (;;) {
          pulledBytes += 500;
          yield Buffer.alloc(500);
        }
      } finally {
        ended = true;
      }
    }
    const landed = rig.landing.land(requestFor(key), endless(), noCheck, neverAborted);
    await expect(landed).rejects.toMatchObject({ code: 'LANDING_DENIED' });
    expect(ended).toBe(true);
    expect(pulledBytes).toBeLessThanOrEqual(6 * SLICE_BYTES);
    await expectNothingLeft();
  });

  it('at the last parts is seen before the check, which is about bytes that are up', async () => {
    fault('UploadPart', status(403, 'AccessDenied'));
    let checks = 0;
    const check = async () => {
      checks += 1;
    };
    const bytes = large().subarray(0, 2 * SLICE_BYTES);
    await expect(rig.landing.land(requestFor(key), bodyOf(bytes), check, neverAborted)).rejects.toMatchObject({
      code: 'LANDING_DENIED',
    });
    expect(checks).toBe(0);
    await expectNothingLeft();
  });

  it('keeps the first error when the upload cannot be aborted either', async () => {
    fault('AbortMultipartUpload', status(403, 'AccessDenied'));
    const gone = new Error('the source is gone');
    const landed = rig.landing.land(requestFor(key), failingBody(large(), gone), noCheck, neverAborted);
    await expect(landed).rejects.toBe(gone);
    rig.s3.endpoint.faults.clear();
    expect(await rig.openUploads()).toBe(1);
  });

  it.each(bothSizes)('to say who won a %s object leaves it to the next attempt', async (_size, make) => {
    const bytes = make();
    fault('HeadObject', status(503, 'SlowDown'));
    await expect(land(bytes, 'first')).rejects.toMatchObject({ code: 'LANDING_UNAVAILABLE', retry: 'transient' });
    rig.s3.endpoint.faults.clear();
    expect(await land(make(), 'second')).toEqual({
      status: 'superseded',
      by: { ...written(bytes), attemptId: 'first' },
    });
    expect(await rig.visibleBytes(key)).toEqual(bytes);
    expect(await rig.openUploads()).toBe(0);
  });

  it('denies a look', async () => {
    fault('HeadObject', status(403, 'AccessDenied'));
    await expect(rig.landing.find(key)).rejects.toMatchObject({
      code: 'LANDING_DENIED',
      message: expect.stringContaining(`Looking up ${key} in bucket test-bucket failed`),
    });
  });
});

describe('a bucket that does not exist', () => {
  it.each(bothSizes)('is a permanent error for a %s object', async (_size, make) => {
    const landing = new S3Landing({ client: rig.s3.client, bucket: 'missing-bucket', sliceBytes: SLICE_BYTES });
    const error = { name: 'LandingError', code: 'BUCKET_NOT_FOUND', retry: 'permanent' };
    const landed = landing.land(requestFor(key), bodyOf(make()), noCheck, neverAborted);
    await expect(landed).rejects.toMatchObject({
      ...error,
      message: expect.stringContaining('in bucket missing-bucket failed: NoSuchBucket'),
      remedy: 'Create the bucket missing-bucket or correct target.bucket in the configuration.',
    });
    await expect(landing.mark('orders/_SUCCESS')).rejects.toMatchObject(error);
  });
});

describe('an upload that vanishes', () => {
  it('before it completes lands nothing and may be tried again', async () => {
    const lifecycleRule = async () => {
      const UploadId = rig.requests.find(({ operation }) => operation === 'UploadPart')!.input.UploadId as string;
      await rig.s3.client.send(new AbortMultipartUploadCommand({ Bucket: rig.s3.bucket, Key: key, UploadId }));
    };
    const landed = rig.landing.land(requestFor(key), bodyOf(large()), lifecycleRule, neverAborted);
    await expect(landed).rejects.toMatchObject({ code: 'UPLOAD_VANISHED', retry: 'transient' });
    await expectNothingLeft();
  });
});
