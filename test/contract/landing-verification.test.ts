import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  bodyOf,
  type LandingRig,
  large,
  neverAborted,
  noCheck,
  requestFor,
  small,
  startLandingRig,
} from '../unit/landing/landing-rig.ts';

const key = 'shop/orders/part-000-00000.csv';

let rig: LandingRig;
beforeEach(async () => {
  rig = await startLandingRig();
});
afterEach(async () => {
  await rig.s3.close();
});

function land(bytes: Uint8Array) {
  return rig.landing.land(requestFor(key), bodyOf(bytes), noCheck, neverAborted);
}

describe('what stands at the key after completion', () => {
  it.each([
    ['small', small, { ContentLength: 1 }, 'has 1 bytes and CRC-32'],
    ['large', large, { ContentLength: 1 }, 'has 1 bytes and CRC-32'],
    ['small', small, { ChecksumCRC32: 'AAAAAA==' }, 'and CRC-32 AAAAAA==;'],
    ['large', large, { ChecksumCRC32: 'AAAAAA==' }, 'and CRC-32 AAAAAA==;'],
  ])('is compared with what was sent: a %s object', async (_size, make, seen, text) => {
    onAnswer('HeadObject', async (output) => void Object.assign(output, seen));
    await expect(land(make())).rejects.toMatchObject({
      name: 'ConsistencyError',
      code: 'OBJECT_DIFFERS',
      retry: 'once',
      message: expect.stringContaining(text),
    });
    expect(await rig.openUploads()).toBe(0);
  });

  it('may be changed by hand, which is not taken for ours', async () => {
    onAnswer('CompleteMultipartUpload', () => appendFile(join(rig.s3.rootFolder, rig.s3.bucket, key), 'x'));
    expect(await land(large())).toMatchObject({ status: 'superseded', by: { attemptId: '', bytes: 4_501 } });
  });

  it.each([
    ['small', small, 'PutObject'],
    ['large', large, 'CompleteMultipartUpload'],
  ])('may be nothing, when somebody deletes a %s object at once', async (_size, make, operation) => {
    onAnswer(operation, async () => {
      await rig.s3.client.send(new DeleteObjectCommand({ Bucket: rig.s3.bucket, Key: key }));
    });
    await expect(land(make())).rejects.toMatchObject({
      name: 'LandingError',
      code: 'OBJECT_VANISHED',
      retry: 'transient',
      message: `${key} was completed in bucket test-bucket, but it is not there.`,
    });
  });
});

/** Does something between the answer to a request and its being seen. */
function onAnswer(operation: string, work: (output: object) => Promise<void>): void {
  rig.s3.client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (context.commandName === `${operation}Command`) await work(answer.output as object);
      return answer;
    },
    { step: 'initialize', name: 'onAnswer' },
  );
}
