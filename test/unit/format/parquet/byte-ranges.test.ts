import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { areEqual, copyRange, hashOf, sharedPrefix } from '../../../../shared/format/parquet/byte-ranges.ts';

const small = fc.uint8Array({ maxLength: 20, max: 1 });
const place = fc.nat(5);

function viewOf(...ranges: readonly [number, Uint8Array][]): DataView {
  const bytes = Buffer.alloc(64, 7);
  for (const [at, range] of ranges) bytes.set(range, at);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

describe('ranges of bytes', () => {
  it('share the bytes before the first difference', () => {
    fc.assert(
      fc.property(small, small, place, (one, other, at) => {
        const most = Math.min(one.length, other.length);
        const difference = one.subarray(0, most).findIndex((byte, index) => byte !== other[index]);
        const view = viewOf([at, one], [at + 25, other]);
        expect(sharedPrefix(view, at, at + 25, most)).toBe(difference < 0 ? most : difference);
      }),
    );
  });

  it('are equal when all bytes are', () => {
    fc.assert(
      fc.property(small, small, place, (one, other, at) => {
        const count = Math.min(one.length, other.length);
        const isEqual = Buffer.compare(one.subarray(0, count), other.subarray(0, count)) === 0;
        expect(areEqual(viewOf([at, one]), at, viewOf([3, other]), 3, count)).toBe(isEqual);
        expect(areEqual(viewOf([at, one]), at, viewOf([3, one]), 3, one.length)).toBe(true);
      }),
    );
  });

  it('are copied, and nothing beside them', () => {
    fc.assert(
      fc.property(small, place, place, (bytes, from, to) => {
        const target = viewOf();
        copyRange(viewOf([from, bytes]), from, target, to, bytes.length);
        const expected = viewOf([to, bytes]);
        expect(areEqual(target, 0, expected, 0, 64)).toBe(true);
      }),
    );
  });

  it('hash alike wherever they are, and seldom when they differ', () => {
    const hashes = new Set<number>();
    for (let value = 0; value < 20_000; value += 1) {
      const bytes = Buffer.from(`key ${value}`);
      const hash = hashOf(viewOf([1, bytes]), 1, 1 + bytes.length);
      expect(hashOf(viewOf([6, bytes]), 6, 6 + bytes.length)).toBe(hash);
      hashes.add(hash & 0xffff);
    }
    // As many as 20,000 random numbers below 65,536 are: some 17,200.
    expect(hashes.size).toBeGreaterThan(16_000);
  });
});
