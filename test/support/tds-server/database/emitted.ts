import type { WireType } from '../../tds/wire-types.ts';
import { storageClass } from './stored-values.ts';
import { commonType, isText, nullable } from './type-names.ts';

export type SqliteCollation = 'BINARY' | 'NOCASE';

/** A value translated to SQLite's SQL. */
export interface Emitted {
  readonly sql: string;
  /** Undefined for a bare NULL, which has none. */
  readonly type: WireType | undefined;
  readonly collation?: SqliteCollation | undefined;
}

/** The functions that SQLite was given know types by these numbers. */
const types: WireType[] = [];
const numbers = new Map<string, number>();

export function typeNumber(type: WireType): number {
  const key = JSON.stringify(type);
  let number = numbers.get(key);
  if (number === undefined) {
    number = types.push(type) - 1;
    numbers.set(key, number);
  }
  return number;
}

export const typeByNumber = (number: number): WireType => types[number]!;

/** CONVERT; `lenient` gives NULL for what cannot be converted. */
export function emitConvert(value: Emitted, to: WireType, style = '0', lenient = false): Emitted {
  const type: WireType = { ...to, nullable: true };
  if (value.type === undefined) return { sql: 'NULL', type };
  const name = lenient ? 'tds_try_convert' : 'tds_convert';
  const sql = `${name}(${value.sql}, ${typeNumber(value.type)}, ${typeNumber(to)}, ${style})`;
  return { sql, type, ...(isText(to) ? { collation: value.collation } : {}) };
}

/** The value where SQLite keeps both types alike, else converted to the other. */
export function coerced(value: Emitted, to: WireType): Emitted {
  if (value.type === undefined) return { sql: value.sql, type: to };
  const isAlike = storageClass(value.type) === storageClass(to) && value.type.kind !== 'sql_variant';
  if (isAlike && to.kind !== 'sql_variant') return value;
  return value.type.kind === to.kind ? value : emitConvert(value, to);
}

/** The type that all of them can be, by T-SQL's precedence. */
export function typeOfAll(values: readonly Emitted[]): WireType | undefined {
  const known = values.flatMap(({ type }) => type ?? []);
  return known.length === 0 ? undefined : known.reduce(commonType);
}

/** All of one type, for CASE, COALESCE, UNION and the like. */
export function unified(values: readonly Emitted[]): { values: Emitted[]; type: WireType | undefined } {
  const common = typeOfAll(values);
  if (common === undefined) return { values: [...values], type: undefined };
  const type: WireType = { ...common, nullable: true };
  return { values: values.map((value) => coerced(value, type)), type };
}

export const collationOf = (values: readonly Emitted[]): SqliteCollation | undefined =>
  values.find(({ collation }) => collation !== undefined)?.collation;

/** The columns of a UNION: names of the first query, types that hold both. */
export function commonColumns<Column extends { type: WireType; untyped?: boolean }>(
  left: readonly Column[],
  right: readonly Column[],
): Column[] {
  return left.map((column, i) => {
    const other = right[i]!;
    if (column.untyped || other.untyped) {
      const { type, untyped = false } = column.untyped ? other : column;
      return { ...column, type: nullable(type), untyped };
    }
    return { ...column, type: commonType(column.type, other.type) };
  });
}
