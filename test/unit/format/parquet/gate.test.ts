import { describe, expect, it } from '@jest/globals';
import { Gate } from '../../../../shared/format/parquet/gate.ts';

describe('Gate', () => {
  it('keeps callers waiting until it opens, and again after it closed', async () => {
    const gate = new Gate();
    const passed: string[] = [];
    const first = gate.passed().then(() => passed.push('first'));
    await Promise.resolve();
    expect(passed).toEqual([]);
    gate.open();
    await first;
    gate.close();
    gate.close();
    const second = gate.passed().then(() => passed.push('second'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(passed).toEqual(['first']);
    gate.open();
    await second;
    expect(passed).toEqual(['first', 'second']);
  });

  it('keeps a caller waiting when it closed again before the caller went on', async () => {
    const gate = new Gate();
    let isPassed = false;
    const passing = gate.passed().then(() => {
      isPassed = true;
    });
    gate.open();
    gate.close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(isPassed).toBe(false);
    gate.open();
    await passing;
    expect(isPassed).toBe(true);
  });
});
