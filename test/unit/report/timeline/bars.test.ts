import { describe, expect, it } from '@jest/globals';
import type { WorkSpan } from '../../../../shared/report/model.ts';
import { lanesOf, MAX_LANES } from '../../../../shared/report/timeline/bars.ts';

function part(chunk: number, sequence: number, startMs: number, endMs: number): WorkSpan {
  return { kind: 'landed', chunk, sequence, startMs, endMs, rows: 10 };
}

const failure: WorkSpan = { kind: 'retried', chunk: 0, sequence: 0, startMs: 5, endMs: 9, errorCode: 'DEADLOCK' };

describe('the lanes of a table', () => {
  it('are one without work', () => {
    expect(lanesOf({ spans: [] })).toEqual([{ chunk: undefined, bars: [] }]);
  });

  it('are one for each of a few chunks, with a bar for each part', () => {
    const lanes = lanesOf({ spans: [part(1, 0, 0, 10), part(0, 1, 10, 20), part(0, 0, 0, 10)] });
    expect(lanes.map(({ chunk, bars }) => [chunk, bars.map(({ startMs, endMs }) => [startMs, endMs])])).toEqual([
      [
        0,
        [
          [0, 10],
          [10, 20],
        ],
      ],
      [1, [[0, 10]]],
    ]);
  });

  it('have failed attempts behind what landed', () => {
    const [lane] = lanesOf({ spans: [part(0, 0, 0, 10), failure] });
    expect(lane!.bars.map(({ kind }) => kind)).toEqual(['retried', 'landed']);
  });

  it('are merged into one for many chunks', () => {
    const spans = Array.from({ length: MAX_LANES + 1 }, (_, chunk) => part(chunk, 0, chunk * 5, chunk * 5 + 8));
    const lanes = lanesOf({ spans: [...spans, part(0, 1, 1_000, 1_010), failure] });
    expect(lanes).toHaveLength(1);
    expect(lanes[0]!.bars.map(({ kind, startMs, endMs, spans: all }) => [kind, startMs, endMs, all.length])).toEqual([
      ['retried', 5, 9, 1],
      ['landed', 0, MAX_LANES * 5 + 8, MAX_LANES + 1],
      ['landed', 1_000, 1_010, 1],
    ]);
  });

  it('have a limited number of bars, whatever the number of parts, and lose none', () => {
    const parts = Array.from({ length: 50_000 }, (_, sequence) => part(0, sequence, sequence * 10, sequence * 10 + 9));
    const late = part(0, 50_000, 900_000, 900_010);
    const [lane] = lanesOf({ spans: [...parts, late] });
    expect(lane!.bars.length).toBeLessThanOrEqual(96);
    expect(lane!.bars.at(-1)).toMatchObject({ startMs: 900_000, endMs: 900_010 });
    expect(lane!.bars.reduce((sum, bar) => sum + bar.spans.length, 0)).toBe(50_001);
  });
});
