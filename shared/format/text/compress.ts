import type { Transform } from 'node:stream';
import { createGzip, createZstdCompress } from 'node:zlib';

export type TextCompression = 'gzip' | 'zstd';

/** Bytes given to the compressor at a time. */
const pieceBytes = 1024 * 1024;
/** Above what one piece can become, so that the compressor never waits for a reader in the midst of a piece. */
const readableHighWaterMark = 8 * pieceBytes;

/**
 * One gzip member or zstd frame. Pull-driven: a piece of the source is taken when the caller asks for bytes, and what it
 * became is given away before the next; so errors of the source and leaving early need no wiring.
 */
export async function* compressed(
  source: AsyncIterable<Uint8Array>,
  compression: TextCompression,
): AsyncGenerator<Uint8Array> {
  const options = { readableHighWaterMark, chunkSize: 128 * 1024 };
  const compressor: Transform = compression === 'gzip' ? createGzip(options) : createZstdCompress(options);
  // Each write reports its own failure; without a listener the same failure would end the process.
  compressor.on('error', () => {});
  try {
    for await (const chunk of source) {
      for (let start = 0; start < chunk.byteLength; start += pieceBytes) {
        await written(compressor, chunk.subarray(start, start + pieceBytes));
        yield* taken(compressor);
      }
    }
    compressor.end();
    yield* compressor;
  } finally {
    compressor.destroy();
  }
}

function written(compressor: Transform, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    compressor.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}

function* taken(compressor: Transform): Generator<Uint8Array> {
  const bytes: Uint8Array | null = compressor.read();
  if (bytes !== null) yield bytes;
}
