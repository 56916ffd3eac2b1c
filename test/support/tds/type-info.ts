import type { ByteWriter } from './byte-writer.ts';
import { collationBytes } from './collations.ts';
import { fixedPayload } from './payloads.ts';
import { columnTypeId, fixedId } from './type-ids.ts';
import { VARIANT_MAX_BYTES } from './variant.ts';
import { decimalBytes, type WireType } from './wire-types.ts';

const MAX_LENGTH = 0xffff;
const LOB_BYTES = 0x7fff_ffff;
const ROWVERSION_USER_TYPE = 0x50;
/** Most bytes of a value, 0xFFFF for no bound; names as SQL Server sends them. */
const CLR_TYPES = {
  hierarchyid: { maxBytes: 892, clrName: 'Microsoft.SqlServer.Types.SqlHierarchyId' },
  geometry: { maxBytes: MAX_LENGTH, clrName: 'Microsoft.SqlServer.Types.SqlGeometry' },
  geography: { maxBytes: MAX_LENGTH, clrName: 'Microsoft.SqlServer.Types.SqlGeography' },
} as const;
const ASSEMBLY = 'Microsoft.SqlServer.Types, Version=11.0.0.0, Culture=neutral, PublicKeyToken=89845dcd8080cc91';

export function userType(type: WireType): number {
  return type.kind === 'rowversion' ? ROWVERSION_USER_TYPE : 0;
}

/** TYPE_INFO of COLMETADATA and RETURNVALUE: MS-TDS 2.2.5.6. */
export function writeTypeInfo(out: ByteWriter, type: WireType): void {
  out.u8(columnTypeId(type));
  if (type.nullable === false && fixedId(type) !== undefined) return;
  switch (type.kind) {
    case 'date':
      return;
    case 'time':
    case 'datetime2':
    case 'datetimeoffset':
      out.u8(type.scale);
      return;
    case 'decimal':
    case 'numeric':
      out.u8(decimalBytes(type));
      out.u8(type.precision);
      out.u8(type.scale);
      return;
    case 'sql_variant':
      out.u32(VARIANT_MAX_BYTES);
      return;
    case 'xml':
      out.u8(0);
      return;
    case 'hierarchyid':
    case 'geometry':
    case 'geography':
      writeClrType(out, type.kind);
      return;
    default:
      writeLengths(out, type);
  }
}

function writeLengths(out: ByteWriter, type: WireType): void {
  switch (type.kind) {
    case 'char':
    case 'varchar':
      out.u16(type.length === 'max' ? MAX_LENGTH : type.length);
      out.bytes(collationBytes(type.collation));
      return;
    case 'nchar':
    case 'nvarchar':
      out.u16(type.length === 'max' ? MAX_LENGTH : type.length * 2);
      out.bytes(collationBytes());
      return;
    case 'binary':
    case 'varbinary':
      out.u16(type.length === 'max' ? MAX_LENGTH : type.length);
      return;
    case 'rowversion':
      out.u16(8);
      return;
    case 'text':
      out.u32(LOB_BYTES);
      out.bytes(collationBytes(type.collation));
      return;
    case 'ntext':
      out.u32(LOB_BYTES - 1);
      out.bytes(collationBytes());
      return;
    case 'image':
      out.u32(LOB_BYTES);
      return;
    default:
      out.u8(fixedPayload(type)!.bytes);
  }
}

function writeClrType(out: ByteWriter, kind: keyof typeof CLR_TYPES): void {
  const { maxBytes, clrName } = CLR_TYPES[kind];
  out.u16(maxBytes);
  out.shortText('master');
  out.shortText('sys');
  out.shortText(kind);
  out.longText(`${clrName}, ${ASSEMBLY}`);
}
