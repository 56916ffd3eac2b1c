import { SourceError } from '../../../core/errors.ts';
import type { ColumnShape } from '../../columns/column-builder.ts';
import type { CodePage } from '../collations/code-pages.ts';
import type { DoubleByteTable } from '../collations/double-byte-tables.ts';
import { NULL_LENGTH, viewOf } from './tds-column.ts';
import { totalLength, VariableWidthColumn } from './variable-width.ts';

/** A character of any of the code pages takes at most 3 bytes of UTF-8; more text is measured first. */
const MEASURED_FROM_BYTES = 64 * 1024;
/** Four bytes of ASCII in 32 bits have none of these bits. */
const NOT_ASCII = 0x80808080 | 0;

/** char, varchar and text: runs of ASCII as they are, the rest by a table of the collation's code page. */
export abstract class CodePageTextColumn extends VariableWidthColumn {
  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const view = viewOf(bytes);
    const target = this.reserve(largestUtf8(bytes, starts, lengths, from, count));
    const out = viewOf(target);
    const { offsets } = this;
    let row = this.rows;
    let to = this.used;
    for (let i = from; i < from + count; i++) {
      const length = lengths[i]!;
      if (length !== NULL_LENGTH) {
        const start = starts[i]!;
        const ascii = copyAscii(view, start, start + length, out, to);
        to += ascii;
        if (ascii < length) to = this.write(bytes, start + ascii, start + length, target, to);
      }
      offsets[++row] = to;
    }
    this.used = to;
  }

  /** Writes the bytes up to `end` as UTF-8, at most three bytes for each; returns where the next value goes. */
  abstract write(bytes: Uint8Array, start: number, end: number, target: Uint8Array, from: number): number;
}

/** Copies ASCII, four characters at a time, as long as there is; returns how many. */
function copyAscii(view: DataView, start: number, end: number, out: DataView, to: number): number {
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const four = view.getInt32(at, true);
    if ((four & NOT_ASCII) !== 0) break;
    out.setInt32(to + at - start, four, true);
  }
  return at - start;
}

function largestUtf8(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): number {
  const total = totalLength(lengths, from, count);
  if (total < MEASURED_FROM_BYTES) return total * 3;
  let size = total;
  for (let i = from; i < from + count; i++) {
    const end = starts[i]! + lengths[i]!;
    for (let at = starts[i]!; at < end; at++) if (bytes[at]! >= 0x80) size += 2;
  }
  return size;
}

export class SingleByteTextColumn extends CodePageTextColumn {
  readonly #units: Uint16Array;

  constructor(shape: ColumnShape, capacity: number, units: Uint16Array) {
    super(shape, capacity);
    this.#units = units;
  }

  write(bytes: Uint8Array, start: number, end: number, target: Uint8Array, from: number): number {
    const units = this.#units;
    let to = from;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte < 0x80) target[to++] = byte;
      else to = writeUnit(units[byte]!, target, to);
    }
    return to;
  }
}

export class DoubleByteTextColumn extends CodePageTextColumn {
  readonly #table: DoubleByteTable;
  readonly #codePage: CodePage;

  constructor(shape: ColumnShape, capacity: number, table: DoubleByteTable, codePage: CodePage) {
    super(shape, capacity);
    this.#table = table;
    this.#codePage = codePage;
  }

  write(bytes: Uint8Array, start: number, end: number, target: Uint8Array, from: number): number {
    const { singles, pairs } = this.#table;
    let to = from;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte < 0x80) {
        target[to++] = byte;
        continue;
      }
      let unit = singles[byte]!;
      if (unit === 0) {
        if (at + 1 < end) unit = pairs[byte * 256 + bytes[at + 1]!]!;
        if (unit === 0) throw this.#noCharacter(bytes.subarray(at, Math.min(at + 2, end)));
        at += 1;
      }
      to = writeUnit(unit, target, to);
    }
    return to;
  }

  #noCharacter(bytes: Uint8Array): SourceError {
    return notDecodable(this.shape, this.quotedName(), this.#codePage, bytes);
  }
}

/** For bytes that are no character of the code page. */
export function notDecodable(shape: ColumnShape, quotedName: string, codePage: number, bytes: Uint8Array): SourceError {
  const hex = Buffer.from(bytes).toString('hex').toUpperCase();
  return new SourceError(
    'TEXT_NOT_DECODABLE',
    `Column "${shape.name}" (${shape.sourceType}) holds the bytes 0x${hex}, which are no character of code page ${codePage}.`,
    {
      retry: 'permanent',
      remedy: `Write the table as \`sql\` and let the server convert the column there: CAST(${quotedName} AS nvarchar(max)).`,
    },
  );
}

/** Writes a UTF-16 unit that is no half of a pair as UTF-8, returns where the next one goes. */
function writeUnit(unit: number, target: Uint8Array, to: number): number {
  if (unit < 0x800) {
    target[to] = 0xc0 | (unit >> 6);
    target[to + 1] = 0x80 | (unit & 63);
    return to + 2;
  }
  target[to] = 0xe0 | (unit >> 12);
  target[to + 1] = 0x80 | ((unit >> 6) & 63);
  target[to + 2] = 0x80 | (unit & 63);
  return to + 3;
}
