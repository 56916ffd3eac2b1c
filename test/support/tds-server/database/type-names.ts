import type { WireType } from '../../tds/wire-types.ts';
import { sqlError } from './sql-error.ts';

type Kind = WireType['kind'];

const SYNONYMS: Readonly<Record<string, Kind>> = {
  integer: 'int',
  dec: 'decimal',
  timestamp: 'rowversion',
  character: 'char',
  sysname: 'nvarchar',
};

const PLAIN = new Set<string>([
  'bit',
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'real',
  'money',
  'smallmoney',
  'date',
  'datetime',
  'smalldatetime',
  'uniqueidentifier',
  'xml',
  'text',
  'ntext',
  'image',
  'rowversion',
  'hierarchyid',
  'geometry',
  'geography',
  'sql_variant',
]);

const SIZED = new Set<string>(['char', 'varchar', 'nchar', 'nvarchar', 'binary', 'varbinary']);

/**
 * The type of a name and what stands in its parentheses. CAST and CONVERT take 30 for a length that is left out
 * (`defaultLength`), a declaration takes 1.
 */
export function typeOf(name: string, sizes: readonly (number | 'max')[], defaultLength = 1): WireType {
  const written = name.toLowerCase();
  const kind = SYNONYMS[written] ?? written;
  const [first, second] = sizes;
  if (written === 'sysname') return { kind: 'nvarchar', length: 128 };
  if (kind === 'float') return { kind: Number(first ?? 53) <= 24 ? 'real' : 'float' };
  if (kind === 'decimal' || kind === 'numeric') {
    return { kind, precision: Number(first ?? 18), scale: Number(second ?? 0) };
  }
  if (kind === 'time' || kind === 'datetime2' || kind === 'datetimeoffset') return { kind, scale: Number(first ?? 7) };
  if (SIZED.has(kind)) return { kind: kind as 'nvarchar', length: first ?? defaultLength };
  if (PLAIN.has(kind)) return { kind: kind as 'int' };
  throw sqlError.unknownType(name);
}

/** The name as error messages give it: without sizes. */
export function typeName(type: WireType): string {
  if (type.kind === 'rowversion') return 'timestamp';
  return type.kind;
}

/** From the type that the others are converted to, downwards: "Data type precedence" of the T-SQL reference. */
const PRECEDENCE: readonly Kind[] = [
  'geography',
  'geometry',
  'hierarchyid',
  'sql_variant',
  'xml',
  'datetimeoffset',
  'datetime2',
  'datetime',
  'smalldatetime',
  'date',
  'time',
  'float',
  'real',
  'decimal',
  'numeric',
  'money',
  'smallmoney',
  'bigint',
  'int',
  'smallint',
  'tinyint',
  'bit',
  'ntext',
  'text',
  'image',
  'rowversion',
  'uniqueidentifier',
  'nvarchar',
  'nchar',
  'varchar',
  'char',
  'varbinary',
  'binary',
];

/** The one of two types that the other is converted to; sizes grow to hold both. */
export function commonType(a: WireType, b: WireType): WireType {
  if (a.kind === b.kind || (isExact(a) && isExact(b) && 'scale' in a && 'scale' in b)) return widest(a, b);
  const [high, low] = PRECEDENCE.indexOf(a.kind) <= PRECEDENCE.indexOf(b.kind) ? [a, b] : [b, a];
  if ('precision' in high && isNumber(low)) return widest(high, asDecimal(low));
  if ('length' in high && 'length' in low) return { ...high, length: longest(high.length, low.length) };
  return nullable(high);
}

function widest(a: WireType, b: WireType): WireType {
  if ('precision' in a && 'precision' in b) {
    const scale = Math.max(a.scale, b.scale);
    const whole = Math.max(a.precision - a.scale, b.precision - b.scale);
    return { kind: a.kind, ...fitted(whole + scale, scale) };
  }
  if ('length' in a && 'length' in b) return nullable({ ...a, length: longest(a.length, b.length) });
  if ('scale' in a && 'scale' in b) return nullable(a.scale >= b.scale ? a : b);
  return nullable(a);
}

function longest(a: number | 'max', b: number | 'max'): number | 'max' {
  return a === 'max' || b === 'max' ? 'max' : Math.max(a, b);
}

export function nullable(type: WireType): WireType {
  return type.nullable === false ? { ...type, nullable: true } : type;
}

const INTEGERS = new Set<string>(['bit', 'tinyint', 'smallint', 'int', 'bigint']);
const EXACT = new Set<string>(['decimal', 'numeric', 'money', 'smallmoney']);
const WHOLE_DIGITS: Readonly<Record<string, number>> = { bit: 1, tinyint: 3, smallint: 5, int: 10, bigint: 19 };

export const isInteger = (type: WireType): boolean => INTEGERS.has(type.kind);
export const isExact = (type: WireType): boolean => EXACT.has(type.kind);
export const isFloat = (type: WireType): boolean => type.kind === 'float' || type.kind === 'real';
export const isNumber = (type: WireType): boolean => isInteger(type) || isExact(type) || isFloat(type);
export const isText = (type: WireType): boolean => /char$|text$|^xml$/.test(type.kind);
export const isMoment = (type: WireType): boolean => /^(small)?date|^time$/.test(type.kind);
export const isBinary = (type: WireType): boolean => /binary$|^image$|^rowversion$/.test(type.kind);

/** An integer or money type as the decimal that holds it. */
export function asDecimal(type: WireType): { kind: 'decimal'; precision: number; scale: number } {
  if ('precision' in type) return { kind: 'decimal', precision: type.precision, scale: type.scale };
  if (type.kind === 'money') return { kind: 'decimal', precision: 19, scale: 4 };
  if (type.kind === 'smallmoney') return { kind: 'decimal', precision: 10, scale: 4 };
  return { kind: 'decimal', precision: WHOLE_DIGITS[type.kind] ?? 38, scale: 0 };
}

const MAX_PRECISION = 38;
const KEPT_SCALE = 6;

/** Cuts a precision beyond 38 at its scale, as "Precision, scale, and length" of the T-SQL reference says. */
export function fitted(precision: number, scale: number): { precision: number; scale: number } {
  if (precision <= MAX_PRECISION) return { precision, scale };
  const whole = precision - scale;
  return { precision: MAX_PRECISION, scale: Math.max(Math.min(scale, KEPT_SCALE), MAX_PRECISION - whole) };
}
