import type { ByteWriter } from './byte-writer.ts';
import { encodeInCollation } from './collations.ts';
import {
  timeUnits,
  writeDate,
  writeDateTime,
  writeDateTime2,
  writeDateTimeOffset,
  writeSmallDateTime,
  writeTime,
} from './moments.ts';
import { finiteNumber, writeBigint, writeDecimal, writeMoney, writeSmallMoney } from './numbers.ts';
import { decimalBytes, timeBytes, type WireType } from './wire-types.ts';

/** Writes a value without any length in front. */
export type FixedWriter = (out: ByteWriter, text: string) => void;

export interface FixedPayload {
  readonly bytes: number;
  readonly write: FixedWriter;
}

/** The writer of a type whose values all have one length; undefined for the others. */
export function fixedPayload(type: WireType): FixedPayload | undefined {
  switch (type.kind) {
    case 'bit':
      return { bytes: 1, write: (out, text) => out.u8(bit(text)) };
    case 'tinyint':
      return { bytes: 1, write: (out, text) => out.unsigned(finiteNumber(text), 1) };
    case 'smallint':
      return { bytes: 2, write: (out, text) => out.i16(finiteNumber(text)) };
    case 'int':
      return { bytes: 4, write: (out, text) => out.i32(finiteNumber(text)) };
    case 'bigint':
      return { bytes: 8, write: writeBigint };
    case 'real':
      return { bytes: 4, write: (out, text) => out.f32(finiteNumber(text)) };
    case 'float':
      return { bytes: 8, write: (out, text) => out.f64(finiteNumber(text)) };
    case 'money':
      return { bytes: 8, write: writeMoney };
    case 'smallmoney':
      return { bytes: 4, write: writeSmallMoney };
    case 'uniqueidentifier':
      return { bytes: 16, write: (out, text) => out.bytes(guid(text)) };
    case 'decimal':
    case 'numeric': {
      const bytes = decimalBytes(type);
      const { precision, scale } = type;
      return { bytes, write: (out, text) => writeDecimal(out, text, precision, scale, bytes) };
    }
    default:
      return temporalPayload(type);
  }
}

function temporalPayload(type: WireType): FixedPayload | undefined {
  switch (type.kind) {
    case 'date':
      return { bytes: 3, write: writeDate };
    case 'datetime':
      return { bytes: 8, write: writeDateTime };
    case 'smalldatetime':
      return { bytes: 4, write: writeSmallDateTime };
    case 'time':
      return { bytes: timeBytes(type.scale), write: (out, text) => writeTime(out, timeUnits(text), type.scale) };
    case 'datetime2':
      return { bytes: timeBytes(type.scale) + 3, write: (out, text) => writeDateTime2(out, text, type.scale) };
    case 'datetimeoffset':
      return { bytes: timeBytes(type.scale) + 5, write: (out, text) => writeDateTimeOffset(out, text, type.scale) };
    default:
      return undefined;
  }
}

/** The bytes of a value of varying length, padded as the server pads char, nchar and binary. Throws where it is too long. */
export function variablePayload(type: WireType, text: string): Buffer {
  switch (type.kind) {
    case 'char':
    case 'varchar':
      return fitted(encodeInCollation(text, type.collation), type.length, type.kind === 'char' ? ' ' : undefined, text);
    case 'text':
      return encodeInCollation(text, type.collation);
    case 'nchar':
    case 'nvarchar': {
      const bytes = type.length === 'max' ? 'max' : type.length * 2;
      return fitted(utf16(text), bytes, type.kind === 'nchar' ? ' \0' : undefined, text);
    }
    case 'ntext':
    case 'xml':
      return utf16(text);
    case 'binary':
    case 'varbinary':
      return fitted(hex(text), type.length, type.kind === 'binary' ? '\0' : undefined, text);
    case 'rowversion':
      return fitted(hex(text), 8, '\0', text);
    case 'image':
    case 'hierarchyid':
    case 'geometry':
    case 'geography':
      return hex(text);
    default:
      throw new TypeError(`${type.kind} has no values of varying length`);
  }
}

function fitted(bytes: Buffer, limit: number | 'max', pad: string | undefined, text: string): Buffer {
  if (limit === 'max') return bytes;
  if (bytes.length > limit)
    throw new RangeError(`${JSON.stringify(text)} takes ${bytes.length} bytes, the type holds ${limit}`);
  if (pad === undefined || bytes.length === limit) return bytes;
  return Buffer.concat([bytes, Buffer.alloc(limit - bytes.length, pad, 'latin1')]);
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function hex(text: string): Buffer {
  const bytes = Buffer.from(text, 'hex');
  if (bytes.length * 2 !== text.length) throw new RangeError(`${JSON.stringify(text)} is no hex`);
  return bytes;
}

/** The first three groups are little-endian: MS-DTYP 2.3.4.2. */
function guid(text: string): Buffer {
  const bytes = hex(text.replaceAll('-', ''));
  if (bytes.length !== 16) throw new RangeError(`${JSON.stringify(text)} is no uniqueidentifier`);
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

function bit(text: string): number {
  if (text !== '0' && text !== '1') throw new RangeError(`${JSON.stringify(text)} is no bit: expected 0 or 1`);
  return text === '1' ? 1 : 0;
}
