import type { RunningChecksum } from './running-checksum.ts';

/** The Castagnoli polynomial, bits reversed (RFC 3720, section 12.1). */
const REFLECTED_POLYNOMIAL = 0x82f63b78;

/** Eight tables of 256 entries, so that eight bytes are folded in at once. */
const TABLES = buildTables();

function buildTables(): Uint32Array {
  const tables = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ REFLECTED_POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let at = 256; at < tables.length; at += 1) {
    const previous = tables[at - 256]!;
    tables[at] = (previous >>> 8) ^ tables[previous & 0xff]!;
  }
  return tables;
}

/** CRC-32C as S3 counts it; check value of "123456789": E3069283. */
export class Crc32c implements RunningChecksum {
  #crc = 0xffffffff;

  update(bytes: Uint8Array): void {
    let crc = this.#crc;
    let at = 0;
    for (const end = bytes.length - 7; at < end; at += 8) {
      crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      crc =
        TABLES[1792 + (crc & 0xff)]! ^
        TABLES[1536 + ((crc >>> 8) & 0xff)]! ^
        TABLES[1280 + ((crc >>> 16) & 0xff)]! ^
        TABLES[1024 + (crc >>> 24)]! ^
        TABLES[768 + bytes[at + 4]!]! ^
        TABLES[512 + bytes[at + 5]!]! ^
        TABLES[256 + bytes[at + 6]!]! ^
        TABLES[bytes[at + 7]!]!;
    }
    for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ TABLES[(crc ^ bytes[at]!) & 0xff]!;
    this.#crc = crc;
  }

  digest(): Buffer {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(~this.#crc >>> 0);
    return value;
  }
}
