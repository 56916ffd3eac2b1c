import { randomBytes } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
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

const key = 'shop/orders/part-000-00000.csv';

let rig: LandingRig;
beforeEach(async () => {
  rig = await startLandingRig();
});
afterEach(async () => {
  await rig.s3.close();
});

describe('attempts at one key', () => {
  it.each([
    ['small', 'small', small, small],
    ['small', 'large', small, large],
    ['large', 'small', large, small],
    ['large', 'large', large, large],
  ])('the first, %s, wins over the second, %s', async (_first, _second, makeFirst, makeSecond) => {
    const first = makeFirst();
    await rig.landing.land(requestFor(key, 'first'), bodyOf(first), noCheck, neverAborted);
    const second = await rig.landing.land(requestFor(key, 'second'), bodyOf(makeSecond()), noCheck, neverAborted);
    expect(second).toEqual({ status: 'superseded', by: { ...written(first), attemptId: 'first' } });
    expect(await rig.visibleBytes(key)).toEqual(first);
    expect(await rig.openUploads()).toBe(0);
  });

  it('lose to an object that is not of Landfall, and do not touch it', async () => {
    const { client, bucket } = rig.s3;
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'foreign' }));
    const outcome = await rig.landing.land(requestFor(key), bodyOf(large()), noCheck, neverAborted);
    expect(outcome).toMatchObject({ status: 'superseded', by: { attemptId: '', bytes: 7 } });
    expect((await rig.visibleBytes(key))?.toString()).toBe('foreign');
    expect(await rig.openUploads()).toBe(0);
  });

  it('lose also when the winner completes between their check and their completion', async () => {
    const winner = large();
    const overtake = async () => {
      await rig.landing.land(requestFor(key, 'winner'), bodyOf(winner), noCheck, neverAborted);
    };
    const outcome = await rig.landing.land(requestFor(key, 'slow'), bodyOf(large()), overtake, neverAborted);
    expect(outcome).toMatchObject({ status: 'superseded', by: { attemptId: 'winner' } });
    expect(await rig.visibleBytes(key)).toEqual(winner);
    expect(await rig.openUploads()).toBe(0);
  });

  it.each([1, 2, 3])('twenty at once: exactly one lands, and its bytes are what is seen (round %d)', async () => {
    const bodies = Array.from({ length: 20 }, (_, index) =>
      randomBytes(index % 3 === 0 ? SLICE_BYTES / 2 : 3 * SLICE_BYTES + index),
    );
    let waiting = bodies.length;
    let open: () => void;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const allAtOnce = async () => {
      waiting -= 1;
      if (waiting === 0) open();
      await gate;
    };
    const outcomes = await Promise.all(
      bodies.map((bytes, index) =>
        rig.landing.land(requestFor(key, `attempt-${index}`), bodyOf(bytes), allAtOnce, neverAborted),
      ),
    );
    const winners = outcomes.flatMap(({ status }, index) => (status === 'landed' ? [index] : []));
    expect(winners).toHaveLength(1);
    const winner = winners[0]!;
    const by = { ...written(bodies[winner]!), attemptId: `attempt-${winner}` };
    for (const outcome of outcomes.filter(({ status }) => status !== 'landed')) {
      expect(outcome).toEqual({ status: 'superseded', by });
    }
    expect(await rig.visibleBytes(key)).toEqual(bodies[winner]);
    expect(await rig.visibleKeys()).toEqual([key]);
    expect(await rig.openUploads()).toBe(0);
  });
});
