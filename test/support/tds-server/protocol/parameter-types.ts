import type { WireType } from '../../tds/wire-types.ts';
import type { ByteReader } from './byte-reader.ts';
import { ProtocolError } from './packets.ts';

/** How many bytes of length stand in front of a value, or its fixed size. */
export type ValueLength = { readonly fixed: number } | 'byte' | 'ushort' | 'long' | 'plp' | 'variant';

export interface ParameterType {
  readonly type: WireType;
  readonly length: ValueLength;
}

const MAX = 0xffff;
const COLLATION_BYTES = 5;

type Kind = 'bit' | 'tinyint' | 'smallint' | 'int' | 'bigint' | 'real' | 'float' | 'money' | 'smallmoney';
type FixedKind = Kind | 'datetime' | 'smalldatetime';

const FIXED: Readonly<Record<number, readonly [FixedKind, number]>> = {
  48: ['tinyint', 1],
  50: ['bit', 1],
  52: ['smallint', 2],
  56: ['int', 4],
  58: ['smalldatetime', 4],
  59: ['real', 4],
  60: ['money', 8],
  61: ['datetime', 8],
  62: ['float', 8],
  122: ['smallmoney', 4],
  127: ['bigint', 8],
};

/** The types whose size tells which one it is, by token and size. */
const SIZED: Readonly<Record<number, Readonly<Record<number, FixedKind>>>> = {
  38: { 1: 'tinyint', 2: 'smallint', 4: 'int', 8: 'bigint' },
  104: { 1: 'bit' },
  109: { 4: 'real', 8: 'float' },
  110: { 4: 'smallmoney', 8: 'money' },
  111: { 4: 'smalldatetime', 8: 'datetime' },
};

const SCALED = { 41: 'time', 42: 'datetime2', 43: 'datetimeoffset' } as const;
const DECIMALS = { 106: 'decimal', 108: 'numeric' } as const;

/** Reads TYPE_INFO (MS-TDS 2.2.5.6) of a parameter. @throws ProtocolError for a type this server does not know */
export function readParameterType(reader: ByteReader): ParameterType {
  const token = reader.uint8();
  const fixed = FIXED[token];
  if (fixed !== undefined) return { type: { kind: fixed[0], nullable: false }, length: { fixed: fixed[1] } };
  const sized = SIZED[token];
  if (sized !== undefined) {
    const bytes = reader.uint8();
    const kind = sized[bytes];
    if (kind === undefined) throw new ProtocolError(`A type ${token} of ${bytes} bytes`);
    return { type: { kind }, length: 'byte' };
  }
  if (token in DECIMALS) {
    const kind = DECIMALS[token as keyof typeof DECIMALS];
    reader.uint8();
    return { type: { kind, precision: reader.uint8(), scale: reader.uint8() }, length: 'byte' };
  }
  if (token in SCALED) {
    return { type: { kind: SCALED[token as keyof typeof SCALED], scale: reader.uint8() }, length: 'byte' };
  }
  return lengthType(token, reader);
}

function lengthType(token: number, reader: ByteReader): ParameterType {
  switch (token) {
    case 0x28:
      return { type: { kind: 'date' }, length: 'byte' };
    case 0x24:
      reader.uint8();
      return { type: { kind: 'uniqueidentifier' }, length: 'byte' };
    case 0xa7:
    case 0xaf: {
      const { length, prefix } = shortLength(reader, 1);
      reader.take(COLLATION_BYTES);
      return { type: { kind: token === 0xa7 ? 'varchar' : 'char', length }, length: prefix };
    }
    case 0xe7:
    case 0xef: {
      const { length, prefix } = shortLength(reader, 2);
      reader.take(COLLATION_BYTES);
      return { type: { kind: token === 0xe7 ? 'nvarchar' : 'nchar', length }, length: prefix };
    }
    case 0xa5:
    case 0xad: {
      const { length, prefix } = shortLength(reader, 1);
      return { type: { kind: token === 0xa5 ? 'varbinary' : 'binary', length }, length: prefix };
    }
    default:
      return largeType(token, reader);
  }
}

function shortLength(reader: ByteReader, unitBytes: number): { length: number | 'max'; prefix: 'ushort' | 'plp' } {
  const bytes = reader.uint16();
  return bytes === MAX ? { length: 'max', prefix: 'plp' } : { length: bytes / unitBytes, prefix: 'ushort' };
}

function largeType(token: number, reader: ByteReader): ParameterType {
  switch (token) {
    case 0x22:
      reader.uint32();
      return { type: { kind: 'image' }, length: 'long' };
    case 0x23:
    case 0x63:
      reader.uint32();
      reader.take(COLLATION_BYTES);
      return { type: { kind: token === 0x23 ? 'text' : 'ntext' }, length: 'long' };
    case 0x62:
      reader.uint32();
      return { type: { kind: 'sql_variant' }, length: 'variant' };
    case 0xf1:
      if (reader.uint8() !== 0) throw new ProtocolError('An xml parameter with a schema');
      return { type: { kind: 'xml' }, length: 'plp' };
    default:
      throw new ProtocolError(`A parameter of type 0x${token.toString(16)}, which this server does not know`);
  }
}
