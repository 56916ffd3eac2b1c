import { randomBytes } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { Compression } from '../../../../shared/config/config.ts';
import { unpacker } from '../../../../shared/format/read-back/unpack.ts';

const CONTENT = Buffer.concat([randomBytes(300_000), Buffer.alloc(2_000_000, 'landfall ')]);
const PACKED: readonly (readonly [Compression, Buffer])[] = [
  ['none', CONTENT],
  ['gzip', gzipSync(CONTENT)],
  ['zstd', zstdCompressSync(CONTENT)],
];

async function unpack(compression: Compression, bytes: Buffer, pieceBytes = 100_000) {
  const taken: Buffer[] = [];
  const unpacking = unpacker(compression, (piece) => taken.push(Buffer.from(piece)));
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    await unpacking.add(bytes.subarray(from, from + pieceBytes));
  }
  return { flaw: await unpacking.end(), content: Buffer.concat(taken) };
}

describe('unpacking', () => {
  it.each(PACKED)('gives what was packed (%s)', async (compression, bytes) => {
    for (const pieceBytes of [777, bytes.length]) {
      const { flaw, content } = await unpack(compression, bytes, pieceBytes);
      expect([flaw, content.equals(CONTENT)]).toEqual([undefined, true]);
    }
  });

  it.each(PACKED.slice(1))('says that a file was cut off, or is none (%s)', async (compression, bytes) => {
    for (const left of [0, 1, 1_000, bytes.length >> 1, bytes.length - 1]) {
      const { flaw } = await unpack(compression, bytes.subarray(0, left));
      expect(flaw).toMatch(/^cannot be unpacked \(unexpected end of file\)$/);
    }
    const { flaw } = await unpack(compression, Buffer.from('no such file, and many more pieces behind it'), 5);
    expect(flaw).toMatch(/^cannot be unpacked \(.+\)$/);
  });

  it.each(PACKED.slice(1))(
    'comes to an end when a byte is wrong, and takes what follows (%s)',
    async (compression, bytes) => {
      const damaged = Buffer.from(bytes);
      damaged[damaged.length - 3]! ^= 0x10;
      damaged[150_000]! ^= 0xff;
      const { flaw, content } = await unpack(compression, damaged, 10_000);
      expect(flaw !== undefined || !content.equals(CONTENT)).toBe(true);
    },
  );

  it('holds no more than a piece of what is packed tightly', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024));
    let largest = 0;
    let total = 0;
    const unpacking = unpacker('gzip', (piece) => {
      largest = Math.max(largest, piece.length);
      total += piece.length;
    });
    const before = process.memoryUsage().rss;
    await unpacking.add(bomb);
    expect(await unpacking.end()).toBeUndefined();
    expect([total, largest]).toEqual([256 * 1024 * 1024, 64 * 1024]);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });
});
