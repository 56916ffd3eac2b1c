import type { Transform } from 'node:stream';
import { createZstdCompress } from 'node:zlib';
import type { TextCompressor } from './compressor.ts';

/** The mark is above what one piece can become, so that the compressor never waits for a reader in the midst of it. */
const options = { readableHighWaterMark: 8 * 1024 * 1024, chunkSize: 128 * 1024 };

/**
 * One frame (RFC 8878, section 3.1.1), piece after piece on one of libuv's threads. Frames that were made side by side
 * would be legal too, but not every reader goes on behind the first one, and zstd is faster than what prints the text.
 */
export class ZstdFrame implements TextCompressor {
  readonly #stream: Transform = createZstdCompress(options);

  #last: Promise<Uint8Array> | undefined;

  constructor() {
    // Each write reports its own failure; without a listener the same failure would end the process.
    this.#stream.on('error', () => undefined);
  }

  compress(piece: Uint8Array): Promise<Uint8Array> {
    const compressed = new Promise<Uint8Array>((resolve, reject) => {
      this.#stream.write(piece, (error) => (error ? reject(error) : resolve(this.#taken())));
    });
    this.#last = compressed;
    return compressed;
  }

  async end(): Promise<Uint8Array> {
    // Until then, what can be read belongs to a piece.
    await this.#last;
    this.#stream.end();
    const rest: Uint8Array[] = [];
    for await (const bytes of this.#stream) rest.push(bytes);
    return Buffer.concat(rest);
  }

  close(): void {
    this.#stream.destroy();
  }

  #taken(): Uint8Array {
    return this.#stream.read() ?? Buffer.alloc(0);
  }
}
