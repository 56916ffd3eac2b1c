import { describe, expect, it } from '@jest/globals';
import { PageBuffer, PageBufferPool, VALUES_START } from '../../../../shared/format/parquet/page-buffer.ts';

describe('page buffers', () => {
  it('keep what they have when they grow', () => {
    const page = new PageBuffer();
    page.bytes.fill(9, 0, VALUES_START + 100);
    page.end += 100;
    page.reserve(1_000_000.5);
    expect(page.capacityBytes).toBeGreaterThanOrEqual(page.end + 1_000_001);
    expect(page.bytes.subarray(0, page.end).every((byte) => byte === 9)).toBe(true);
    page.words[VALUES_START / 4] = 0x01020304;
    expect([page.bytes[VALUES_START], page.view.getInt32(VALUES_START, true)]).toEqual([4, 0x01020304]);
  });

  it('are lent again, empty, unless one value has made them huge', () => {
    const pool = new PageBufferPool();
    const [one, other] = [pool.take(), pool.take()];
    expect(one).not.toBe(other);
    one.end += 50;
    pool.give(one);
    expect(pool.take()).toBe(one);
    expect(one.sizeBytes).toBe(0);
    other.reserve(3 * 1024 * 1024);
    pool.give(other);
    expect(pool.take()).not.toBe(other);
  });
});
