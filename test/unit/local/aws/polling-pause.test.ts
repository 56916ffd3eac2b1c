import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { pollingPause, sleepUnlessAborted } from '../../../../local/aws/polling-pause.ts';

async function measured(work: () => Promise<void>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/** Whether it has ended before anything else got its turn, and so without a timer. */
async function endsAtOnce(work: () => Promise<void>): Promise<boolean> {
  let hasEnded = false;
  void work().then(() => {
    hasEnded = true;
  });
  await setImmediate();
  return hasEnded;
}

describe('the pause between receives', () => {
  it('is none after a success and grows with failures in a row', async () => {
    const pause = pollingPause(new AbortController().signal, () => 0);
    expect(await endsAtOnce(() => pause.wait())).toBe(true);
    pause.failed();
    expect(await measured(() => pause.wait())).toBeGreaterThanOrEqual(95);
    pause.failed();
    expect(await measured(() => pause.wait())).toBeGreaterThanOrEqual(195);
    pause.succeeded();
    expect(await endsAtOnce(() => pause.wait())).toBe(true);
  });

  it('ends at once when the mapping stops', async () => {
    const stopping = new AbortController();
    const pause = pollingPause(stopping.signal, () => 0);
    for (let failure = 0; failure < 20; failure += 1) pause.failed();
    let hasEnded = false;
    const waiting = pause.wait().then(() => {
      hasEnded = true;
    });
    await setImmediate();
    expect(hasEnded).toBe(false);
    expect(
      await endsAtOnce(async () => {
        stopping.abort();
        await waiting;
      }),
    ).toBe(true);
    expect(await endsAtOnce(() => sleepUnlessAborted(5_000, stopping.signal))).toBe(true);
  });
});
