import { describe, expect, it } from '@jest/globals';
import { functionsText, topFunctions } from '../../../bench/profile/top-functions.ts';

const node = (id: number, functionName: string, url = '', lineNumber = -1) => ({
  id,
  callFrame: { functionName, url, lineNumber },
});

const profile = {
  nodes: [
    node(1, '(idle)'),
    node(2, 'decode', 'file:///a/row-decoder.ts', 41),
    node(3, 'decode', 'file:///a/row-decoder.ts', 41),
    node(4, '', 'file:///a/b.ts', 0),
    node(5, '(garbage collector)'),
  ],
  samples: [1, 2, 3, 4, 5],
  timeDeltas: [50_000, 4_000, 2_000, 3_000, 1_000],
  startTime: 1_000_000,
};

describe('topFunctions', () => {
  it('adds up a function wherever it was called from, and leaves idle time out', () => {
    expect(topFunctions(profile, 3, 0)).toEqual([
      { name: 'decode', place: 'row-decoder.ts:42', selfMs: 6, share: 0.6 },
      { name: '(anonymous)', place: 'b.ts:1', selfMs: 3, share: 0.3 },
      { name: '(garbage collector)', place: '', selfMs: 1, share: 0.1 },
    ]);
  });

  it('leaves out what was before', () => {
    const later = topFunctions(profile, 3, 1_000_000 + 56_500);
    expect(later.map(({ name, selfMs }) => [name, selfMs])).toEqual([
      ['(anonymous)', 3],
      ['(garbage collector)', 1],
    ]);
  });

  it('is shown as lines of at most 80 columns', () => {
    const lines = functionsText(topFunctions(profile, 3, 0))
      .trimEnd()
      .split('\n');
    expect(lines[0]).toBe(`      6 ms  60.0 %  ${'decode'.padEnd(30)} row-decoder.ts:42`);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(82);
  });
});
