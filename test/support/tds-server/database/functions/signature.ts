import type { WireType } from '../../../tds/wire-types.ts';
import { coerced, collationOf, type Emitted, emitConvert } from '../emitted.ts';
import type { Place } from '../place.ts';
import { sqlError } from '../sql-error.ts';
import type { Expression } from '../syntax-tree.ts';
import { isText } from '../type-names.ts';

export interface FunctionCall {
  readonly name: string;
  readonly args: Expression[];
  readonly distinct?: boolean;
  readonly star?: boolean;
}

/** The translation of a function of SQL Server. */
export type FunctionEmitter = (call: FunctionCall, place: Place) => Emitted;

export type FunctionTable = Readonly<Record<string, FunctionEmitter | undefined>>;

/** One that takes values only, from `least` to `most` of them. */
export function ofValues(
  least: number,
  most: number,
  emit: (values: Emitted[], place: Place) => Emitted,
): FunctionEmitter {
  return (call, place) => {
    if (call.args.length < least || call.args.length > most) {
      throw sqlError.argumentCount(call.name.toLowerCase(), least);
    }
    return emit(call.args.map(place.value), place);
  };
}

export const INT: WireType = { kind: 'int' };
export const BIGINT: WireType = { kind: 'bigint' };
export const NVARCHAR: WireType = { kind: 'nvarchar', length: 4000 };
export const SYSNAME: WireType = { kind: 'nvarchar', length: 128 };

/** As text, whatever it is. */
export const asText = (value: Emitted): Emitted =>
  value.type !== undefined && isText(value.type) ? value : emitConvert(value, NVARCHAR);

export const asInt = (value: Emitted): string => coerced(value, INT).sql;

/** A function of SQLite, or one it was given, by its name there. */
export function apply(name: string, values: readonly Emitted[], type: WireType | undefined): Emitted {
  const sql = `${name}(${values.map((value) => value.sql).join(', ')})`;
  return { sql, type, collation: type !== undefined && isText(type) ? collationOf(values) : undefined };
}
