import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bitsFor, writeIndices } from '../../../../shared/format/parquet/dictionary-indices.ts';
import { PageBuffer } from '../../../../shared/format/parquet/page-buffer.ts';
import { decodeHybrid, valuesOf } from './written-page.ts';

function bytesOf(indices: readonly number[], entryCount: number): Buffer {
  const page = new PageBuffer();
  writeIndices(page, Int32Array.from(indices), entryCount);
  return valuesOf(page);
}

function expectRoundTrip(indices: readonly number[], entryCount: number): void {
  const bytes = bytesOf(indices, entryCount);
  expect(bytes[0]).toBe(bitsFor(entryCount - 1));
  const { values, sizeBytes } = decodeHybrid(bytes.subarray(1), bytes[0]!, indices.length);
  expect(values).toEqual(indices);
  expect(sizeBytes).toBe(bytes.length - 1);
}

const times = (count: number, value: number) => Array.from({ length: count }, () => value);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('indices of a dictionary', () => {
  it.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [255, 8],
    [256, 9],
    [32_767, 15],
  ])('up to %d have %d bits', (greatest, bits) => expect(bitsFor(greatest)).toBe(bits));

  it.each<[string, number[], number, string]>([
    ['one value alone', times(100, 0), 1, '00c801'],
    ['a run', times(100, 5), 6, '03c80105'],
    ['a wide run', times(8, 300), 400, '09102c01'],
    ['a packed group', upTo(8), 8, '030388c6fa'],
    ['too short a run', times(7, 1), 2, '01037f'],
  ])('are as parquet-format has them: %s', (_, indices, entryCount, hex) => {
    expect(bytesOf(indices, entryCount).toString('hex')).toBe(hex);
    expectRoundTrip(indices, entryCount);
  });

  it.each<[string, number[]]>([
    ['a run that fills up the group before it', [1, 2, ...times(30, 3), 4, 5]],
    ['a run whose rest is too short', [1, 2, 0, ...times(12, 3), 4]],
    ['groups between runs', [...times(9, 3), ...upTo(8), ...times(20, 2), ...upTo(7), ...times(9, 1)]],
    ['a full page', Array.from({ length: 16_384 }, (_, index) => (index % 100 < 50 ? 7 : index % 8))],
  ])('are runs and groups: %s', (_, indices) => expectRoundTrip(indices, 8));

  it('come back from any page', () => {
    const runs = fc.array(fc.tuple(fc.nat(32_767), fc.oneof(fc.constant(1), fc.nat(40))), { maxLength: 60 });
    fc.assert(
      fc.property(runs, fc.constantFrom(1, 2, 3, 16, 17, 256, 1000, 32_768), (pieces, entryCount) => {
        const indices = pieces.flatMap(([value, length]) => times(length, value % entryCount));
        expectRoundTrip(indices, entryCount);
      }),
      { numRuns: 300 },
    );
  });
});
