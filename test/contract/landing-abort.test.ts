import type { CompleteMultipartUploadCommandInput } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsistencyError, DeadlineError } from '../../shared/core/errors.ts';
import { eventually } from '../support/eventually.ts';
import {
  bodyOf,
  failingBody,
  type LandingRig,
  large,
  neverAborted,
  noCheck,
  requestFor,
  small,
  startLandingRig,
} from '../unit/landing/landing-rig.ts';

const key = 'shop/orders/part-000-00000.csv';
const bothSizes = [
  ['small', small],
  ['large', large],
] as const;

let rig: LandingRig;
beforeEach(async () => {
  rig = await startLandingRig();
});
afterEach(async () => {
  await rig.s3.close();
});

async function expectNothingLeft(): Promise<void> {
  expect(await rig.visibleKeys()).toEqual([]);
  expect(await rig.openUploads()).toBe(0);
}

describe('an error on our side', () => {
  it.each(bothSizes)('in the body of a %s object comes through unchanged and lands nothing', async (_size, make) => {
    const gone = new TypeError('the source is gone');
    const checked: unknown[] = [];
    const check = async (of: unknown) => void checked.push(of);
    const landed = rig.landing.land(requestFor(key), failingBody(make(), gone), check, neverAborted);
    await expect(landed).rejects.toBe(gone);
    expect(checked).toEqual([]);
    await expectNothingLeft();
  });

  it('before the first byte asks S3 for nothing', async () => {
    const gone = new Error('the source is gone');
    const landed = rig.landing.land(requestFor(key), failingBody(Buffer.alloc(0), gone), noCheck, neverAborted);
    await expect(landed).rejects.toBe(gone);
    expect(rig.operations()).toEqual([]);
  });

  it('of a body that has nothing to say for itself still lands nothing', async () => {
    await expect(
      rig.landing.land(requestFor(key), failingBody(large(), undefined), noCheck, neverAborted),
    ).rejects.toBeUndefined();
    await expectNothingLeft();
  });

  it.each(bothSizes)('in the check of a %s object comes through unchanged and lands nothing', async (_size, make) => {
    const differs = new ConsistencyError('ROW_COUNT_DIFFERS', 'The server sent 2 rows; 1 were decoded.');
    const check = async () => {
      throw differs;
    };
    await expect(rig.landing.land(requestFor(key), bodyOf(make()), check, neverAborted)).rejects.toBe(differs);
    expect(rig.operations()).not.toContain('CompleteMultipartUpload');
    expect(rig.operations()).not.toContain('PutObject');
    await expectNothingLeft();
  });
});

describe('a signal', () => {
  const never = new Promise<never>(() => {});
  const reason = new DeadlineError('DEADLINE_REACHED', 'The time of this invocation is nearly over.');

  it.each(bothSizes)('that has been given already lands nothing: a %s object', async (_size, make) => {
    const landed = rig.landing.land(requestFor(key), bodyOf(make()), noCheck, AbortSignal.abort(reason));
    await expect(landed).rejects.toBe(reason);
    expect(rig.operations()).toEqual([]);
  });

  it.each(bothSizes)('during the check of a %s object lands nothing', async (_size, make) => {
    const stop = new AbortController();
    const check = async () => stop.abort(reason);
    await expect(rig.landing.land(requestFor(key), bodyOf(make()), check, stop.signal)).rejects.toBe(reason);
    await expectNothingLeft();
  });

  it('while the body is being read lands nothing, whatever the body makes of it', async () => {
    const stop = new AbortController();
    async function* body() {
      yield* bodyOf(large());
      stop.abort(reason);
      throw new Error('the query was cancelled');
    }
    await expect(rig.landing.land(requestFor(key), body(), noCheck, stop.signal)).rejects.toBe(reason);
    await expectNothingLeft();
  });

  it('while parts are on their way cuts them short and gives the upload back', async () => {
    const action = { kind: 'hold', until: never } as const;
    const held = rig.s3.endpoint.faults.add({ match: { operation: 'UploadPart' }, times: 3, action });
    const stop = new AbortController();
    const landed = rig.landing.land(requestFor(key), bodyOf(large()), noCheck, stop.signal);
    const refused = expect(landed).rejects.toBe(reason);
    await eventually(() => held.hits === 3);
    stop.abort(reason);
    await refused;
    await expectNothingLeft();
  });

  it.each([
    ['CreateMultipartUpload', large],
    ['CompleteMultipartUpload', large],
    ['PutObject', small],
  ] as const)('while %s is on its way cuts it short', async (operation, make) => {
    const held = rig.s3.endpoint.faults.add({ match: { operation }, action: { kind: 'hold', until: never } });
    const stop = new AbortController();
    const refused = expect(rig.landing.land(requestFor(key), bodyOf(make()), noCheck, stop.signal)).rejects.toBe(
      reason,
    );
    await eventually(() => held.hits === 1);
    stop.abort(reason);
    await refused;
    expect(await rig.visibleKeys()).toEqual([]);
  });

  it('that comes when the object has landed does not undo it', async () => {
    const stop = new AbortController();
    const bytes = large();
    rig.s3.client.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args);
        if (context.commandName === 'CompleteMultipartUploadCommand') stop.abort(reason);
        return answer;
      },
      { step: 'initialize', name: 'stopAfterCompletion' },
    );
    const outcome = await rig.landing.land(requestFor(key), bodyOf(bytes), noCheck, stop.signal);
    expect(outcome).toMatchObject({ status: 'landed' });
    expect(await rig.visibleBytes(key)).toEqual(bytes);
  });
});

describe('bytes that S3 does not get as they were sent', () => {
  it.each(['UploadPart', 'PutObject'])('are refused when %s is bent on the way', async (operation) => {
    rig.s3.client.middlewareStack.add(
      (next, context) => async (args) => {
        const request = args.request as { body?: unknown };
        if (context.commandName === `${operation}Command` && Buffer.isBuffer(request.body)) {
          request.body = Buffer.alloc(request.body.length, 'x');
        }
        return next(args);
      },
      { step: 'finalizeRequest', name: 'bendBody', priority: 'low' },
    );
    const bytes = operation === 'UploadPart' ? large() : small();
    await expect(rig.landing.land(requestFor(key), bodyOf(bytes), noCheck, neverAborted)).rejects.toMatchObject({
      name: 'LandingError',
      retry: 'transient',
      message: expect.stringContaining('BadDigest'),
    });
    await expectNothingLeft();
  });

  it('are refused when a part is left out of the object', async () => {
    rig.s3.client.middlewareStack.add(
      (next, context) => async (args) => {
        const input = args.input as CompleteMultipartUploadCommandInput;
        if (context.commandName === 'CompleteMultipartUploadCommand') input.MultipartUpload!.Parts!.splice(1, 1);
        return next(args);
      },
      { step: 'initialize', name: 'dropPart' },
    );
    await expect(rig.landing.land(requestFor(key), bodyOf(large()), noCheck, neverAborted)).rejects.toMatchObject({
      name: 'LandingError',
      retry: 'transient',
    });
    await expectNothingLeft();
  });

  it.each([
    ['CreateMultipartUpload', 'started an upload for shop/orders/part-000-00000.csv without an id'],
    ['UploadPart', /took part \d of shop\/orders\/part-000-00000.csv without an ETag/],
  ])('are an error when the answer to %s lacks what is needed', async (operation, text) => {
    rig.s3.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== `${operation}Command`) return next(args);
        return { response: {}, output: { $metadata: {} } };
      },
      { step: 'initialize', name: 'emptyAnswer' },
    );
    await expect(rig.landing.land(requestFor(key), bodyOf(large()), noCheck, neverAborted)).rejects.toMatchObject({
      code: 'LANDING_UNAVAILABLE',
      retry: 'transient',
      message: expect.stringMatching(text),
    });
    await expectNothingLeft();
  });
});
