import { isAscii, isUtf8 } from 'node:buffer';
import { SourceError } from '../../../core/errors.ts';
import { NULL_LENGTH, viewOf } from '../../columns/cell-column.ts';
import type { ColumnBuffers, ColumnShape } from '../../columns/column-builder.ts';
import { hexPairs } from '../../columns/hex-pairs.ts';
import { CopyColumn } from './copy-column.ts';

const FIRST_CAPACITY_BYTES = 16 * 1024;
/** Arrow's offsets are signed 32 bits. */
const MAX_BUFFER_BYTES = 0x7fffffff;
/** Up to it a loop over four bytes at a time costs less than a call of set(), 60 to 100 ns (measured on Node 24). */
const LOOP_LIMIT_BYTES = 128;

/** bytea: the bytes as they are. */
export class BinaryBuilder extends CopyColumn {
  protected offsets: Int32Array;
  protected used = 0;
  #buffer = new Uint8Array(FIRST_CAPACITY_BYTES);
  #view = viewOf(this.#buffer);

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.offsets = new Int32Array(capacity + 1);
  }

  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const out = this.reserve(totalLength(lengths, from, count));
    const target = this.#buffer;
    const view = viewOf(bytes);
    const { offsets } = this;
    let row = this.rows;
    let to = this.used;
    for (let i = from; i < from + count; i++) {
      const length = lengths[i]!;
      if (length !== NULL_LENGTH) {
        const start = starts[i]!;
        if (length >= 4 && length <= LOOP_LIMIT_BYTES) copyFours(view, start, length, out, to);
        else if (length < 4) for (let at = 0; at < length; at++) target[to + at] = bytes[start + at]!;
        else target.set(bytes.subarray(start, start + length), to);
        to += length;
      }
      offsets[++row] = to;
    }
    this.used = to;
  }

  /** The buffer, with room for `length` more bytes. */
  protected reserve(length: number): DataView {
    const needed = this.used + length;
    if (needed > this.#buffer.length) {
      if (needed > MAX_BUFFER_BYTES) throw this.#batchTooLarge();
      const grown = new Uint8Array(Math.min(Math.max(needed, this.#buffer.length * 2), MAX_BUFFER_BYTES));
      grown.set(this.#buffer.subarray(0, this.used));
      this.#replace(grown);
    }
    return this.#view;
  }

  #replace(buffer: Uint8Array<ArrayBuffer>): void {
    this.#buffer = buffer;
    this.#view = viewOf(buffer);
  }

  protected takeBuffers(): ColumnBuffers {
    const data = this.#buffer.subarray(0, this.used);
    const valueOffsets = this.offsets.subarray(0, this.rows + 1);
    this.#replace(new Uint8Array(Math.max(FIRST_CAPACITY_BYTES, Math.ceil(this.used * 1.125))));
    this.used = 0;
    this.offsets = new Int32Array(this.capacity + 1);
    return { data, valueOffsets };
  }

  #batchTooLarge(): SourceError {
    return this.unlandable(
      'more than 2 GiB in one batch of rows',
      'Set a smaller batch, or leave the column out with `select`.',
    );
  }
}

function totalLength(lengths: Int32Array, from: number, count: number): number {
  let total = 0;
  for (let i = from; i < from + count; i++) if (lengths[i] !== NULL_LENGTH) total += lengths[i]!;
  return total;
}

/** Copies four bytes or more; the last four may overlap those before. */
function copyFours(view: DataView, start: number, length: number, out: DataView, to: number): void {
  const last = length - 4;
  for (let at = 0; at < last; at += 4) out.setInt32(to + at, view.getInt32(start + at));
  out.setInt32(to + last, view.getInt32(start + last));
}

/** Text kinds: the bytes as they are, checked to be UTF-8 once per batch. */
export class TextBuilder extends BinaryBuilder {
  protected override takeBuffers(): ColumnBuffers {
    const { data, valueOffsets } = super.takeBuffers() as { data: Uint8Array; valueOffsets: Int32Array };
    if (!isAscii(data) && !isUtf8Each(data, valueOffsets)) throw this.#notUtf8();
    return { data, valueOffsets };
  }

  #notUtf8(): SourceError {
    const { name, sourceType } = this.shape;
    return new SourceError('TEXT_NOT_UTF8', `Column "${name}" (${sourceType}) holds text that is not valid UTF-8.`, {
      retry: 'permanent',
      remedy: `Leave the column out with \`select: ["-${name}"]\`, or convert it to UTF8 in \`sql\`.`,
    });
  }
}

/** Whether every value is UTF-8. Two broken ones in a row may look like whole characters to a check of all together. */
function isUtf8Each(data: Uint8Array, offsets: Int32Array): boolean {
  for (let i = 0; i < offsets.length - 1; i++) {
    const at = offsets[i]!;
    if (at < data.length && (data[at]! & 0xc0) === 0x80) return false;
  }
  return isUtf8(data);
}

/** jsonb: a version byte, then the text. */
export class JsonbBuilder extends TextBuilder {
  protected override decode(
    bytes: Uint8Array,
    starts: Int32Array,
    lengths: Int32Array,
    from: number,
    count: number,
  ): void {
    const textStarts = starts.slice(from, from + count);
    const textLengths = lengths.slice(from, from + count);
    for (let i = 0; i < count; i++) {
      if (textLengths[i] === NULL_LENGTH) continue;
      const version = textLengths[i] === 0 ? undefined : bytes[textStarts[i]!];
      if (version !== 1) throw this.malformed(`version ${version} of jsonb's binary form, not 1`);
      textStarts[i]! += 1;
      textLengths[i]! -= 1;
    }
    super.decode(bytes, textStarts, textLengths, 0, count);
  }
}

const UUID_BYTES = 16;
const UUID_CHARACTERS = 36;
const DASH = 0x2d;

const HEX_PAIRS = hexPairs('0123456789abcdef');

/** uuid: 16 bytes, written as the 36 characters of RFC 9562. */
export class UuidBuilder extends BinaryBuilder {
  protected override decode(
    bytes: Uint8Array,
    starts: Int32Array,
    lengths: Int32Array,
    from: number,
    count: number,
  ): void {
    const { offsets } = this;
    const out = this.reserve(count * UUID_CHARACTERS);
    let row = this.rows;
    for (let i = from; i < from + count; i++) {
      const length = lengths[i]!;
      if (length === UUID_BYTES) {
        writeUuid(bytes, starts[i]!, out, this.used);
        this.used += UUID_CHARACTERS;
      } else if (length !== NULL_LENGTH) throw this.wrongLength(length, UUID_BYTES);
      offsets[++row] = this.used;
    }
  }
}

function writeUuid(bytes: Uint8Array, at: number, out: DataView, to: number): void {
  out.setInt32(to, digits(bytes, at), true);
  out.setInt32(to + 4, digits(bytes, at + 2), true);
  out.setUint8(to + 8, DASH);
  out.setInt32(to + 9, digits(bytes, at + 4), true);
  out.setUint8(to + 13, DASH);
  out.setInt32(to + 14, digits(bytes, at + 6), true);
  out.setUint8(to + 18, DASH);
  out.setInt32(to + 19, digits(bytes, at + 8), true);
  out.setUint8(to + 23, DASH);
  out.setInt32(to + 24, digits(bytes, at + 10), true);
  out.setInt32(to + 28, digits(bytes, at + 12), true);
  out.setInt32(to + 32, digits(bytes, at + 14), true);
}

/** The four digits of two bytes, as one store writes them. */
function digits(bytes: Uint8Array, at: number): number {
  return HEX_PAIRS[bytes[at]!]! | (HEX_PAIRS[bytes[at + 1]!]! << 16);
}
