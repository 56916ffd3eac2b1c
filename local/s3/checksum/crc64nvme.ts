import type { RunningChecksum } from './running-checksum.ts';

/** The polynomial of the NVM Express specification (NVM command set, 64-bit CRC), bits reversed. */
const REFLECTED_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

/**
 * Eight tables of 256 entries, each entry split in two halves of 32 bits:
 * a BigInt per byte would be about a hundred times slower.
 */
const { low: LOW, high: HIGH } = buildTables();

function buildTables(): { low: Uint32Array; high: Uint32Array } {
  const whole = new BigUint64Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ REFLECTED_POLYNOMIAL : crc >> 1n;
    whole[byte] = crc;
  }
  for (let at = 256; at < whole.length; at += 1) {
    const previous = whole[at - 256]!;
    whole[at] = (previous >> 8n) ^ whole[Number(previous & 0xffn)]!;
  }
  return {
    low: Uint32Array.from(whole, (crc) => Number(crc & 0xffffffffn)),
    high: Uint32Array.from(whole, (crc) => Number(crc >> 32n)),
  };
}

/** CRC-64/NVME as S3 counts it; check value of "123456789": AE8B14860A799888. */
export class Crc64Nvme implements RunningChecksum {
  #low = 0xffffffff;
  #high = 0xffffffff;

  update(bytes: Uint8Array): void {
    let low = this.#low;
    let high = this.#high;
    let at = 0;
    for (const end = bytes.length - 7; at < end; at += 8) {
      low ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
      high ^= bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
      const a = 1792 + (low & 0xff);
      const b = 1536 + ((low >>> 8) & 0xff);
      const c = 1280 + ((low >>> 16) & 0xff);
      const d = 1024 + (low >>> 24);
      const e = 768 + (high & 0xff);
      const f = 512 + ((high >>> 8) & 0xff);
      const g = 256 + ((high >>> 16) & 0xff);
      const h = high >>> 24;
      low = LOW[a]! ^ LOW[b]! ^ LOW[c]! ^ LOW[d]! ^ LOW[e]! ^ LOW[f]! ^ LOW[g]! ^ LOW[h]!;
      high = HIGH[a]! ^ HIGH[b]! ^ HIGH[c]! ^ HIGH[d]! ^ HIGH[e]! ^ HIGH[f]! ^ HIGH[g]! ^ HIGH[h]!;
    }
    for (; at < bytes.length; at += 1) {
      const entry = (low ^ bytes[at]!) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ LOW[entry]!;
      high = (high >>> 8) ^ HIGH[entry]!;
    }
    this.#low = low;
    this.#high = high;
  }

  digest(): Buffer {
    const value = Buffer.alloc(8);
    value.writeUInt32BE(~this.#high >>> 0, 0);
    value.writeUInt32BE(~this.#low >>> 0, 4);
    return value;
  }
}
