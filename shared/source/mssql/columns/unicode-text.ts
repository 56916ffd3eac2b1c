import type { ColumnShape } from '../../columns/column-builder.ts';
import { NULL_LENGTH, viewOf } from './tds-column.ts';
import { totalLength, VariableWidthColumn } from './variable-width.ts';

/** A 16-bit unit takes at most 3 bytes of UTF-8; more text is measured first, so that memory stays near its size. */
const MEASURED_FROM_BYTES = 64 * 1024;
/** Two 16-bit units of ASCII in 32 bits have none of these bits. */
const NOT_ASCII_PAIR = 0xff80ff80 | 0;

/**
 * nchar, nvarchar, ntext and xml: UTF-16LE made UTF-8. SQL Server can hold halves of surrogate pairs, UTF-8 cannot:
 * each becomes U+FFFD and its value is counted as one that lost something.
 */
export class UnicodeTextColumn extends VariableWidthColumn {
  readonly #dropsByteOrderMark: boolean;

  constructor(shape: ColumnShape, capacity: number, dropsByteOrderMark = false) {
    super(shape, capacity);
    this.#dropsByteOrderMark = dropsByteOrderMark;
  }

  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const view = viewOf(bytes);
    const target = this.reserve(this.#largestUtf8(view, starts, lengths, from, count));
    const out = viewOf(target);
    const { offsets } = this;
    let row = this.rows;
    let to = this.used;
    for (let i = from; i < from + count; i++) {
      const length = lengths[i]!;
      if (length !== NULL_LENGTH) {
        if ((length & 1) !== 0) throw this.malformed(`${length} bytes where UTF-16 has an even number of them`);
        to = this.#write(view, starts[i]!, starts[i]! + length, target, out, to);
      }
      offsets[++row] = to;
    }
    this.used = to;
  }

  #write(view: DataView, start: number, end: number, target: Uint8Array, out: DataView, to: number): number {
    let at = start;
    if (this.#dropsByteOrderMark && end - at >= 2 && view.getUint16(at, true) === 0xfeff) at += 2;
    const ascii = packAscii(view, at, end, out, to);
    at += ascii * 2;
    return at === end ? to + ascii : this.#writeRest(view, at, end, target, out, to + ascii);
  }

  #largestUtf8(view: DataView, starts: Int32Array, lengths: Int32Array, from: number, count: number): number {
    const total = totalLength(lengths, from, count);
    if (total < MEASURED_FROM_BYTES) return (total >> 1) * 3;
    let size = 0;
    for (let i = from; i < from + count; i++) {
      if (lengths[i] !== NULL_LENGTH) size += utf8Size(view, starts[i]!, starts[i]! + (lengths[i]! & ~1));
    }
    return size;
  }

  #writeRest(view: DataView, start: number, end: number, target: Uint8Array, out: DataView, from: number): number {
    let to = from;
    let lossy = false;
    let isBehindOther = false;
    for (let at = start; at < end; at += 2) {
      const unit = view.getUint16(at, true);
      if (unit < 0x80) {
        target[to++] = unit;
        if (!isBehindOther) continue;
        isBehindOther = false;
        const ascii = packAscii(view, at + 2, end, out, to);
        to += ascii;
        at += ascii * 2;
        continue;
      }
      isBehindOther = true;
      if (unit < 0x800) {
        target[to] = 0xc0 | (unit >> 6);
        target[to + 1] = 0x80 | (unit & 63);
        to += 2;
      } else if (isLeading(unit) && at + 2 < end && isTrailing(view.getUint16(at + 2, true))) {
        const point = 0x10000 + ((unit & 0x3ff) << 10) + (view.getUint16(at + 2, true) & 0x3ff);
        target[to] = 0xf0 | (point >> 18);
        target[to + 1] = 0x80 | ((point >> 12) & 63);
        target[to + 2] = 0x80 | ((point >> 6) & 63);
        target[to + 3] = 0x80 | (point & 63);
        to += 4;
        at += 2;
      } else {
        const lone = (unit & 0xf800) === 0xd800;
        const point = lone ? 0xfffd : unit;
        lossy ||= lone;
        target[to] = 0xe0 | (point >> 12);
        target[to + 1] = 0x80 | ((point >> 6) & 63);
        target[to + 2] = 0x80 | (point & 63);
        to += 3;
      }
    }
    if (lossy) this.lossyValues += 1;
    return to;
  }
}

/** Writes ASCII, four characters at a time, as long as there is; returns how many. */
function packAscii(view: DataView, start: number, end: number, out: DataView, from: number): number {
  let to = from;
  for (let at = start; at + 8 <= end; at += 8) {
    const first = view.getInt32(at, true);
    const second = view.getInt32(at + 4, true);
    if (((first | second) & NOT_ASCII_PAIR) !== 0) break;
    out.setInt32(to, packed(first) | (packed(second) << 16), true);
    to += 4;
  }
  return to - from;
}

/** Two 16-bit units of ASCII as two bytes. */
function packed(pair: number): number {
  return (pair | (pair >>> 8)) & 0xffff;
}

function isLeading(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function isTrailing(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}

/** A lone surrogate counts 3, as U+FFFD does; a pair 4. */
function utf8Size(view: DataView, start: number, end: number): number {
  let size = 0;
  for (let at = start; at < end; at += 2) {
    const unit = view.getUint16(at, true);
    if (unit < 0x80) size += 1;
    else if (unit < 0x800) size += 2;
    else if (isLeading(unit) && at + 2 < end && isTrailing(view.getUint16(at + 2, true))) {
      size += 4;
      at += 2;
    } else size += 3;
  }
  return size;
}
