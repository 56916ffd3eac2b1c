import { crc32 } from 'node:zlib';

/** A piece of the object, ready to be sent. */
export interface Slice {
  readonly bytes: Buffer;
  /** True for the last slice of the object. */
  readonly last: boolean;
}

/**
 * Cuts a byte stream into slices of `sizeBytes(index)`, only the last one smaller (possibly empty).
 * Each slice has memory of its own, so it may be sent while the next is filled.
 */
export async function* slicesOf(
  body: AsyncIterable<Uint8Array>,
  sizeBytes: (index: number) => number,
): AsyncGenerator<Slice> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let index = 0;
  for await (const chunk of body) {
    let rest = chunk;
    while (rest.length > 0) {
      const room = sizeBytes(index) - pendingBytes;
      if (room === 0) {
        yield { bytes: Buffer.concat(pending, pendingBytes), last: false };
        pending = [];
        pendingBytes = 0;
        index += 1;
        continue;
      }
      const taken = rest.subarray(0, room);
      pending.push(taken);
      pendingBytes += taken.length;
      rest = rest.subarray(taken.length);
    }
  }
  yield { bytes: Buffer.concat(pending, pendingBytes), last: true };
}

/** A running CRC-32 (ISO-HDLC, the one S3 calls CRC32) in S3's spelling: base64 of four big-endian bytes. */
export class Checksum {
  #value = 0;

  add(bytes: Uint8Array): void {
    this.#value = crc32(bytes, this.#value);
  }

  toString(): string {
    const word = Buffer.alloc(4);
    word.writeUInt32BE(this.#value >>> 0);
    return word.toString('base64');
  }

  static of(bytes: Uint8Array): string {
    const checksum = new Checksum();
    checksum.add(bytes);
    return checksum.toString();
  }
}
