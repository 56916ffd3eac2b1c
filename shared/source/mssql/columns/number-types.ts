import { Bool, Decimal, Float32, Float64, Int16, Int32, Int64 } from 'apache-arrow';
import { DecimalColumn, MoneyColumn } from './fixed-point.ts';
import { type Mapping, malformedColumn, mapping } from './mapping.ts';
import {
  BitColumn,
  EightByteColumn,
  FloatColumn,
  FourByteColumn,
  RealColumn,
  SmallIntColumn,
  TinyIntColumn,
} from './whole-numbers.ts';

const MAX_PRECISION = 38;
const DECIMAL_BITS = 128;
const MONEY_SCALE = 4;

function decimal(precision: number, scale: number): Decimal {
  return new Decimal(scale, precision, DECIMAL_BITS);
}

function moneyMapping(sourceType: string, precision: number, bytes: 4 | 8): Mapping {
  return {
    type: decimal(precision, MONEY_SCALE),
    sourceType,
    rowBytes: DECIMAL_BITS / 8,
    builder: (shape, capacity) => new MoneyColumn(shape, capacity, bytes),
  };
}

/** Numbers that have neither precision nor scale of their own, by tedious' name of their fixed form. */
export const NUMBER_TYPES: ReadonlyMap<string, Mapping> = new Map([
  ['Bit', mapping(new Bool(), 'bit', 1, BitColumn)],
  ['TinyInt', mapping(new Int16(), 'tinyint', 2, TinyIntColumn)],
  ['SmallInt', mapping(new Int16(), 'smallint', 2, SmallIntColumn)],
  ['Int', mapping(new Int32(), 'int', 4, FourByteColumn)],
  ['BigInt', mapping(new Int64(), 'bigint', 8, EightByteColumn)],
  ['Real', mapping(new Float32(), 'real', 4, RealColumn)],
  ['Float', mapping(new Float64(), 'float', 8, FloatColumn)],
  ['SmallMoney', moneyMapping('smallmoney', 10, 4)],
  ['Money', moneyMapping('money', 19, 8)],
]);

/** decimal and numeric, exact at every precision. */
export function decimalMapping(
  name: string,
  keyword: 'decimal' | 'numeric',
  precision: number | undefined,
  scale: number | undefined,
): Mapping {
  const sourceType = `${keyword}(${precision},${scale})`;
  if (
    precision === undefined ||
    scale === undefined ||
    precision < 1 ||
    precision > MAX_PRECISION ||
    scale > precision
  ) {
    throw malformedColumn(name, sourceType);
  }
  return mapping(decimal(precision, scale), sourceType, DECIMAL_BITS / 8, DecimalColumn);
}
