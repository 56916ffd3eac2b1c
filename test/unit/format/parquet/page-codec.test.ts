import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Compression } from '../../../../shared/config/config.ts';
import { pageCodec } from '../../../../shared/format/parquet/page-codec.ts';
import { decompressSnappy } from './snappy-decoder.ts';

/** What a reader makes of one page. Node's zstd refuses bytes behind the frame only when there are any. */
const unpack: Readonly<Record<Compression, (bytes: Uint8Array) => Uint8Array>> = {
  zstd: (bytes) => zstdDecompressSync(bytes),
  gzip: (bytes) => gunzipSync(bytes),
  snappy: decompressSnappy,
  none: (bytes) => bytes,
};
const COMPRESSIONS = Object.keys(unpack) as Compression[];

const bodies = [
  Buffer.from('once'),
  Buffer.alloc(0),
  Buffer.alloc(3_000_000, 'over and over '),
  Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index * 31) >> 7)),
  Buffer.of(7),
];

describe.each(COMPRESSIONS)('pages compressed with %s', (compression) => {
  it('read back, each by itself, also when many are under way', async () => {
    const codec = pageCodec(compression);
    const pages = await Promise.all([...bodies, ...bodies].map((body) => codec.compress(body)));
    codec.close();
    for (const [index, page] of pages.entries()) {
      expect(Buffer.compare(unpack[compression](page), bodies[index % bodies.length]!)).toBe(0);
    }
  });

  it('are the same bytes every time', async () => {
    const codec = pageCodec(compression);
    const first = await Promise.all(bodies.map((body) => codec.compress(body)));
    const second: Uint8Array[] = [];
    for (const body of bodies.toReversed()) second.unshift(await codec.compress(body));
    codec.close();
    expect(second.map((page, index) => Buffer.compare(page, first[index]!))).toEqual(bodies.map(() => 0));
  });

  it('hold little more memory than their bytes, and none of the page buffer', async () => {
    const codec = pageCodec(compression);
    const body = Buffer.alloc(1_000_000, 'well compressible');
    const page = await codec.compress(body);
    const before = Buffer.from(page);
    body.fill(0);
    expect(before.equals(page)).toBe(true);
    expect(page.buffer.byteLength).toBeLessThan(page.byteLength + 65_537);
    codec.close();
  });

  it('come to an end when the file is given up in their midst', async () => {
    const codec = pageCodec(compression);
    const pages = bodies.map((body) => codec.compress(body));
    const ends = Promise.allSettled(pages);
    codec.close();
    expect(await ends).toHaveLength(bodies.length);
    expect(await Promise.allSettled([codec.compress(bodies[0]!)])).toHaveLength(1);
    codec.close();
  });
});

describe('pages compressed with zstd', () => {
  it('fail once the compressor is closed, while it works and later', async () => {
    const codec = pageCodec('zstd');
    const page = codec.compress(Buffer.alloc(8_000_000, 'text'));
    await new Promise((resolve) => setImmediate(resolve));
    codec.close();
    await expect(page).rejects.toThrow();
    await expect(codec.compress(Buffer.of(1))).rejects.toThrow();
  });

  it('are smaller than what repeats in them', async () => {
    const codec = pageCodec('zstd');
    expect((await codec.compress(bodies[2]!)).byteLength).toBeLessThan(3_000);
    codec.close();
  });

  it('may be as large and as random as a value is', async () => {
    const codec = pageCodec('zstd');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 0, maxLength: 2000 }), async (bytes) => {
        expect(Buffer.compare(zstdDecompressSync(await codec.compress(bytes)), bytes)).toBe(0);
      }),
      { numRuns: 50 },
    );
    codec.close();
  });
});
