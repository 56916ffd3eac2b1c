import type { Layout } from '../column-types.ts';
import { int32At, NULL_LENGTH } from '../columns/tds-column.ts';

/** Types of the two row tokens (MS-TDS 2.2.7.19 ROW, 2.2.7.14 NBCROW). */
export const ROW = 0xd1;
export const NBCROW = 0xd2;

/** Answers of `scanRow` that are no position. */
export const INCOMPLETE = -1;
export const TOO_LARGE = -2;
export const MALFORMED = -3;

const FIXED = 0;
const BYTE_LENGTH = 1;
const USHORT_LENGTH = 2;
const TEXT_POINTER = 3;
const VARIANT = 4;
const PLP = 5;

const KINDS: Readonly<Record<Layout['kind'], number>> = {
  fixed: FIXED,
  'byte-length': BYTE_LENGTH,
  'ushort-length': USHORT_LENGTH,
  'text-pointer': TEXT_POINTER,
  variant: VARIANT,
  plp: PLP,
};

/** Behind a text pointer stands a timestamp that says nothing to a reader. */
const TIMESTAMP_BYTES = 8;
const USHORT_NULL = 0xffff;
const UINT32_MAX = 0xffff_ffff;
/** The low half of a PLP length whose high half is all ones. */
const PLP_NULL = 0xffff_ffff;
const PLP_UNKNOWN = 0xffff_fffe;

export interface ScanLimits {
  /** Rows that the cells of one window have room for. */
  readonly windowRows: number;
  /** Longest value; a row's long values may come to twice as much. */
  readonly maxValueBytes: number;
}

/**
 * Finds where the cells of rows lie, without looking into them. The cell of a column in a window's row stands at
 * `column * windowRows + row` of `starts` and `lengths`.
 */
export class RowScanner {
  readonly windowRows: number;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  /** By column, whether the value of the row scanned last lies in several pieces; `starts` is then its first piece's length. */
  readonly inPieces: Uint8Array;
  hasPieces = false;
  /** After INCOMPLETE: the least bytes that the row has in all, its token's type included. */
  neededBytes = 0;
  /** After TOO_LARGE or MALFORMED: the column, and what its value, or the row so far, would come to. */
  culprit = 0;
  culpritBytes = 0;
  readonly #kinds: Uint8Array;
  readonly #widths: Uint8Array;
  readonly #maxValueBytes: number;
  #rowStart = 0;
  #longBytes = 0;

  constructor(layouts: readonly Layout[], limits: ScanLimits) {
    this.windowRows = limits.windowRows;
    this.#maxValueBytes = limits.maxValueBytes;
    this.#kinds = Uint8Array.from(layouts, (layout) => KINDS[layout.kind]);
    this.#widths = Uint8Array.from(layouts, (layout) => (layout.kind === 'fixed' ? layout.bytes : 0));
    this.starts = new Int32Array(layouts.length * limits.windowRows);
    this.lengths = new Int32Array(layouts.length * limits.windowRows);
    this.inPieces = new Uint8Array(layouts.length);
  }

  /** Notes the cells of the row token at `from` as row `row` of the window; gives where it ends, or why it does not. */
  scanRow(bytes: Uint8Array, from: number, end: number, row: number): number {
    this.#startRow(from);
    if (bytes[from] === NBCROW) return this.#scanWithBitmap(bytes, from + 1, end, row);
    const { starts, lengths, windowRows } = this;
    const kinds = this.#kinds;
    let at = from + 1;
    for (let column = 0, cell = row; column < kinds.length; column++, cell += windowRows) {
      if (kinds[column] !== BYTE_LENGTH) {
        at = this.#scanCell(bytes, at, end, column, cell);
        if (at < 0) return at;
        continue;
      }
      // Most types, so that it is here and not in a call.
      if (at >= end) return this.#incomplete(at + 1);
      const length = bytes[at++]!;
      if (length === 0) {
        lengths[cell] = NULL_LENGTH;
        continue;
      }
      lengths[cell] = length;
      starts[cell] = at;
      at += length;
      if (at > end) return this.#incomplete(at);
    }
    return at;
  }

  /** NBCROW: a bitmap of the NULLs, then the other cells as in a ROW. */
  #scanWithBitmap(bytes: Uint8Array, bitmap: number, end: number, row: number): number {
    const { lengths, windowRows } = this;
    const columns = this.#kinds.length;
    let at = bitmap + ((columns + 7) >> 3);
    if (at > end) return this.#incomplete(at);
    for (let column = 0, cell = row; column < columns; column++, cell += windowRows) {
      if (((bytes[bitmap + (column >> 3)]! >> (column & 7)) & 1) === 1) {
        lengths[cell] = NULL_LENGTH;
        continue;
      }
      at = this.#scanCell(bytes, at, end, column, cell);
      if (at < 0) return at;
    }
    return at;
  }

  /** Notes the cell at `at`; gives where it ends, or why it does not. */
  #scanCell(bytes: Uint8Array, from: number, end: number, column: number, cell: number): number {
    const kind = this.#kinds[column]!;
    let at = from;
    let length = NULL_LENGTH;
    if (kind === BYTE_LENGTH) {
      if (at >= end) return this.#incomplete(at + 1);
      length = bytes[at++]!;
      if (length === 0) length = NULL_LENGTH;
    } else if (kind === USHORT_LENGTH) {
      if (end - at < 2) return this.#incomplete(at + 2);
      length = bytes[at]! | (bytes[at + 1]! << 8);
      at += 2;
      if (length === USHORT_NULL) length = NULL_LENGTH;
    } else if (kind === FIXED) {
      length = this.#widths[column]!;
    } else {
      return this.#scanLong(kind, bytes, at, end, column, cell);
    }
    this.lengths[cell] = length;
    if (length === NULL_LENGTH) return at;
    this.starts[cell] = at;
    at += length;
    return at > end ? this.#incomplete(at) : at;
  }

  #startRow(from: number): void {
    this.#rowStart = from;
    this.#longBytes = 0;
    if (this.hasPieces) this.inPieces.fill(0);
    this.hasPieces = false;
  }

  #incomplete(neededEnd: number): number {
    this.neededBytes = neededEnd - this.#rowStart;
    return INCOMPLETE;
  }

  #refuse(verdict: number, column: number, bytes: number): number {
    this.culprit = column;
    this.culpritBytes = bytes;
    return verdict;
  }

  #scanLong(kind: number, bytes: Uint8Array, at: number, end: number, column: number, cell: number): number {
    if (kind === PLP) return this.#scanPlp(bytes, at, end, column, cell);
    let start = at;
    if (kind === TEXT_POINTER) {
      if (at >= end) return this.#incomplete(at + 1);
      const pointerBytes = bytes[at]!;
      if (pointerBytes === 0) return this.#endNull(cell, at + 1);
      start = at + 1 + pointerBytes + TIMESTAMP_BYTES;
    }
    if (end - start < 4) return this.#incomplete(start + 4);
    const length = uint32At(bytes, start);
    start += 4;
    if (kind === VARIANT && length === 0) return this.#endNull(cell, start);
    if (this.#isTooLarge(length)) return this.#refuse(TOO_LARGE, column, length);
    this.#longBytes += length;
    this.starts[cell] = start;
    this.lengths[cell] = length;
    return start + length > end ? this.#incomplete(start + length) : start + length;
  }

  #endNull(cell: number, at: number): number {
    this.lengths[cell] = NULL_LENGTH;
    return at;
  }

  /** Partially length-prefixed bytes: a total, then pieces with their lengths, ended by an empty one (MS-TDS 2.2.5.2.3). */
  #scanPlp(bytes: Uint8Array, at: number, end: number, column: number, cell: number): number {
    if (end - at < 8) return this.#incomplete(at + 8);
    const stated = uint32At(bytes, at);
    const high = uint32At(bytes, at + 4);
    const isMarker = high === UINT32_MAX;
    if (isMarker && stated === PLP_NULL) return this.#endNull(cell, at + 8);
    const isKnown = !(isMarker && stated === PLP_UNKNOWN);
    if (isKnown && (high !== 0 || this.#isTooLarge(stated))) {
      return this.#refuse(TOO_LARGE, column, high * 0x1_0000_0000 + stated);
    }
    const first = at + 8;
    let pieces = 0;
    let total = 0;
    for (let piece = first; ; pieces++) {
      if (end - piece < 4) return this.#incomplete(piece + 4 + (isKnown ? stated - total : 0));
      const length = uint32At(bytes, piece);
      if (length === 0) {
        if (isKnown && total !== stated) return this.#refuse(MALFORMED, column, total);
        this.#longBytes += total;
        return this.#endPlp(column, cell, first, pieces, total, piece + 4);
      }
      total += length;
      if (this.#isTooLarge(total)) return this.#refuse(TOO_LARGE, column, total);
      if (isKnown && total > stated) return this.#refuse(MALFORMED, column, total);
      piece += 4 + length;
      if (piece > end) return this.#incomplete(piece + 4);
    }
  }

  #endPlp(column: number, cell: number, first: number, pieces: number, total: number, at: number): number {
    this.starts[cell] = pieces === 1 ? first + 4 : first;
    this.lengths[cell] = total;
    if (pieces > 1) {
      this.inPieces[column] = 1;
      this.hasPieces = true;
    }
    return at;
  }

  #isTooLarge(length: number): boolean {
    return length > this.#maxValueBytes || this.#longBytes + length > 2 * this.#maxValueBytes;
  }
}

/** Joins the pieces of a PLP value whose first piece's length stands at `first`. */
export function gatherPieces(bytes: Uint8Array, first: number, totalBytes: number): Uint8Array {
  const gathered = Buffer.alloc(totalBytes);
  let piece = first;
  for (let at = 0; at < totalBytes; ) {
    const length = uint32At(bytes, piece);
    gathered.set(bytes.subarray(piece + 4, piece + 4 + length), at);
    at += length;
    piece += 4 + length;
  }
  return gathered;
}

function uint32At(bytes: Uint8Array, at: number): number {
  return int32At(bytes, at) >>> 0;
}
