import { DataType } from 'apache-arrow';
import { sharedPrefix } from './byte-ranges.ts';
import { type Bounds, PhysicalType, type StoredColumn } from './file-model.ts';
import { type PageBuffer, VALUES_START } from './page-buffer.ts';
import { exactBounds, textBounds } from './text-bounds.ts';

/** Least and greatest of the `count` values of a page; undefined when there is none, or none that can be told. */
export type FindBounds = (page: PageBuffer, count: number) => Bounds | undefined;

const FIRST_WORD = VALUES_START / 4;

/** The order of each type is that of parquet.thrift, ColumnOrder.TypeDefinedOrder. */
export function boundsFinder({ type, physicalType, typeLength }: StoredColumn): FindBounds {
  const isSigned = !DataType.isInt(type) || type.isSigned;
  const found: Readonly<Record<PhysicalType, FindBounds>> = {
    [PhysicalType.boolean]: bitBounds,
    [PhysicalType.int32]: isSigned ? int32Bounds : uint32Bounds,
    [PhysicalType.int64]: (page, count) => int64Bounds(page, count, isSigned ? 0 : SIGN),
    [PhysicalType.float]: (page, count) => floatBounds(new Float32Array(page.words.buffer, VALUES_START, count)),
    [PhysicalType.double]: (page, count) => floatBounds(new Float64Array(page.words.buffer, VALUES_START, count)),
    [PhysicalType.fixedLenByteArray]: (page, count) => fixedBounds(page, count, typeLength!),
    [PhysicalType.byteArray]: (page, count) => byteArrayBounds(page, count, !DataType.isBinary(type)),
  };
  return (page, count) => (count === 0 ? undefined : found[physicalType](page, count));
}

const bitBounds: FindBounds = ({ bytes }, count) => {
  let [hasFalse, hasTrue] = [false, false];
  for (let bit = 0; bit < count && !(hasFalse && hasTrue); bit += 1) {
    if (((bytes[VALUES_START + (bit >> 3)]! >> (bit & 7)) & 1) === 1) hasTrue = true;
    else hasFalse = true;
  }
  return exactBounds(Uint8Array.of(hasFalse ? 0 : 1), Uint8Array.of(hasTrue ? 1 : 0));
};

const int32Bounds: FindBounds = ({ words }, count) => {
  let min = words[FIRST_WORD]!;
  let max = min;
  for (let at = FIRST_WORD + 1, end = FIRST_WORD + count; at < end; at += 1) {
    const value = words[at]!;
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  return exactBounds(bytesOf(Int32Array.of(min)), bytesOf(Int32Array.of(max)));
};

const uint32Bounds: FindBounds = ({ words }, count) => {
  let min = words[FIRST_WORD]! >>> 0;
  let max = min;
  for (let at = FIRST_WORD + 1, end = FIRST_WORD + count; at < end; at += 1) {
    const value = words[at]! >>> 0;
    if (value < min) min = value;
    else if (value > max) max = value;
  }
  return exactBounds(bytesOf(Uint32Array.of(min)), bytesOf(Uint32Array.of(max)));
};

/** The bit that makes unsigned words compare as signed ones do. */
const SIGN = 0x80000000 | 0;

function int64Bounds({ words }: PageBuffer, count: number, flip: number): Bounds {
  let min = FIRST_WORD;
  let max = FIRST_WORD;
  let minHigh = words[min + 1]! ^ flip;
  let maxHigh = minHigh;
  for (let at = FIRST_WORD + 2, end = FIRST_WORD + 2 * count; at < end; at += 2) {
    const high = words[at + 1]! ^ flip;
    if (high < minHigh || (high === minHigh && words[at]! >>> 0 < words[min]! >>> 0)) {
      min = at;
      minHigh = high;
    } else if (high > maxHigh || (high === maxHigh && words[at]! >>> 0 > words[max]! >>> 0)) {
      max = at;
      maxHigh = high;
    }
  }
  return exactBounds(bytesOf(words.slice(min, min + 2)), bytesOf(words.slice(max, max + 2)));
}

/** With a NaN there are no bounds, and zeros are written so that either sign is within (parquet.thrift, ColumnOrder). */
function floatBounds(values: Float32Array | Float64Array): Bounds | undefined {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at]!;
    if (Number.isNaN(value)) return undefined;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const Values = values instanceof Float32Array ? Float32Array : Float64Array;
  return exactBounds(bytesOf(Values.of(min === 0 ? -0 : min)), bytesOf(Values.of(max === 0 ? 0 : max)));
}

/** Big-endian two's complement. */
function fixedBounds({ bytes }: PageBuffer, count: number, length: number): Bounds {
  let [min, max] = [VALUES_START, VALUES_START];
  for (let at = VALUES_START + length, end = VALUES_START + count * length; at < end; at += length) {
    if (compareSigned(bytes, at, min, length) < 0) min = at;
    else if (compareSigned(bytes, at, max, length) > 0) max = at;
  }
  return exactBounds(
    Uint8Array.from(bytes.subarray(min, min + length)),
    Uint8Array.from(bytes.subarray(max, max + length)),
  );
}

function compareSigned(bytes: Buffer, one: number, other: number, length: number): number {
  const first = ((bytes[one]! << 24) >> 24) - ((bytes[other]! << 24) >> 24);
  if (first !== 0) return first;
  for (let at = 1; at < length; at += 1) {
    const difference = bytes[one + at]! - bytes[other + at]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * What least and greatest value have in common so far, a value between them has too: most are decided by comparing that
 * prefix once.
 */
function byteArrayBounds(page: PageBuffer, count: number, isText: boolean): Bounds | undefined {
  const { bytes, view } = page;
  let [min, max] = [VALUES_START, VALUES_START];
  let shared = lengthAt(view, min);
  for (let done = 1, at = nextOf(view, VALUES_START); done < count; done += 1, at = nextOf(view, at)) {
    const length = lengthAt(view, at);
    const same = sharedPrefix(view, at + 4, min + 4, shared < length ? shared : length);
    if (compareByteArrays(view, at, min, same) < 0) min = at;
    else if (compareByteArrays(view, at, max, same) > 0) max = at;
    else continue;
    shared = sharedPrefix(view, min + 4, max + 4, shorterOf(view, min, max));
  }
  return textBounds(valueAt(bytes, view, min), valueAt(bytes, view, max), isText);
}

/** A length as it stands in front of a byte array. */
export function lengthAt(view: DataView, at: number): number {
  return view.getInt32(at, true);
}

function nextOf(view: DataView, at: number): number {
  return at + 4 + lengthAt(view, at);
}

function valueAt(bytes: Buffer, view: DataView, at: number): Buffer {
  return bytes.subarray(at + 4, nextOf(view, at));
}

function shorterOf(view: DataView, one: number, other: number): number {
  return Math.min(lengthAt(view, one), lengthAt(view, other));
}

/** Of two byte arrays whose first `same` bytes are equal. */
function compareByteArrays(view: DataView, one: number, other: number, same: number): number {
  const end = shorterOf(view, one, other);
  const at = same + sharedPrefix(view, one + 4 + same, other + 4 + same, end - same) + 4;
  if (at < end + 4) return view.getUint8(one + at) - view.getUint8(other + at);
  return lengthAt(view, one) - lengthAt(view, other);
}

function bytesOf(values: Int32Array | Uint32Array | Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
