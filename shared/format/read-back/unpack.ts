import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Compression } from '../../config/config.ts';

/** Takes the bytes of a compressed file in pieces and gives on what is in them. */
export interface Unpacker {
  /** Resolves when all of the piece was unpacked and given on, or could not be. Never rejects. */
  add(piece: Uint8Array): Promise<void>;
  /** Why the file could not be unpacked to its end, as the end of a sentence; undefined when it could. */
  end(): Promise<string | undefined>;
}

/** `onBytes` must take what it is given at once: it is called with pieces of 64 KiB at most. */
export function unpacker(compression: Compression, onBytes: (bytes: Uint8Array) => void): Unpacker {
  if (compression === 'none') {
    return {
      add: async (piece) => onBytes(piece),
      end: async () => undefined,
    };
  }
  return new Decompression(compression === 'zstd' ? createZstdDecompress(options) : createGunzip(options), onBytes);
}

const options = { chunkSize: 64 * 1024 };

class Decompression implements Unpacker {
  readonly #transform: Transform;
  readonly #ended = Promise.withResolvers<void>();
  #failure: Error | undefined;

  constructor(transform: Transform, onBytes: (bytes: Uint8Array) => void) {
    this.#transform = transform;
    transform.on('data', onBytes);
    transform.once('error', (failure: Error) => {
      this.#failure = failure;
      this.#ended.resolve();
    });
    transform.once('end', () => this.#ended.resolve());
  }

  add(piece: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return Promise.resolve();
    const taken = new Promise<void>((resolve) => {
      this.#transform.write(piece, () => resolve());
    });
    // A decompressor that fails may forget the piece at hand.
    return Promise.race([taken, this.#ended.promise]);
  }

  async end(): Promise<string | undefined> {
    if (this.#failure === undefined) this.#transform.end();
    await this.#ended.promise;
    this.#transform.destroy();
    return this.#failure === undefined ? undefined : `cannot be unpacked (${this.#failure.message})`;
  }
}
