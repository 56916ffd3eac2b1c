import { ByteWriter } from './byte-writer.ts';
import { collationBytes } from './collations.ts';
import { fixedPayload, variablePayload } from './payloads.ts';
import { variantTypeId } from './type-ids.ts';
import type { VariantValue, WireType } from './wire-types.ts';

/** Most a sql_variant holds, and the length its columns announce. */
export const VARIANT_MAX_BYTES = 8009;

const UNSPECIFIED: WireType = { kind: 'nvarchar', length: 4000 };

/** Base type, count of property bytes, properties, value: MS-TDS 2.2.5.5.4. Without the 4-byte length in front. */
export function variantPayload(value: string | VariantValue): Buffer {
  const { of, text } = typeof value === 'string' ? { of: UNSPECIFIED, text: value } : value;
  const out = new ByteWriter();
  const properties = variantProperties(of);
  out.u8(variantTypeId(of));
  out.u8(properties.length);
  out.bytes(properties);
  const fixed = fixedPayload(of);
  if (fixed !== undefined) fixed.write(out, text);
  else out.bytes(variablePayload(of, text));
  return out.take();
}

function variantProperties(type: WireType): Buffer {
  const out = new ByteWriter(8);
  switch (type.kind) {
    case 'time':
    case 'datetime2':
    case 'datetimeoffset':
      out.u8(type.scale);
      break;
    case 'decimal':
    case 'numeric':
      out.u8(type.precision);
      out.u8(type.scale);
      break;
    case 'binary':
    case 'varbinary':
      out.u16(boundedLength(type.kind, type.length));
      break;
    case 'char':
    case 'varchar':
      out.bytes(collationBytes(type.collation));
      out.u16(boundedLength(type.kind, type.length));
      break;
    case 'nchar':
    case 'nvarchar':
      out.bytes(collationBytes());
      out.u16(boundedLength(type.kind, type.length) * 2);
      break;
    default:
      if (fixedPayload(type) === undefined) throw new TypeError(`a sql_variant cannot hold ${type.kind}`);
  }
  return out.take();
}

function boundedLength(kind: string, length: number | 'max'): number {
  if (length === 'max') throw new TypeError(`a sql_variant cannot hold ${kind}(max)`);
  return length;
}
