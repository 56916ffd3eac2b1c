import { isUtf8 } from 'node:buffer';
import { SourceError } from '../../../core/errors.ts';
import type { ColumnBuffers, ColumnShape } from '../../columns/column-builder.ts';
import { CopyColumn } from './copy-column.ts';

const FIRST_CAPACITY_BYTES = 16 * 1024;
/** A loop costs about 2 ns a byte, a call of set() 60 to 100 ns (measured on Node 24). */
const LOOP_LIMIT_BYTES = 40;

/** bytea: the bytes as they are. */
export class BinaryBuilder extends CopyColumn {
  #offsets: Int32Array;
  protected buffer = new Uint8Array(FIRST_CAPACITY_BYTES);
  protected used = 0;

  constructor(shape: ColumnShape, capacity: number) {
    super(shape, capacity);
    this.#offsets = new Int32Array(capacity + 1);
  }

  append(bytes: Uint8Array, at: number, length: number): void {
    this.reserve(length);
    const target = this.buffer;
    const start = this.used;
    if (length < LOOP_LIMIT_BYTES) for (let i = 0; i < length; i++) target[start + i] = bytes[at + i]!;
    else target.set(bytes.subarray(at, at + length), start);
    this.endValue(length);
  }

  override appendNull(): void {
    super.appendNull();
    this.#offsets[this.rows] = this.used;
  }

  protected endValue(length: number): void {
    this.used += length;
    this.rows += 1;
    this.#offsets[this.rows] = this.used;
  }

  protected reserve(length: number): void {
    const needed = this.used + length;
    if (needed <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.used));
    this.buffer = grown;
  }

  protected takeBuffers(): ColumnBuffers {
    const data = this.buffer.subarray(0, this.used);
    const valueOffsets = this.#offsets.subarray(0, this.rows + 1);
    this.buffer = new Uint8Array(Math.max(FIRST_CAPACITY_BYTES, Math.ceil(this.used * 1.125)));
    this.used = 0;
    this.#offsets = new Int32Array(this.capacity + 1);
    return { data, valueOffsets };
  }
}

/** Text kinds: the bytes as they are, checked to be UTF-8 once per batch. */
export class TextBuilder extends BinaryBuilder {
  #startsInsideCharacter = false;

  override append(bytes: Uint8Array, at: number, length: number): void {
    // Checked per value: two broken values in a row may look like whole characters to the check of the batch.
    if (length > 0 && (bytes[at]! & 0xc0) === 0x80) this.#startsInsideCharacter = true;
    super.append(bytes, at, length);
  }

  protected override takeBuffers(): ColumnBuffers {
    const buffers = super.takeBuffers();
    if (this.#startsInsideCharacter || !isUtf8(buffers.data as Uint8Array)) throw this.#notUtf8();
    return buffers;
  }

  #notUtf8(): SourceError {
    const { name, sourceType } = this.shape;
    return new SourceError('TEXT_NOT_UTF8', `Column "${name}" (${sourceType}) holds text that is not valid UTF-8.`, {
      retry: 'permanent',
      remedy: `Leave the column out with \`select: ["-${name}"]\`, or convert it to UTF8 in \`sql\`.`,
    });
  }
}

/** jsonb: a version byte, then the text. */
export class JsonbBuilder extends TextBuilder {
  override append(bytes: Uint8Array, at: number, length: number): void {
    if (length < 1 || bytes[at] !== 1) throw this.malformed(`version ${bytes[at]} of jsonb's binary form, not 1`);
    super.append(bytes, at + 1, length - 1);
  }
}

const HEX_DIGITS = new TextEncoder().encode('0123456789abcdef');
const DASH = 0x2d;

/** uuid: 16 bytes, written as the 36 characters of RFC 9562. */
export class UuidBuilder extends BinaryBuilder {
  override append(bytes: Uint8Array, at: number, length: number): void {
    this.expectLength(length, 16);
    this.reserve(36);
    const target = this.buffer;
    let to = this.used;
    for (let i = 0; i < 16; i++) {
      if (i === 4 || i === 6 || i === 8 || i === 10) target[to++] = DASH;
      const byte = bytes[at + i]!;
      target[to++] = HEX_DIGITS[byte >> 4]!;
      target[to++] = HEX_DIGITS[byte & 15]!;
    }
    this.endValue(36);
  }
}
