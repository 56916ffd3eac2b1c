import { describe, expect, it } from '@jest/globals';
import { pollingPause, sleepUnlessAborted } from '../../../../local/aws/polling-pause.ts';

async function measured(work: () => Promise<void>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

describe('the pause between receives', () => {
  it('is none after a success and grows with failures in a row', async () => {
    const pause = pollingPause(new AbortController().signal, () => 0);
    expect(await measured(() => pause.wait())).toBeLessThan(20);
    pause.failed();
    expect(await measured(() => pause.wait())).toBeGreaterThanOrEqual(95);
    pause.failed();
    expect(await measured(() => pause.wait())).toBeGreaterThanOrEqual(195);
    pause.succeeded();
    expect(await measured(() => pause.wait())).toBeLessThan(20);
  });

  it('ends at once when the mapping stops', async () => {
    const stopping = new AbortController();
    const pause = pollingPause(stopping.signal, () => 0);
    for (let failure = 0; failure < 20; failure += 1) pause.failed();
    setTimeout(() => stopping.abort(), 20);
    expect(await measured(() => pause.wait())).toBeLessThan(1_000);
    expect(await measured(() => sleepUnlessAborted(5_000, stopping.signal))).toBeLessThan(20);
  });
});
