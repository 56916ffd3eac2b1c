import type { WireType } from './wire-types.ts';

/** Type tokens of the fixed forms: MS-TDS 2.2.5.4.1. Date is only fixed inside sql_variant. */
const FIXED_IDS: Partial<Record<WireType['kind'], number>> = {
  bit: 0x32,
  tinyint: 0x30,
  smallint: 0x34,
  int: 0x38,
  bigint: 0x7f,
  real: 0x3b,
  float: 0x3e,
  money: 0x3c,
  smallmoney: 0x7a,
  datetime: 0x3d,
  smalldatetime: 0x3a,
};

/** Type tokens of the forms with a length: MS-TDS 2.2.5.4.2 and 2.2.5.4.3. */
const VARIABLE_IDS: Record<WireType['kind'], number> = {
  bit: 0x68,
  tinyint: 0x26,
  smallint: 0x26,
  int: 0x26,
  bigint: 0x26,
  real: 0x6d,
  float: 0x6d,
  money: 0x6e,
  smallmoney: 0x6e,
  datetime: 0x6f,
  smalldatetime: 0x6f,
  date: 0x28,
  time: 0x29,
  datetime2: 0x2a,
  datetimeoffset: 0x2b,
  decimal: 0x6a,
  numeric: 0x6c,
  uniqueidentifier: 0x24,
  char: 0xaf,
  varchar: 0xa7,
  text: 0x23,
  nchar: 0xef,
  nvarchar: 0xe7,
  ntext: 0x63,
  binary: 0xad,
  varbinary: 0xa5,
  image: 0x22,
  rowversion: 0xad,
  xml: 0xf1,
  hierarchyid: 0xf0,
  geometry: 0xf0,
  geography: 0xf0,
  sql_variant: 0x62,
};

/** The type token without a length in front of values, where the type has one. */
export function fixedId(type: WireType): number | undefined {
  return FIXED_IDS[type.kind];
}

/** The type token a column of the type is described by. */
export function columnTypeId(type: WireType): number {
  const fixed = type.nullable === false ? FIXED_IDS[type.kind] : undefined;
  return fixed ?? VARIABLE_IDS[type.kind];
}

/** The base type token of a sql_variant value. */
export function variantTypeId(type: WireType): number {
  return FIXED_IDS[type.kind] ?? VARIABLE_IDS[type.kind];
}
