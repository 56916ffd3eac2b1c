import { gzipSync, zstdCompressSync } from 'node:zlib';

/**
 * The kinds of work that landing is made of, written once and not to be made faster: what the stages take is counted in
 * it. A change here makes every reference void.
 */

/** What a table's cells are to a decoder: bytes to be told apart, joined to numbers and copied to columns of their own. */
export function decodeBytes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Int32Array((bytes.length >> 2) + 1);
  const numbers = new Float64Array((bytes.length >> 3) + 1);
  const text = new Uint8Array(bytes.length);
  let wordCount = 0;
  let numberCount = 0;
  let textBytes = 0;
  for (let place = 0; place + 8 < bytes.length; ) {
    const length = bytes[place]! & 15;
    if (length < 4) {
      words[wordCount++] = view.getInt32(place + 1, true);
      place += 5;
    } else if (length < 8) {
      numbers[numberCount++] = view.getInt32(place, true) * 4_294_967_296 + view.getUint32(place + 4, true);
      place += 8;
    } else {
      const end = Math.min(place + length, bytes.length);
      while (place < end) text[textBytes++] = bytes[place++]!;
    }
  }
  return words[wordCount >> 1]! + numbers[numberCount >> 1]! + text[textBytes >> 1]!;
}

const QUOTE = 34;
const COMMA = 44;
const ZERO = 48;
/** Kept: fresh memory of this size costs the one process twice as much as the other, by how it was allocated before. */
const chunk = new Uint8Array(1024 * 1024);

/** What a table's cells are to a writer of text: digits made of numbers, bytes looked at and copied. */
export function spellBytes(bytes: Uint8Array): number {
  let at = 0;
  let written = 0;
  for (let place = 0; place + 8 < bytes.length; ) {
    if (at + 64 > chunk.length) {
      written += at;
      at = 0;
    }
    let number = (bytes[place]! << 16) | (bytes[place + 1]! << 8) | bytes[place + 2]!;
    const end = at + 8;
    for (let digit = end - 1; digit >= at; digit -= 1) {
      const tenth = (number / 10) | 0;
      chunk[digit] = ZERO + number - tenth * 10;
      number = tenth;
    }
    at = end;
    chunk[at++] = COMMA;
    for (const textEnd = place + 8; place < textEnd; place += 1) {
      const byte = bytes[place]!;
      if (byte === QUOTE) chunk[at++] = QUOTE;
      chunk[at++] = byte;
    }
  }
  return written + chunk[at >> 1]!;
}

const SLOTS = 1 << 14;
const seen = new Int32Array(SLOTS);
const keys = new Uint16Array(1024 * 1024);

/** What a table's cells are to a writer of Parquet: values looked up among those seen before, and native compression. */
export function packBytes(bytes: Uint8Array): number {
  seen.fill(0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let keyCount = 0;
  for (let place = 0; place + 4 <= bytes.length && keyCount < keys.length; place += 4) {
    const value = view.getInt32(place, true);
    let slot = (Math.imul(value, 0x9e3779b1) >>> 18) & (SLOTS - 1);
    for (let tries = 0; seen[slot] !== value && tries < 4; tries += 1) {
      if (seen[slot] === 0) seen[slot] = value;
      else slot = (slot + 1) & (SLOTS - 1);
    }
    keys[keyCount++] = slot;
  }
  return zstdCompressSync(bytes).length + keys[keyCount >> 1]!;
}

/** Text is spelled and compressed. */
export function spellAndZip(bytes: Uint8Array): number {
  return spellBytes(bytes) + gzipSync(bytes, { level: 6 }).length;
}
