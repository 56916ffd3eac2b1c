import type { FoundObject } from './landing.ts';

/** One version of an object, as it stood when it was looked up. */
export interface FoundPart extends FoundObject {
  readonly key: string;
  /** Tells this version from any other. */
  readonly etag: string;
}

/** Reads objects of one bucket; writes nothing. */
export interface PartReader {
  /** What stands at the key, or undefined. @throws LandingError */
  find(key: string, signal: AbortSignal): Promise<FoundPart | undefined>;
  /**
   * The bytes from offset `from` up to, but without, `to`; at least one.
   * @throws LandingError; OBJECT_VANISHED when the version that was found is not there any more
   */
  read(part: FoundPart, from: number, to: number, signal: AbortSignal): Promise<Uint8Array>;
}

/**
 * One request each. A piece that breaks off is asked for again as a whole, so this is what a retry costs, and what is held
 * in memory.
 */
const PIECE_BYTES = 8 * 1024 * 1024;

/** All bytes of an object, piece by piece, as they are asked for. @throws LandingError as PartReader.read does */
export async function* bytesOf(
  part: FoundPart,
  reader: PartReader,
  signal: AbortSignal,
  pieceBytes = PIECE_BYTES,
): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < part.bytes; from += pieceBytes) {
    yield await reader.read(part, from, Math.min(from + pieceBytes, part.bytes), signal);
  }
}
