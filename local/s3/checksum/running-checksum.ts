import { createHash, type Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c } from './crc32c.ts';
import { Crc64Nvme } from './crc64nvme.ts';

/** A checksum that is fed the bytes of a stream piece by piece. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** The value in network byte order, as S3 puts it in base64. Called once, at the end. */
  digest(): Buffer;
}

/** As in the header names `x-amz-checksum-<algorithm>`. */
export type ChecksumAlgorithm = 'crc32' | 'crc32c' | 'crc64nvme' | 'sha1' | 'sha256';

/** How many bytes a value of each algorithm has. */
export const CHECKSUM_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
};

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return Object.hasOwn(CHECKSUM_BYTES, name);
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  switch (algorithm) {
    case 'crc32':
      return new Crc32();
    case 'crc32c':
      return new Crc32c();
    case 'crc64nvme':
      return new Crc64Nvme();
    case 'sha1':
    case 'sha256':
      return new HashChecksum(algorithm);
  }
}

class Crc32 implements RunningChecksum {
  #crc = 0;

  update(bytes: Uint8Array): void {
    this.#crc = crc32(bytes, this.#crc);
  }

  digest(): Buffer {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(this.#crc);
    return value;
  }
}

class HashChecksum implements RunningChecksum {
  readonly #hash: Hash;

  constructor(algorithm: 'sha1' | 'sha256') {
    this.#hash = createHash(algorithm);
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): Buffer {
    return this.#hash.digest();
  }
}
