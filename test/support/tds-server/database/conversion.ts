import type { WireType } from '../../tds/wire-types.ts';
import { toMoment } from './convert-moments.ts';
import { toExact, toInteger, toReal } from './convert-numbers.ts';
import { printed } from './print-values.ts';
import { SqlServerError, sqlError } from './sql-error.ts';
import { guidFromBytes, guidToBytes, isGuid } from './stored-guids.ts';
import { storableText } from './stored-texts.ts';
import { plainText, type Stored, storageClass, toStored, toText } from './stored-values.ts';
import { isInteger, isText, typeName } from './type-names.ts';

/**
 * CAST and CONVERT: a value of one type as another's, with CONVERT's style.
 * @throws SqlServerError 241, 245, 529, 8114, 8115 or 8169 for what cannot be converted.
 */
export function convert(value: Stored, from: WireType, to: WireType, style = 0): Stored {
  if (value === null) return null;
  if (from.kind === 'sql_variant' && to.kind !== 'sql_variant') return fromVariant(value, to, style);
  if (to.kind === 'sql_variant') return toStored(to, { of: from, text: plainText(from, value) });
  const target = storageClass(to);
  switch (target) {
    case 'integer':
      return toInteger(value, from, to);
    case 'real':
      return toReal(value, from, to);
    case 'exact':
      return toExact(value, from, to);
    case 'moment':
    case 'time':
    case 'offset':
      return toMoment(value, from, to);
    case 'guid':
      return toGuid(value, from);
    case 'bytes':
      return toBytes(value, from, to, style);
    case 'text':
      return cutText(storableText(printed(value, from, style)), to);
  }
}

/** CONVERT, or NULL where it would fail. */
export function tryConvert(value: Stored, from: WireType, to: WireType, style = 0): Stored {
  try {
    return convert(value, from, to, style);
  } catch (thrown) {
    if (thrown instanceof SqlServerError) return null;
    throw thrown;
  }
}

function fromVariant(value: Stored, to: WireType, style: number): Stored {
  const inner = toText({ kind: 'sql_variant' }, value);
  if (inner !== null && typeof inner === 'object') return convert(toStored(inner.of, inner.text), inner.of, to, style);
  return convert(value, { kind: 'nvarchar', length: 4000 }, to, style);
}

function cutText(text: string, to: WireType): string {
  const cut = 'length' in to && to.length !== 'max' ? text.slice(0, to.length) : text;
  return to.kind === 'char' || to.kind === 'nchar' ? cut.replace(/ +$/, '') : cut;
}

function toGuid(value: Stored, from: WireType): Stored {
  if (storageClass(from) === 'guid') return value;
  if (storageClass(from) === 'bytes') return guidFromBytes(value as Uint8Array);
  if (!isText(from)) throw sqlError.explicitConversion(typeName(from), 'uniqueidentifier');
  const text = String(value).slice(0, 36);
  if (!isGuid(text)) throw sqlError.badUniqueidentifier();
  return toStored({ kind: 'uniqueidentifier' }, text);
}

const BYTE_COUNTS: Readonly<Record<string, number>> = { bit: 1, tinyint: 1, smallint: 2, int: 4, bigint: 8 };

function toBytes(value: Stored, from: WireType, to: WireType, style: number): Stored {
  if (isInteger(from)) {
    const size = BYTE_COUNTS[from.kind]!;
    const bytes = Buffer.from(
      BigInt.asUintN(size * 8, BigInt(value as bigint))
        .toString(16)
        .padStart(size * 2, '0'),
      'hex',
    );
    const wanted = 'length' in to && to.length !== 'max' ? to.length : size;
    if (to.kind !== 'binary' || wanted <= size) return bytes.subarray(Math.max(0, size - wanted));
    return Buffer.concat([Buffer.alloc(wanted - size), bytes]);
  }
  const bytes = bytesOf(value, from, style);
  if (!('length' in to) || to.length === 'max') return bytes;
  const cut = Buffer.from(bytes.subarray(0, to.length));
  return to.kind === 'binary' ? Buffer.concat([cut, Buffer.alloc(to.length - cut.length)]) : cut;
}

function bytesOf(value: Stored, from: WireType, style: number): Uint8Array {
  if (storageClass(from) === 'bytes') return value as Uint8Array;
  if (storageClass(from) === 'guid') return guidToBytes(value as Uint8Array);
  if (!isText(from)) throw sqlError.explicitConversion(typeName(from), 'varbinary');
  const text = String(value);
  if (style === 0) return Buffer.from(text, from.kind.startsWith('n') ? 'utf16le' : 'latin1');
  const hex = style === 1 ? text.replace(/^0x/i, '') : text;
  if (!/^([0-9a-f]{2})*$/i.test(hex)) throw sqlError.conversion(typeName(from), 'varbinary');
  return Buffer.from(hex, 'hex');
}
