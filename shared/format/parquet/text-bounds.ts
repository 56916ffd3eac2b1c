import { isUtf8 } from 'node:buffer';
import type { Bounds } from './file-model.ts';

/** Longer ones are cut: footers are read whole before anything else. */
const BOUND_MAX_BYTES = 64;

export function exactBounds(min: Uint8Array, max: Uint8Array): Bounds {
  return { min: owned(min), max: owned(max), isMinExact: true, isMaxExact: true };
}

/**
 * Bounds stay until the file's footer is written, thousands of them. V8 keeps so few bytes in its own heap, while each Buffer
 * would hold on to the 8 KiB that it is a slice of: 80 MB after 20,000,000 rows.
 */
function owned(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}

/**
 * Bounds of texts and binaries in memory of their own. A long minimum is cut, a long maximum cut and raised, so that they
 * still enclose every value (parquet.thrift, Statistics.is_max_value_exact). Undefined where no greater one exists.
 */
export function textBounds(min: Buffer, max: Buffer, isText: boolean): Bounds | undefined {
  const isMinExact = min.length <= BOUND_MAX_BYTES;
  const isMaxExact = max.length <= BOUND_MAX_BYTES;
  const upper = isMaxExact ? max : raised(cut(max, isText), isText);
  if (upper === undefined) return undefined;
  return { min: owned(isMinExact ? min : cut(min, isText)), max: owned(upper), isMinExact, isMaxExact };
}

/** Texts end with a whole character. */
function cut(value: Buffer, isText: boolean): Buffer {
  let end = BOUND_MAX_BYTES;
  while (isText && end > 0 && (value[end]! & 0xc0) === 0x80) end -= 1;
  return value.subarray(0, end);
}

function raised(prefix: Buffer, isText: boolean): Buffer | undefined {
  // A server that knows no encoding, as PostgreSQL's SQL_ASCII, gives texts of any bytes.
  return isText && isUtf8(prefix) ? raisedText(prefix) : raisedBytes(prefix);
}

function raisedBytes(prefix: Buffer): Buffer | undefined {
  const last = prefix.findLastIndex((byte) => byte < 0xff);
  if (last < 0) return undefined;
  const upper = Buffer.from(prefix.subarray(0, last + 1));
  upper[last]! += 1;
  return upper;
}

const LAST_BEFORE_SURROGATES = 0xd7ff;
const FIRST_BEHIND_SURROGATES = 0xe000;
const LAST_CODE_POINT = 0x10ffff;

/** UTF-8 sorts as its code points do. */
function raisedText(prefix: Buffer): Buffer | undefined {
  const points = Array.from(prefix.toString('utf8'), (character) => character.codePointAt(0)!);
  const last = points.findLastIndex((point) => point < LAST_CODE_POINT);
  if (last < 0) return undefined;
  const next = points[last] === LAST_BEFORE_SURROGATES ? FIRST_BEHIND_SURROGATES : points[last]! + 1;
  return Buffer.from(String.fromCodePoint(...points.slice(0, last), next));
}
