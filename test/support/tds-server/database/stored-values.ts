import type { WireType, WireValue } from '../../tds/wire-types.ts';
import { exactKey, exactText } from './stored-decimals.ts';
import { guidKey, guidText } from './stored-guids.ts';
import { offsetKey, offsetText } from './stored-moments.ts';
import { storableText, writtenText } from './stored-texts.ts';
import { isBinary, isExact, isFloat, isInteger } from './type-names.ts';

/** A value as SQLite keeps it. */
export type Stored = bigint | number | string | Uint8Array | null;

/** What SQLite keeps a type as. Values of one class compare right with each other, whatever their types' sizes. */
export type StorageClass = 'integer' | 'real' | 'exact' | 'text' | 'moment' | 'time' | 'offset' | 'guid' | 'bytes';

const classes = new Map<WireType['kind'], StorageClass>();

/** It hangs on the kind alone; asked for every value, it is found out once. */
export function storageClass(type: WireType): StorageClass {
  let found = classes.get(type.kind);
  if (found === undefined) {
    found = classOf(type);
    classes.set(type.kind, found);
  }
  return found;
}

function classOf(type: WireType): StorageClass {
  if (isInteger(type)) return 'integer';
  if (isFloat(type)) return 'real';
  if (isExact(type)) return 'exact';
  if (isBinary(type)) return 'bytes';
  switch (type.kind) {
    case 'date':
    case 'datetime':
    case 'smalldatetime':
    case 'datetime2':
      return 'moment';
    case 'time':
      return 'time';
    case 'datetimeoffset':
      return 'offset';
    case 'uniqueidentifier':
      return 'guid';
    case 'hierarchyid':
    case 'geometry':
    case 'geography':
      return 'bytes';
    default:
      return 'text';
  }
}

/** A sql_variant that tells its inner type is kept as JSON behind this. */
const VARIANT_MARK = '\u0001';

/** The server's text for a value, as SQLite is to keep it. The text must be one that the type can hold. */
export function toStored(type: WireType, value: WireValue): Stored {
  if (value === null) return null;
  if (typeof value !== 'string') return storableText(VARIANT_MARK + JSON.stringify(value));
  switch (storageClass(type)) {
    case 'integer':
      return BigInt(value);
    case 'real':
      return Number(value);
    case 'exact':
      return exactKey(value);
    case 'moment':
      return momentKey(value);
    case 'time':
      return timeKey(value);
    case 'offset':
      return offsetKey(value);
    case 'guid':
      return guidKey(value);
    case 'bytes':
      return Buffer.from(value, 'hex');
    case 'text':
      // SQL Server compares 'a' and 'a   ' as equal; what is padded is padded again on the wire.
      return storableText(type.kind === 'char' || type.kind === 'nchar' ? value.replace(/ +$/, '') : value);
  }
}

/** The server's text; of a sql_variant the text of what is in it. */
export function plainText(type: WireType, stored: Stored): string {
  const value = toText(type, stored);
  return value === null || typeof value === 'string' ? (value ?? '') : value.text;
}

const DIGITS = 7;

function momentKey(text: string): string {
  return text.length === 10 ? `${text} 00:00:00.0000000` : `${text.slice(0, 10)} ${timeKey(text.slice(11))}`;
}

function timeKey(text: string): string {
  const [clock = '', fraction = ''] = text.split('.');
  return `${clock.length === 5 ? `${clock}:00` : clock}.${fraction.padEnd(DIGITS, '0')}`;
}

/** The server's text of what SQLite keeps. */
export function toText(type: WireType, stored: Stored): WireValue {
  if (stored === null) return null;
  switch (storageClass(type)) {
    case 'integer':
      return String(stored);
    case 'real':
      return String(stored);
    case 'exact':
      return exactText(stored as string, scaleOf(type));
    case 'moment':
      return momentText(type, stored as string);
    case 'time':
      return cut(stored as string, 8, scaleOf(type));
    case 'offset':
      return offsetText(stored as string, scaleOf(type));
    case 'guid':
      return guidText(stored as Uint8Array);
    case 'bytes':
      return Buffer.from(stored as Uint8Array).toString('hex');
    case 'text':
      return textOf(type, String(stored));
  }
}

function textOf(type: WireType, stored: string): WireValue {
  const text = writtenText(stored);
  if (type.kind === 'sql_variant' && text.startsWith(VARIANT_MARK)) return JSON.parse(text.slice(1)) as WireValue;
  return text;
}

function momentText(type: WireType, stored: string): string {
  if (type.kind === 'date') return stored.slice(0, 10);
  if (type.kind === 'smalldatetime') return stored.slice(0, 19);
  return cut(stored, 19, scaleOf(type));
}

function cut(stored: string, clockEnd: number, scale: number): string {
  return scale === 0 ? stored.slice(0, clockEnd) : stored.slice(0, clockEnd + 1 + scale);
}

/** Digits behind the point or in the fraction of a second. */
export function scaleOf(type: WireType): number {
  if ('scale' in type) return type.scale;
  if (type.kind === 'money' || type.kind === 'smallmoney') return 4;
  return type.kind === 'datetime' ? 3 : 0;
}
