import { randomBytes } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { compressed } from '../../../../shared/format/text/compress.ts';
import { bytesOf } from '../arrow-columns.ts';

const formats = [
  ['gzip', gunzipSync],
  ['zstd', zstdDecompressSync],
] as const;

async function* inChunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
}

describe.each(formats)('compressed with %s', (compression, decompress) => {
  it.each([
    ['nothing', Buffer.alloc(0), 1],
    ['a few bytes', Buffer.from('landfall'), 3],
    ['what compresses well', Buffer.alloc(20 * 1024 * 1024, 'landfall '), 20 * 1024 * 1024],
    ['what does not compress', randomBytes(12 * 1024 * 1024), 5_000_000],
  ])('reads back %s', async (_name, bytes, chunkBytes) => {
    const result = await bytesOf(compressed(inChunks(bytes, chunkBytes), compression));
    expect(decompress(result).equals(bytes)).toBe(true);
  });

  it('leaves the source when it is left', async () => {
    let isLeft = false;
    async function* source() {
      try {
        while (true) yield randomBytes(3 * 1024 * 1024);
      } finally {
        isLeft = true;
      }
    }
    for await (const chunk of compressed(source(), compression)) {
      expect(chunk.byteLength).toBeGreaterThan(0);
      break;
    }
    expect(isLeft).toBe(true);
  });
});
