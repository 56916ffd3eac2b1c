import { ByteWriter } from './byte-writer.ts';
import { ownPrecision, writeDecimal } from './numbers.ts';
import { fixedPayload, variablePayload } from './payloads.ts';
import { fixedId } from './type-ids.ts';
import { variantPayload } from './variant.ts';
import {
  bytesOfPrecision,
  type DecimalType,
  isPlp,
  type PlpShape,
  type WireType,
  type WireValue,
} from './wire-types.ts';

/** Writes one value with whatever length its type has in front. */
export type ValueWriter = (out: ByteWriter, value: WireValue, plp?: PlpShape) => void;

const PLP_NULL = 0xffff_ffff_ffff_ffffn;
const PLP_UNKNOWN_LENGTH = 0xffff_ffff_ffff_fffen;
const SHORT_NULL = 0xffff;
const TEXT_POINTER_BYTES = 16;
const TIMESTAMP_BYTES = 8;

/**
 * The bytes of a value behind its column's description: its length where the type has one, then the value.
 * Throws RangeError or TypeError for a value the type cannot hold, so that a mistake in a test does not become a fixture.
 */
export function encodeValue(type: WireType, value: WireValue, plp?: PlpShape): Buffer {
  const out = new ByteWriter();
  valueWriter(type)(out, value, plp);
  return out.take();
}

/** The writer of a type's values, chosen once for many of them. */
export function valueWriter(type: WireType): ValueWriter {
  const write = nullableWriter(type);
  if (type.nullable !== false) return write;
  return (out, value, plp) => {
    if (value === null) throw new RangeError(`NULL in a ${type.kind} that is not nullable`);
    write(out, value, plp);
  };
}

function nullableWriter(type: WireType): ValueWriter {
  if ('valueBytes' in type && type.valueBytes === 'shortest') return shortestDecimalWriter(type);
  const fixed = fixedPayload(type);
  if (fixed !== undefined) {
    const { bytes, write } = fixed;
    if (type.nullable === false && fixedId(type) !== undefined) return (out, value) => write(out, textOf(type, value));
    return (out, value) => {
      if (value === null) {
        out.u8(0);
        return;
      }
      out.u8(bytes);
      write(out, textOf(type, value));
    };
  }
  if (isPlp(type)) return (out, value, plp) => writePlp(out, payloadOf(type, value), plp);
  if (type.kind === 'sql_variant') return writeVariant;
  if (type.kind === 'text' || type.kind === 'ntext' || type.kind === 'image') {
    return (out, value) => writeBehindPointer(out, payloadOf(type, value));
  }
  return (out, value) => writeShort(out, payloadOf(type, value));
}

function shortestDecimalWriter(type: DecimalType): ValueWriter {
  return (out, value) => {
    if (value === null) {
      out.u8(0);
      return;
    }
    const text = textOf(type, value);
    const bytes = bytesOfPrecision(ownPrecision(text, type.scale));
    out.u8(bytes);
    writeDecimal(out, text, type.precision, type.scale, bytes);
  };
}

function writeShort(out: ByteWriter, payload: Buffer | null): void {
  if (payload === null) {
    out.u16(SHORT_NULL);
    return;
  }
  out.u16(payload.length);
  out.bytes(payload);
}

/** PLP: total length, chunks each with its length, a chunk of no length at the end (MS-TDS 2.2.5.2.3). */
function writePlp(
  out: ByteWriter,
  payload: Buffer | null,
  { chunkBytes = [], unknownLength = false }: PlpShape = {},
): void {
  if (payload === null) {
    out.u64Big(PLP_NULL);
    return;
  }
  if (unknownLength) out.u64Big(PLP_UNKNOWN_LENGTH);
  else out.u64(payload.length);
  for (let at = 0, index = 0; at < payload.length; index += 1) {
    const size = Math.max(1, chunkBytes[Math.min(index, chunkBytes.length - 1)] ?? payload.length);
    const chunk = payload.subarray(at, at + size);
    out.u32(chunk.length);
    out.bytes(chunk);
    at += chunk.length;
  }
  out.u32(0);
}

/** A text pointer and a timestamp, both dummies as SQL Server sends them, then length and value: MS-TDS 2.2.7.19. */
function writeBehindPointer(out: ByteWriter, payload: Buffer | null): void {
  if (payload === null) {
    out.u8(0);
    return;
  }
  out.u8(TEXT_POINTER_BYTES);
  out.bytes(Buffer.from('dummy textptr\0\0\0', 'latin1'));
  out.bytes(Buffer.from('dummyTS\0', 'latin1').subarray(0, TIMESTAMP_BYTES));
  out.u32(payload.length);
  out.bytes(payload);
}

function writeVariant(out: ByteWriter, value: WireValue): void {
  if (value === null) {
    out.u32(0);
    return;
  }
  const payload = variantPayload(value);
  out.u32(payload.length);
  out.bytes(payload);
}

function payloadOf(type: WireType, value: WireValue): Buffer | null {
  return value === null ? null : variablePayload(type, textOf(type, value));
}

function textOf(type: WireType, value: WireValue): string {
  if (typeof value !== 'string')
    throw new TypeError(`a value of ${type.kind} is its text, found ${JSON.stringify(value)}`);
  return value;
}
