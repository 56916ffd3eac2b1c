import type { CollationName } from './collations.ts';

/** A collation by the name the database knows it by; see collations.ts. */
export type WireCollation = CollationName;

export type PlainKind =
  | 'bit'
  | 'tinyint'
  | 'smallint'
  | 'int'
  | 'bigint'
  | 'real'
  | 'float'
  | 'money'
  | 'smallmoney'
  | 'date'
  | 'datetime'
  | 'smalldatetime'
  | 'uniqueidentifier'
  | 'xml'
  | 'ntext'
  | 'image'
  | 'rowversion'
  | 'hierarchyid'
  | 'geometry'
  | 'geography'
  | 'sql_variant';

interface Nullability {
  /** False sends the fixed form where the type has one (INT4 instead of INTN) and refuses NULL. Default true. */
  readonly nullable?: boolean;
}

export interface PlainType extends Nullability {
  readonly kind: PlainKind;
}
export interface DecimalType extends Nullability {
  readonly kind: 'decimal' | 'numeric';
  readonly precision: number;
  readonly scale: number;
  /**
   * By default every value has the length that belongs to the precision. Babelfish announces 17 bytes for every precision and
   * sends each value in the length that belongs to its own digits: 'shortest'.
   */
  readonly valueBytes?: 'shortest';
}
export interface ScaledType extends Nullability {
  readonly kind: 'time' | 'datetime2' | 'datetimeoffset';
  readonly scale: number;
}
export interface CharType extends Nullability {
  readonly kind: 'char' | 'varchar';
  /** Bytes, as in T-SQL. */
  readonly length: number | 'max';
  readonly collation?: WireCollation;
}
export interface TextType extends Nullability {
  readonly kind: 'text';
  readonly collation?: WireCollation;
}
export interface NCharType extends Nullability {
  readonly kind: 'nchar' | 'nvarchar';
  /** UTF-16 code units, as in T-SQL. */
  readonly length: number | 'max';
}
export interface BinaryType extends Nullability {
  readonly kind: 'binary' | 'varbinary';
  readonly length: number | 'max';
}

/** A column type of SQL Server as it is declared; the encoders choose its form on the wire. */
export type WireType = PlainType | DecimalType | ScaledType | CharType | TextType | NCharType | BinaryType;

/** A sql_variant value whose inner type is told; a bare string in a sql_variant column is an nvarchar(4000). */
export interface VariantValue {
  readonly of: WireType;
  readonly text: string;
}

/**
 * A value as the server prints it with CONVERT: '12.34', '2026-11-22 13:46:50.435', '2026-11-22 13:46:50 -03:00', '0' or '1' for bit,
 * hex without 0x for everything binary (CLR types too), '886B623E-2F82-7F4B-1C77-ACE098F1D39A'; null for NULL.
 * Fractions of seconds may have more or fewer digits than the type, as long as the value is representable.
 */
export type WireValue = string | VariantValue | null;

export interface WireColumn {
  readonly name: string;
  readonly type: WireType;
  /** MS-TDS 2.2.7.4 flags; by default nullable or not, updateability unknown. */
  readonly flags?: number;
  /** Parts of the table's name, sent for text, ntext and image only. */
  readonly table?: readonly string[];
}

/** How PLP values are cut. */
export interface PlpShape {
  /** Sizes of the chunks in bytes, the last one repeated as long as bytes are left. Default: one chunk. */
  readonly chunkBytes?: readonly number[];
  /** The server did not say the total length in advance. */
  readonly unknownLength?: boolean;
}

/** Whether values of the type travel as PLP (partially length-prefixed) chunks. */
export function isPlp(type: WireType): boolean {
  return (
    ('length' in type && type.length === 'max') ||
    type.kind === 'xml' ||
    type.kind === 'hierarchyid' ||
    type.kind === 'geometry' ||
    type.kind === 'geography'
  );
}

/** The length a column of the type announces. */
export function decimalBytes(type: DecimalType): number {
  return type.valueBytes === 'shortest' ? 17 : bytesOfPrecision(type.precision);
}

/** Bytes of a decimal with its sign by its precision: MS-TDS 2.2.5.5.1.6. */
export function bytesOfPrecision(precision: number): number {
  if (precision <= 9) return 5;
  if (precision <= 19) return 9;
  return precision <= 28 ? 13 : 17;
}

/** Bytes of a time of day by its scale: MS-TDS 2.2.5.5.1.8. */
export function timeBytes(scale: number): number {
  if (scale <= 2) return 3;
  return scale <= 4 ? 4 : 5;
}
