import type { WireType } from '../../../tds/wire-types.ts';
import { collationOf, type Emitted } from '../emitted.ts';
import { sqlError } from '../sql-error.ts';
import { scaleOf } from '../stored-values.ts';
import { isExact, isFloat, isInteger, isText, nullable, typeName } from '../type-names.ts';
import { asText, BIGINT, type FunctionEmitter, type FunctionTable, INT, ofValues } from './signature.ts';

const count =
  (type: WireType): FunctionEmitter =>
  (call, place) => {
    if (call.star) return { sql: 'count(*)', type };
    const [value] = call.args;
    if (value === undefined) throw sqlError.argumentCount(call.name.toLowerCase(), 1);
    const { sql, type: of, collation } = place.value(value);
    const collated = of !== undefined && isText(of) && call.distinct ? `${sql} COLLATE ${collation ?? 'NOCASE'}` : sql;
    return { sql: `count(${call.distinct ? 'DISTINCT ' : ''}${collated})`, type };
  };

const extreme = (name: 'min' | 'max'): FunctionEmitter =>
  ofValues(1, 1, ([value]) => {
    const { sql, type, collation } = value!;
    const isCollated = type !== undefined && isText(type);
    return {
      sql: `${name}(${sql}${isCollated ? ` COLLATE ${collation ?? 'NOCASE'}` : ''})`,
      type: type && nullable(type),
      collation,
    };
  });

/** The type of a sum: int and smaller stay int, decimals grow to 38 digits. */
function sumType(type: WireType): WireType {
  if (type.kind === 'bigint') return BIGINT;
  if (isInteger(type)) return INT;
  if (isFloat(type)) return { kind: 'float' };
  if (type.kind.endsWith('money')) return { kind: 'money' };
  if (isExact(type)) return { kind: 'numeric', precision: 38, scale: scaleOf(type) };
  throw sqlError.badOperand(typeName(type), 'sum');
}

const sum: FunctionEmitter = (call, place) => {
  const value = place.value(call.args[0]!);
  const type = sumType(value.type ?? INT);
  const distinct = call.distinct ? 'DISTINCT ' : '';
  if (isExact(type)) return { sql: `tds_sum(${distinct}${value.sql})`, type };
  // A window must follow the aggregate itself, so that a sum over one is not checked.
  if (isFloat(type) || 'over' in call) return { sql: `sum(${distinct}${value.sql})`, type };
  return { sql: `tds_checked(sum(${distinct}${value.sql}), '${type.kind}')`, type };
};

const average: FunctionEmitter = (call, place) => {
  const value = place.value(call.args[0]!);
  const type = sumType(value.type ?? INT);
  if (isFloat(type)) return { sql: `avg(${value.sql})`, type };
  if (!isExact(type)) return { sql: `(sum(${value.sql}) / count(${value.sql}))`, type };
  const scale = type.kind === 'money' ? 4 : Math.max(6, scaleOf(type));
  const averaged: WireType = type.kind === 'money' ? type : { kind: 'numeric', precision: 38, scale };
  return { sql: `tds_average(${value.sql}, ${scale})`, type: averaged };
};

const joined: FunctionEmitter = ofValues(2, 2, ([value, separator]) => {
  const text: Emitted = asText(value!);
  const sql = `group_concat(${text.sql}, ${separator!.sql})`;
  return { sql, type: { kind: 'nvarchar', length: 'max' }, collation: collationOf([text]) };
});

const numbered = (name: string): FunctionEmitter => ofValues(0, 0, () => ({ sql: `${name}()`, type: BIGINT }));

const neighbour = (name: string): FunctionEmitter =>
  ofValues(1, 3, (values) => {
    const sql = `${name}(${values.map((value) => value.sql).join(', ')})`;
    return { sql, type: values[0]!.type && nullable(values[0]!.type), collation: values[0]!.collation };
  });

export const aggregates: FunctionTable = {
  COUNT: count(INT),
  COUNT_BIG: count(BIGINT),
  MIN: extreme('min'),
  MAX: extreme('max'),
  SUM: sum,
  AVG: average,
  STRING_AGG: joined,
  ROW_NUMBER: numbered('row_number'),
  RANK: numbered('rank'),
  DENSE_RANK: numbered('dense_rank'),
  NTILE: ofValues(1, 1, ([value]) => ({ sql: `ntile(${value!.sql})`, type: BIGINT })),
  LAG: neighbour('lag'),
  LEAD: neighbour('lead'),
  FIRST_VALUE: neighbour('first_value'),
  LAST_VALUE: neighbour('last_value'),
};
