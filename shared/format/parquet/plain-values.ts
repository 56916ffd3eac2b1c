import { type Data, DataType } from 'apache-arrow';
import { copyRange } from './byte-ranges.ts';
import { isSet } from './definition-levels.ts';
import { PhysicalType, type StoredColumn } from './file-model.ts';
import type { PageBuffer } from './page-buffer.ts';

/** Adds the values of rows `from` to `to` to a page, PLAIN encoded (parquet-format, Encodings.md); `nulls` of the rows have none. */
export type AppendValues = (page: PageBuffer, column: Data, from: number, to: number, nulls: number) => void;

const WORD_BYTES = 4;
const DECIMAL_BYTES = 16;

export function plainAppender({ type, physicalType, typeLength }: StoredColumn): AppendValues {
  if (physicalType === PhysicalType.boolean) return appendBits();
  if (physicalType === PhysicalType.byteArray) return appendByteArrays;
  if (physicalType === PhysicalType.fixedLenByteArray) return appendBigEndian(typeLength!);
  if (DataType.isInt(type) && type.bitWidth < 32) return appendWidened;
  const keptWords = physicalType === PhysicalType.int32 || physicalType === PhysicalType.float ? 1 : 2;
  return DataType.isDecimal(type)
    ? appendWords(DECIMAL_BYTES / WORD_BYTES, keptWords)
    : appendWords(keptWords, keptWords);
}

/** Values of 4 or 8 bytes, and decimals whose lower 4 or 8 bytes are the whole value: all are little-endian. */
function appendWords(sourceWords: number, keptWords: number): AppendValues {
  return (page, column, from, to, nulls) => {
    const count = to - from - nulls;
    page.reserve(count * keptWords * WORD_BYTES);
    const source = wordsOf(column);
    const target = page.words;
    const start = page.end / WORD_BYTES;
    page.end += count * keptWords * WORD_BYTES;
    if (nulls === 0 && sourceWords === keptWords) {
      target.set(source.subarray(from * keptWords, to * keptWords), start);
    } else if (keptWords === 1) copySingle(source, sourceWords, column, from, to, nulls, target, start);
    else copyPairs(source, sourceWords, column, from, to, nulls, target, start);
  };
}

function copySingle(
  source: Int32Array,
  stride: number,
  { nullBitmap, offset }: Data,
  from: number,
  to: number,
  nulls: number,
  target: Int32Array,
  start: number,
): void {
  let place = start;
  for (let row = from; row < to; row += 1) {
    if (nulls === 0 || isSet(nullBitmap, offset + row)) target[place++] = source[row * stride]!;
  }
}

function copyPairs(
  source: Int32Array,
  stride: number,
  { nullBitmap, offset }: Data,
  from: number,
  to: number,
  nulls: number,
  target: Int32Array,
  start: number,
): void {
  let place = start;
  for (let row = from; row < to; row += 1) {
    if (nulls > 0 && !isSet(nullBitmap, offset + row)) continue;
    target[place++] = source[row * stride]!;
    target[place++] = source[row * stride + 1]!;
  }
}

/** Integers of 1 and 2 bytes are stored in 4. */
const appendWidened: AppendValues = (page, column, from, to, nulls) => {
  const values = column.values as Int16Array;
  page.reserve((to - from - nulls) * WORD_BYTES);
  const target = page.words;
  let place = page.end / WORD_BYTES;
  for (let row = from; row < to; row += 1) {
    if (nulls === 0 || isSet(column.nullBitmap, column.offset + row)) target[place++] = values[row]!;
  }
  page.end = place * WORD_BYTES;
};

/** One bit a value, least significant first; pages begin anew, batches go on in the midst of a byte. */
function appendBits(): AppendValues {
  let bits = 0;
  return (page, column, from, to, nulls) => {
    if (page.sizeBytes === 0) bits = 0;
    const values = column.values as Uint8Array;
    page.reserve((to - from + 7) / 8 + 1);
    for (let row = from; row < to; row += 1) {
      if (nulls > 0 && !isSet(column.nullBitmap, column.offset + row)) continue;
      if ((bits & 7) === 0) page.bytes[page.end++] = 0;
      if (isSet(values, column.offset + row)) page.bytes[page.end - 1]! |= 1 << (bits & 7);
      bits += 1;
    }
  };
}

/** Decimals of more than 18 digits: two's complement, big-endian, in as few bytes as the precision needs. */
function appendBigEndian(length: number): AppendValues {
  return (page, column, from, to, nulls) => {
    page.reserve((to - from - nulls) * length);
    const { buffer, byteOffset, byteLength } = column.values as ArrayBufferView;
    const source = new Uint8Array(buffer, byteOffset, byteLength);
    const target = page.bytes;
    let place = page.end;
    for (let row = from; row < to; row += 1) {
      if (nulls > 0 && !isSet(column.nullBitmap, column.offset + row)) continue;
      for (let byte = row * DECIMAL_BYTES + length - 1; byte >= row * DECIMAL_BYTES; byte -= 1) {
        target[place++] = source[byte]!;
      }
    }
    page.end = place;
  };
}

/** Below it a loop is faster than the call that copies a range. */
const LOOP_MAX_BYTES = 256;

/** Texts and binaries: four bytes of length, then the bytes. */
const appendByteArrays: AppendValues = (page, column, from, to, nulls) => {
  const offsets = offsetsOf(column);
  const values = column.values as Uint8Array;
  page.reserve(offsets[to]! - offsets[from]! + (to - from) * WORD_BYTES);
  const source = new DataView(values.buffer, values.byteOffset, values.byteLength);
  const { bytes, view } = page;
  let place = page.end;
  for (let row = from; row < to; row += 1) {
    if (nulls > 0 && !isSet(column.nullBitmap, column.offset + row)) continue;
    const start = offsets[row]!;
    const length = offsets[row + 1]! - start;
    view.setInt32(place, length, true);
    place += WORD_BYTES;
    if (length <= LOOP_MAX_BYTES) copyRange(source, start, view, place, length);
    else bytes.set(values.subarray(start, start + length), place);
    place += length;
  }
  page.end = place;
};

/** How many of the rows fit into `roomBytes`, at least one; `to` when all do. */
export function rowsThatFit(
  { physicalType, typeLength }: StoredColumn,
  column: Data,
  from: number,
  to: number,
  roomBytes: number,
): number {
  if (physicalType !== PhysicalType.byteArray) {
    const valueBytes = typeLength ?? 2 * WORD_BYTES;
    return Math.min(to, from + Math.max(1, Math.floor(roomBytes / valueBytes)));
  }
  const offsets = offsetsOf(column);
  const first = offsets[from]!;
  let end = to;
  while (end > from + 1 && offsets[end]! - first + (end - from) * WORD_BYTES > roomBytes)
    end = from + ((end - from) >> 1);
  return end;
}

function offsetsOf({ valueOffsets }: Data): Int32Array | Float64Array {
  const offsets = valueOffsets as Int32Array | BigInt64Array;
  return offsets instanceof Int32Array ? offsets : Float64Array.from(offsets, Number);
}

function wordsOf({ values }: Data): Int32Array {
  const { buffer, byteOffset, byteLength } = values as ArrayBufferView;
  return new Int32Array(buffer, byteOffset, byteLength / WORD_BYTES);
}
