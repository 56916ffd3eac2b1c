import { describe, expect, it } from '@jest/globals';
import { medianOf, rowChange } from '../../../shared/report/row-change.ts';

describe('the median', () => {
  it.each([
    [[], undefined],
    [[7], 7],
    [[9, 1, 5], 5],
    [[1, 9, 3, 5], 4],
  ])('of %j is %p', (values, median) => {
    expect(medianOf(values)).toBe(median);
  });
});

describe('rows against those of earlier runs', () => {
  const verdict = (rows: number, earlier: (number | null)[], areChanges = false) =>
    rowChange(rows, earlier, areChanges)?.verdict;

  it('compare with nothing where no run landed', () => {
    expect(rowChange(10, [], false)).toBeUndefined();
    expect(rowChange(10, [null, null], false)).toBeUndefined();
  });

  it('compare with the runs that landed', () => {
    expect(rowChange(3_100, [null, 3_000, 9_000, null, 3_200], false)).toEqual({ medianRows: 3_200, verdict: 'usual' });
  });

  it('are a jump beyond half of the median and 1,000 rows, either way', () => {
    expect(verdict(1_501, [3_002])).toBe('usual');
    expect(verdict(1_500, [3_002])).toBe('jump');
    expect(verdict(4_504, [3_002])).toBe('jump');
    expect(verdict(1_003, [3])).toBe('usual');
    expect(verdict(1_004, [3])).toBe('jump');
  });

  it('are news when there are none at last', () => {
    expect(verdict(0, [12, 14])).toBe('emptied');
    expect(verdict(0, [50_000])).toBe('emptied');
    expect(verdict(0, [0, 0, 1])).toBe('usual');
  });

  it('may be none in a quiet night of a table that lands its changes', () => {
    expect(verdict(0, [12, 14], true)).toBe('usual');
    expect(verdict(0, [50_000, 48_000], true)).toBe('emptied');
  });
});
