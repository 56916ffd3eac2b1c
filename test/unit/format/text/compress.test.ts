import { randomBytes } from 'node:crypto';
import { crc32, gunzipSync, inflateRawSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { compressed, piecesInFlight } from '../../../../shared/format/text/compress.ts';
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

  it('keeps the order of many pieces of any size', async () => {
    const sizes = Array.from({ length: 200 }, (_, index) => (index * 7919) % 50_000);
    const pieces = sizes.map((size, index) => Buffer.alloc(size, `row ${index} of a table, `));
    async function* source() {
      yield* pieces;
    }
    const result = await bytesOf(compressed(source(), compression));
    expect(decompress(result).equals(Buffer.concat(pieces))).toBe(true);
  });

  it('takes no more pieces than may be in flight before its reader asks again', async () => {
    let taken = 0;
    async function* source() {
      for (; taken < 50; taken++) yield randomBytes(100_000);
    }
    const chunks = compressed(source(), compression);
    expect(taken).toBe(0);
    for (let asked = 1; asked <= 5; asked++) {
      await chunks.next();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(taken).toBeLessThanOrEqual(piecesInFlight + asked);
    }
    await chunks.return(undefined);
  });

  it('ends with the error of the source when pieces are in flight', async () => {
    const failure = new Error('The server went away.');
    async function* failing() {
      yield randomBytes(1024 * 1024);
      yield randomBytes(1024 * 1024);
      throw failure;
    }
    await expect(bytesOf(compressed(failing(), compression))).rejects.toBe(failure);
  });
});

describe('a gzip file', () => {
  const text = Buffer.concat(
    Array.from({ length: 90_000 }, (_, row) => Buffer.from(`${row},SO-2026-${row},delivered at ${row * 37}\r\n`)),
  );

  it('is one member with the size and checksum of the text', async () => {
    const file = await bytesOf(compressed(inChunks(text, 700_000), 'gzip'));
    const { buffer, engine } = inflateRawSync(file.subarray(10), { info: true }) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    expect(buffer.equals(text)).toBe(true);
    expect(engine.bytesWritten).toBe(file.length - 18);
    expect(file.readUInt32LE(file.length - 8)).toBe(crc32(text));
    expect(file.readUInt32LE(file.length - 4)).toBe(text.length);
  });

  it('is as small in pieces as in one, for each has the text before it as its dictionary', async () => {
    const inOne = await bytesOf(compressed(inChunks(text.subarray(0, 1_000_000), 1_000_000), 'gzip'));
    const inPieces = await bytesOf(compressed(inChunks(text.subarray(0, 1_000_000), 50_000), 'gzip'));
    expect(inPieces.length).toBeLessThan(inOne.length * 1.02);
  });
});
