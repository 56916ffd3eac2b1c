import type { WireType } from '../../tds/wire-types.ts';
import type { ByteReader } from './byte-reader.ts';
import { dateText, dateTimeText, offsetText, smallDateTimeText, timeText } from './moment-text.ts';
import { ProtocolError } from './packets.ts';
import type { ParameterType, ValueLength } from './parameter-types.ts';

const SHORT_NULL = 0xffff;
const LONG_NULL = 0xffff_ffff;
const PLP_NULL = 0xffff_ffff_ffff_ffffn;

/** The value as the server prints it with CONVERT; null for NULL. */
export function readParameterValue(reader: ByteReader, { type, length }: ParameterType): string | null {
  const bytes = valueBytes(reader, length);
  return bytes === null ? null : textOf(type, bytes);
}

function valueBytes(reader: ByteReader, length: ValueLength): Buffer | null {
  if (typeof length === 'object') return reader.take(length.fixed);
  switch (length) {
    case 'byte': {
      const bytes = reader.uint8();
      return bytes === 0 ? null : reader.take(bytes);
    }
    case 'ushort': {
      const bytes = reader.uint16();
      return bytes === SHORT_NULL ? null : reader.take(bytes);
    }
    case 'long': {
      const bytes = reader.uint32();
      return bytes === LONG_NULL ? null : reader.take(bytes);
    }
    case 'variant': {
      const bytes = reader.uint32();
      return bytes === 0 ? null : reader.take(bytes);
    }
    case 'plp':
      return plpBytes(reader);
  }
}

/** Chunks up to one of no length (MS-TDS 2.2.5.2.3); the total in front is a hint, or says that it is unknown. */
function plpBytes(reader: ByteReader): Buffer | null {
  if (reader.uint64() === PLP_NULL) return null;
  const chunks: Buffer[] = [];
  for (;;) {
    const bytes = reader.uint32();
    if (bytes === 0) return Buffer.concat(chunks);
    chunks.push(reader.take(bytes));
  }
}

function textOf(type: WireType, bytes: Buffer): string {
  switch (type.kind) {
    case 'bit':
      return bytes[0] === 0 ? '0' : '1';
    case 'tinyint':
      return String(bytes.readUInt8());
    case 'smallint':
      return String(bytes.readInt16LE());
    case 'int':
      return String(bytes.readInt32LE());
    case 'bigint':
      return String(bytes.readBigInt64LE());
    case 'real':
      return realText(bytes.readFloatLE());
    case 'float':
      return String(bytes.readDoubleLE());
    case 'decimal':
    case 'numeric':
      return decimalText(magnitude(bytes.subarray(1)), type.scale, bytes[0] === 0);
    case 'money':
      return scaledText((BigInt(bytes.readInt32LE()) << 32n) | BigInt(bytes.readUInt32LE(4)), 4);
    case 'smallmoney':
      return scaledText(BigInt(bytes.readInt32LE()), 4);
    case 'uniqueidentifier':
      return guidText(bytes);
    default:
      return momentOrBytesText(type, bytes);
  }
}

function momentOrBytesText(type: WireType, bytes: Buffer): string {
  switch (type.kind) {
    case 'date':
      return dateText(bytes.readUIntLE(0, 3));
    case 'time':
      return timeText(bytes, type.scale);
    case 'datetime2':
      return `${dateText(bytes.readUIntLE(bytes.length - 3, 3))} ${timeText(bytes.subarray(0, -3), type.scale)}`;
    case 'datetimeoffset':
      return offsetText(bytes, type.scale);
    case 'datetime':
      return dateTimeText(bytes);
    case 'smalldatetime':
      return smallDateTimeText(bytes);
    case 'nchar':
    case 'nvarchar':
    case 'ntext':
    case 'xml':
      return bytes.toString('utf16le');
    case 'char':
    case 'varchar':
    case 'text':
      return new TextDecoder('windows-1252').decode(bytes); // the code page of the collation the login announced
    case 'binary':
    case 'varbinary':
    case 'image':
      return bytes.toString('hex');
    default:
      throw new ProtocolError(`A ${type.kind} as a parameter`);
  }
}

/** Nine digits are enough for every float32; fewer where fewer say the same. */
function realText(value: number): string {
  const text = Array.from({ length: 9 }, (_, index) => value.toPrecision(index + 1));
  return String(Number(text.find((each) => Math.fround(Number(each)) === value)));
}

function magnitude(littleEndian: Buffer): bigint {
  return BigInt(`0x${Buffer.from(littleEndian).reverse().toString('hex')}`);
}

function scaledText(value: bigint, scale: number): string {
  return decimalText(value < 0n ? -value : value, scale, value < 0n);
}

function decimalText(magnitudeOf: bigint, scale: number, negative: boolean): string {
  const digits = magnitudeOf.toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${negative && magnitudeOf !== 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}

/** The first three groups are little-endian. */
function guidText(bytes: Buffer): string {
  const hex = (from: number, to: number) => bytes.subarray(from, to).toString('hex');
  const turned = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).reverse().toString('hex');
  return `${turned(0, 4)}-${turned(4, 6)}-${turned(6, 8)}-${hex(8, 10)}-${hex(10, 16)}`.toUpperCase();
}
