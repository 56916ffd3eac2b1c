import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  TimeMicrosecond,
  TimestampMicrosecond,
  Utf8,
} from 'apache-arrow';
import type { ColumnShape } from '../columns/column-builder.ts';
import type { CopyColumn } from './columns/copy-column.ts';
import { DateBuilder, TimestampBuilder } from './columns/datetime.ts';
import { DecimalBuilder } from './columns/decimal.ts';
import {
  BoolBuilder,
  DoubleBuilder,
  FloatBuilder,
  Int16Builder,
  Int32Builder,
  Int64Builder,
} from './columns/fixed-width.ts';
import { BinaryBuilder, JsonbBuilder, TextBuilder, UuidBuilder } from './columns/variable-width.ts';

/** How a column of a type is asked for, landed and decoded. */
export interface TypeMapping {
  readonly type: DataType;
  /** Bytes a row surely takes in Arrow's buffers, for sizing batches. */
  readonly rowBytes: number;
  /** What COPY selects in place of the bare column. */
  readonly select: (column: string) => string;
  builder(shape: ColumnShape, capacity: number): CopyColumn;
}

type BuilderClass = new (shape: ColumnShape, capacity: number) => CopyColumn;

const asIs = (column: string): string => column;

function mapping(type: DataType, rowBytes: number, Builder: BuilderClass, select = asIs): TypeMapping {
  return { type, rowBytes, select, builder: (shape, capacity) => new Builder(shape, capacity) };
}

const TEXT_AS_IS = mapping(new Utf8(), 4, TextBuilder);
const TEXT_BY_CAST = mapping(new Utf8(), 4, TextBuilder, (column) => `${column}::text`);
/** inet's cast to text adds the netmask that its output leaves out; abbrev() of an inet is its output. */
const INET = mapping(new Utf8(), 4, TextBuilder, (column) => `abbrev(${column})`);

const NUMERIC_OID = 1700;

/** Object ids of built-in types are fixed: src/include/catalog/pg_type.dat. */
const BY_OID = new Map<number, TypeMapping>([
  [16, mapping(new Bool(), 1, BoolBuilder)],
  [17, mapping(new Binary(), 4, BinaryBuilder)],
  [19, TEXT_AS_IS], // name
  [20, mapping(new Int64(), 8, Int64Builder)],
  [21, mapping(new Int16(), 2, Int16Builder)],
  [23, mapping(new Int32(), 4, Int32Builder)],
  [25, TEXT_AS_IS], // text
  [114, TEXT_AS_IS], // json
  [142, TEXT_AS_IS], // xml
  [700, mapping(new Float32(), 4, FloatBuilder)],
  [701, mapping(new Float64(), 8, DoubleBuilder)],
  [869, INET],
  [1042, TEXT_AS_IS], // bpchar, with its padding as the server shows it
  [1043, TEXT_AS_IS], // varchar
  [1082, mapping(new DateDay(), 4, DateBuilder)],
  [1083, mapping(new TimeMicrosecond(), 8, Int64Builder)],
  [1114, mapping(new TimestampMicrosecond(), 8, TimestampBuilder)],
  [1184, mapping(new TimestampMicrosecond('UTC'), 8, TimestampBuilder)],
  [2950, mapping(new Utf8(), 40, UuidBuilder)],
  [3802, mapping(new Utf8(), 4, JsonbBuilder)],
]);

const MAX_DECIMAL128_DIGITS = 38;

/**
 * The mapping of a column as RowDescription describes it: the object id of its type (of the base type for a
 * domain) and its type modifier. Whatever has no Arrow type of its own lands as the server's text.
 */
export function mappingFor(typeOid: number, typeModifier: number, isEnum: boolean): TypeMapping {
  if (typeOid === NUMERIC_OID) return numericMapping(typeModifier);
  return BY_OID.get(typeOid) ?? (isEnum ? TEXT_AS_IS : TEXT_BY_CAST);
}

const WITHOUT_ORDER = new Set([114, 142]); // json, xml

/** False for a type of which only the server knows. */
export function isKnownToBeOrdered(typeOid: number): boolean {
  return (typeOid === NUMERIC_OID || BY_OID.has(typeOid)) && !WITHOUT_ORDER.has(typeOid);
}

/** bool, bytea, name, int8, int2, int4, text, bpchar, varchar, uuid */
const LANDED_EXACTLY = new Set([16, 17, 19, 20, 21, 23, 25, 1042, 1043, 2950]);

/** True when a landed value gives the text that reads back as the same value without the server's help. */
export function landsAsKeyText(typeOid: number): boolean {
  return LANDED_EXACTLY.has(typeOid);
}

/** How a value is read for nothing but the text of a key. */
export const KEY_TEXT: TypeMapping = TEXT_BY_CAST;

/**
 * The modifier of a numeric is ((precision << 16) | (scale & 0x7ff)) + 4, the scale signed since PostgreSQL 15
 * (numeric.c, make_numeric_typmod). A negative scale widens the precision by the zeros it stands for; a scale
 * beyond the precision becomes the precision, as Arrow and Parquet want it.
 */
function numericMapping(typeModifier: number): TypeMapping {
  if (typeModifier < 4) return TEXT_BY_CAST;
  const packed = typeModifier - 4;
  const scale = ((packed & 0x7ff) ^ 1024) - 1024;
  const precision = Math.max((packed >> 16) & 0xffff, scale) + Math.max(-scale, 0);
  if (precision > MAX_DECIMAL128_DIGITS) return TEXT_BY_CAST;
  return mapping(new Decimal(Math.max(scale, 0), precision, 128), 16, DecimalBuilder);
}
