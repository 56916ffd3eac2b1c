import { hash } from 'node:crypto';

const twoTo32 = 4_294_967_296;

/**
 * A checksum of rows in any order: the sum modulo 2^64 of a 64-bit hash of each row's text. A sum, so that a row which is
 * there twice counts twice.
 *
 * The hash is the begin of the SHA-1, which has to tell accidents apart and not attacks: of what Node has it is the fastest
 * that OpenSSL's FIPS mode allows too. Measured on one busy core with rows of 200 bytes, in millions of rows a second: SHA-1 1.1,
 * MD5 0.5 to 0.8, SHA-256 0.6, BLAKE2s 0.3 to 0.4; as a binary string, for a Buffer for each digest costs three times as much.
 */
export class RowChecksum {
  rows = 0;
  #high = 0;
  #low = 0;

  readonly add = (row: Uint8Array): void => {
    const digest = hash('sha1', row, 'binary');
    this.rows += 1;
    this.#plus(word(digest, 0), word(digest, 4));
  };

  /** 16 hexadecimal digits. */
  toString(): string {
    return [this.#high, this.#low].map((half) => half.toString(16).padStart(8, '0')).join('');
  }

  #plus(high: number, low: number): void {
    const sum = this.#low + low;
    const carry = sum >= twoTo32 ? 1 : 0;
    this.#low = sum - carry * twoTo32;
    this.#high = (this.#high + high + carry) % twoTo32;
  }
}

function word(digest: string, at: number): number {
  return (
    digest.charCodeAt(at) * 0x1000000 +
    (digest.charCodeAt(at + 1) << 16) +
    (digest.charCodeAt(at + 2) << 8) +
    digest.charCodeAt(at + 3)
  );
}
