import { writeVarint } from './definition-levels.ts';
import type { PageBuffer } from './page-buffer.ts';

const GROUP = 8;
const HEADER_MAX_BYTES = 5;

/**
 * The values of a page of dictionary numbers: one byte with their width in bits, then runs of equal ones and bit-packed groups
 * (parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing Hybrid").
 */
export function writeIndices(page: PageBuffer, indices: Int32Array, entryCount: number): void {
  const bitWidth = bitsFor(entryCount - 1);
  page.reserve(
    1 + Math.ceil((indices.length * bitWidth) / 8) + bitWidth + HEADER_MAX_BYTES * (2 + indices.length / GROUP),
  );
  page.bytes[page.end++] = bitWidth;
  let packedFrom = 0;
  for (let at = 0; at < indices.length; ) {
    const end = runEnd(indices, at);
    // Packed groups are whole: a run gives them what they lack, and is worth a header when a group or more is left.
    const missing = (GROUP - ((at - packedFrom) % GROUP)) % GROUP;
    if (end - at - missing >= GROUP) {
      writePacked(page, indices, packedFrom, at + missing, bitWidth);
      writeRun(page, indices[at]!, end - at - missing, bitWidth);
      packedFrom = end;
    }
    at = end;
  }
  writePacked(page, indices, packedFrom, indices.length, bitWidth);
}

export function bitsFor(greatest: number): number {
  return 32 - Math.clz32(greatest);
}

function runEnd(indices: Int32Array, from: number): number {
  const value = indices[from]!;
  let end = from + 1;
  while (end < indices.length && indices[end] === value) end += 1;
  return end;
}

function writeRun(page: PageBuffer, value: number, count: number, bitWidth: number): void {
  page.end = writeVarint(page.bytes, page.end, count * 2);
  for (let shift = 0; shift < bitWidth; shift += 8) page.bytes[page.end++] = (value >>> shift) & 255;
}

/** The last group of the page is filled up with zeros, which readers leave alone. */
function writePacked(page: PageBuffer, indices: Int32Array, from: number, to: number, bitWidth: number): void {
  if (from === to) return;
  const groups = Math.ceil((to - from) / GROUP);
  const { bytes } = page;
  let place = writeVarint(bytes, page.end, groups * 2 + 1);
  let held = 0;
  let heldBits = 0;
  for (let at = from; at < from + groups * GROUP; at += 1) {
    // At most 7 bits are held and an index has 15, so that 32 bits hold both.
    held |= (at < to ? indices[at]! : 0) << heldBits;
    for (heldBits += bitWidth; heldBits >= 8; heldBits -= 8) {
      bytes[place++] = held & 255;
      held >>>= 8;
    }
  }
  page.end = place;
}
