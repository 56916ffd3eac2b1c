import type { TransformOptions } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createZstdCompress, gzip, type ZlibOptions, type ZstdCompress, type ZstdOptions } from 'node:zlib';
import type { Compression } from '../../config/config.ts';
import { Codec } from './file-model.ts';
import { compressSnappy } from './snappy.ts';

/** Compresses the pages of one file, one after the other. */
export interface PageCodec {
  readonly codec: Codec;
  /** The result has memory of its own. zstd and gzip work on another thread. */
  compress(body: Uint8Array): Promise<Uint8Array>;
  /** Gives the compressor's memory back, also in the midst of a page. */
  close(): void;
}

// Snappy's result is copied too, as it is made in memory for the worst case.
const codecs: Readonly<Record<Compression, () => PageCodec>> = {
  zstd: () => new ZstdCodec(),
  gzip: () => ({ codec: Codec.gzip, compress: gzipped, close() {} }),
  snappy: () => ({ codec: Codec.snappy, compress: async (body) => Buffer.from(compressSnappy(body)), close() {} }),
  none: () => ({ codec: Codec.none, compress: async (body) => Buffer.from(body), close() {} }),
};

export function pageCodec(compression: Compression): PageCodec {
  return codecs[compression]();
}

const gzipBuffer = promisify<Uint8Array, ZlibOptions, Buffer>(gzip);

/** A copy, as zlib leaves most of its last piece empty. */
async function gzipped(body: Uint8Array): Promise<Uint8Array> {
  return Buffer.from(await gzipBuffer(body, { chunkSize: Math.max(1024, body.byteLength >> 2) }));
}

/** What page-wise compressors of other writers take too (parquet-rs). More makes files little smaller for much more time. */
const ZSTD_LEVEL = 1;
const PIECE_BYTES = 64 * 1024;
/** More than a page can become, so that the stream never waits for its reader in the midst of one. */
const READABLE_BYTES = 2 ** 31 - 1;

const ZSTD_OPTIONS: ZstdOptions & TransformOptions = {
  chunkSize: PIECE_BYTES,
  readableHighWaterMark: READABLE_BYTES,
  params: {
    [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL,
    [constants.ZSTD_c_hashLog]: 16,
  },
};

/**
 * One compressor for all pages, each a frame of its own: `ZSTD_e_end` ends a frame, and what follows begins the next one
 * (zstd.h, ZSTD_compressStream2). A compressor for each page would take and return some 600 kB of memory every time, which
 * makes V8 collect garbage that is not there.
 */
class ZstdCodec implements PageCodec {
  readonly codec = Codec.zstd;
  readonly #stream: ZstdCompress = createZstdCompress(ZSTD_OPTIONS);
  #last: Promise<unknown> = Promise.resolve();

  constructor() {
    // Each page reports its own failure; without a listener the same failure would end the process.
    this.#stream.on('error', () => {});
  }

  compress(body: Uint8Array): Promise<Uint8Array> {
    const compressed = this.#last.then(() => this.#frame(body));
    this.#last = compressed.catch(() => {});
    return compressed;
  }

  close(): void {
    this.#stream.destroy();
  }

  #frame(body: Uint8Array): Promise<Uint8Array> {
    const stream = this.#stream;
    return new Promise((resolve, reject) => {
      stream.write(body, (failure) => {
        if (failure) reject(failure);
      });
      stream.flush(constants.ZSTD_e_end, () => {
        if (stream.destroyed) reject(stream.errored ?? new Error('The compressor was closed.'));
        else resolve(stream.read() ?? Buffer.alloc(0));
      });
    });
  }
}
