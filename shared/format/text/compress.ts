import type { TextCompressor } from './compressor.ts';
import { GzipMember } from './gzip-member.ts';
import { ZstdFrame } from './zstd-frame.ts';

export type TextCompression = 'gzip' | 'zstd';

/** Bytes given to the compressor at a time. */
const pieceBytes = 1024 * 1024;

/**
 * Pieces that are compressed at the same time, on libuv's threads, or wait there for their turn. Three keep two cores
 * busy: two are compressed while the main thread prints. Together with what they become they hold at most 7 MiB.
 */
export const piecesInFlight = 3;

/**
 * One gzip member or zstd frame. Pull-driven: nothing is taken from the source unless the caller waits for bytes, and
 * what is taken goes out in its order, up to `piecesInFlight` pieces later; so a source that looks at the bytes which
 * have left sees them late by so much text at most. Errors of the source come through unchanged; whoever leaves early
 * waits for the pieces in flight, so that nothing runs afterwards.
 */
export async function* compressed(
  source: AsyncIterable<Uint8Array>,
  compression: TextCompression,
): AsyncGenerator<Uint8Array> {
  const compressor: TextCompressor = compression === 'gzip' ? new GzipMember() : new ZstdFrame();
  const inFlight: Promise<Uint8Array>[] = [];
  const begin = (piece: Promise<Uint8Array>): void => {
    // A failure is met when the piece's turn comes, not before.
    piece.catch(() => undefined);
    inFlight.push(piece);
  };
  try {
    for await (const chunk of source) {
      for (let start = 0; start < chunk.byteLength; start += pieceBytes) {
        begin(compressor.compress(chunk.subarray(start, start + pieceBytes)));
        if (inFlight.length >= piecesInFlight) yield* next(inFlight);
      }
    }
    begin(compressor.end());
    while (inFlight.length > 0) yield* next(inFlight);
  } finally {
    await Promise.allSettled(inFlight);
    compressor.close();
  }
}

async function* next(inFlight: Promise<Uint8Array>[]): AsyncGenerator<Uint8Array> {
  const bytes = await inFlight.shift()!;
  if (bytes.byteLength > 0) yield bytes;
}
