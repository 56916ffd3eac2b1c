import type { Data } from 'apache-arrow';

/** A page holds at most so many rows (parquet-format, README, "Data pages": small pages can be left out by readers). */
export const PAGE_MAX_ROWS = 16_384;

const LENGTH_BYTES = 4;
const RUN_HEADER_MAX_BYTES = 4;

/** A multiple of 8, so that values behind the levels are aligned. */
export const DEFINITION_LEVELS_MAX_BYTES = Math.ceil((LENGTH_BYTES + RUN_HEADER_MAX_BYTES + PAGE_MAX_ROWS / 8) / 8) * 8;

/**
 * Which rows of a page have a value. The levels of an optional column are one bit each, and bit-packed they are Arrow's own
 * validity bitmap (parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid").
 */
export class DefinitionLevels {
  readonly #bits = new Uint8Array(PAGE_MAX_ROWS / 8);
  rows = 0;
  nullCount = 0;

  /** Adds the rows `from` to `to` of a column's batch; says how many of them are NULL. */
  append(column: Data, from: number, to: number): number {
    const count = to - from;
    const nulls = nullsIn(column, from, to);
    if (nulls > 0 && this.nullCount === 0) setBits(this.#bits, 0, this.rows);
    if (nulls > 0) this.#copyBits(column.nullBitmap, column.offset + from, count);
    else if (this.nullCount > 0) setBits(this.#bits, this.rows, count);
    this.rows += count;
    this.nullCount += nulls;
    return nulls;
  }

  /** Writes the levels so that they end at `end`; returns where they begin. */
  writeBefore(target: Buffer, end: number): number {
    const isMixed = this.nullCount > 0 && this.nullCount < this.rows;
    const runBytes = isMixed ? (this.rows + 7) >> 3 : 1;
    const header = isMixed ? (runBytes << 1) | 1 : this.rows << 1;
    const levelsBytes = varintBytes(header) + runBytes;
    const start = end - LENGTH_BYTES - levelsBytes;
    target.writeUInt32LE(levelsBytes, start);
    const run = writeVarint(target, start + LENGTH_BYTES, header);
    if (isMixed) target.set(this.#bits.subarray(0, runBytes), run);
    else target[run] = this.nullCount === 0 ? 1 : 0;
    return start;
  }

  reset(): void {
    this.rows = 0;
    this.nullCount = 0;
  }

  #copyBits(bitmap: Uint8Array, firstBit: number, count: number): void {
    const { rows } = this;
    if (((rows | firstBit) & 7) === 0) {
      this.#bits.set(bitmap.subarray(firstBit >> 3, (firstBit + count + 7) >> 3), rows >> 3);
      return;
    }
    for (let i = 0; i < count; i += 1) {
      const mask = 1 << ((rows + i) & 7);
      if (isSet(bitmap, firstBit + i)) this.#bits[(rows + i) >> 3]! |= mask;
      else this.#bits[(rows + i) >> 3]! &= ~mask;
    }
  }
}

export function isSet(bitmap: Uint8Array, bit: number): boolean {
  return ((bitmap[bit >> 3]! >> (bit & 7)) & 1) === 1;
}

function nullsIn(column: Data, from: number, to: number): number {
  if (column.nullCount === 0) return 0;
  if (from === 0 && to === column.length) return column.nullCount;
  let nulls = 0;
  for (let row = from; row < to; row += 1) if (!isSet(column.nullBitmap, column.offset + row)) nulls += 1;
  return nulls;
}

function setBits(bits: Uint8Array, first: number, count: number): void {
  const end = first + count;
  let bit = first;
  for (; bit < end && (bit & 7) !== 0; bit += 1) bits[bit >> 3]! |= 1 << (bit & 7);
  if (bit < end) bits.fill(0xff, bit >> 3, (end + 7) >> 3);
}

export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes += 1;
  return bytes;
}

/** Unsigned LEB128; returns where the next byte goes. */
export function writeVarint(target: Uint8Array, at: number, value: number): number {
  let place = at;
  let rest = value;
  for (; rest > 127; rest >>>= 7) target[place++] = (rest & 127) | 128;
  target[place++] = rest;
  return place;
}
