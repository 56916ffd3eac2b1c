import { comparison } from '../emit-predicates.ts';
import { coerced, collationOf, type Emitted, emitConvert, unified } from '../emitted.ts';
import { scaleOf } from '../stored-values.ts';
import { isExact, isFloat, isInteger, nullable } from '../type-names.ts';
import { apply, asInt, type FunctionEmitter, type FunctionTable, INT, ofValues } from './signature.ts';

/** ISNULL takes the first one's type, COALESCE that of highest precedence. */
const isNull: FunctionEmitter = ofValues(2, 2, ([value, otherwise]) => {
  const type = value!.type ?? otherwise!.type;
  const second = type === undefined ? otherwise! : coerced(otherwise!, type);
  return { sql: `ifnull(${value!.sql}, ${second.sql})`, type, collation: collationOf([value!, second]) };
});

const coalesce: FunctionEmitter = ofValues(2, 1000, (given) => {
  const { values, type } = unified(given);
  return { sql: `coalesce(${values.map(({ sql }) => sql).join(', ')})`, type, collation: collationOf(values) };
});

const nullIf: FunctionEmitter = ofValues(2, 2, ([value, other]) => ({
  sql: `CASE WHEN ${comparison('=', value!, other!)} THEN NULL ELSE ${value!.sql} END`,
  type: value!.type && nullable(value!.type),
  collation: value!.collation,
}));

const choice: FunctionEmitter = (call, place) => {
  const [condition, ...rest] = call.args;
  const { values, type } = unified(rest.map(place.value));
  const sql = `iif(${place.condition(condition!)}, ${values.map((value) => value.sql).join(', ')})`;
  return { sql, type, collation: collationOf(values) };
};

/** On integers and floats as SQLite does it, on decimals by way of floats, which loses digits. */
const numeric = (name: string): FunctionEmitter =>
  ofValues(1, 1, ([value]) => {
    const { type = INT } = value!;
    if (isInteger(type) && (name === 'floor' || name === 'ceil')) return value!;
    if (!isExact(type))
      return apply(name, [isFloat(type) || isInteger(type) ? value! : emitConvert(value!, { kind: 'float' })], type);
    return emitConvert(apply(name, [emitConvert(value!, { kind: 'float' })], { kind: 'float' }), type);
  });

const rounded: FunctionEmitter = ofValues(2, 3, ([value, digits]) => {
  const { type = INT } = value!;
  if (isExact(type)) return { sql: `tds_round(${value!.sql}, ${asInt(digits!)}, ${scaleOf(type)})`, type };
  return { sql: `round(${value!.sql}, ${asInt(digits!)})`, type };
});

const hashed: FunctionEmitter = ofValues(2, 2, ([algorithm, value]) => ({
  sql: `tds_hash(${algorithm!.sql}, ${emitConvert(value!, { kind: 'varbinary', length: 'max' }).sql})`,
  type: { kind: 'varbinary', length: 8000 },
}));

const withType = (name: string, type: Emitted['type']): FunctionEmitter =>
  ofValues(1, 2, (values) => apply(name, values, type));

export const valueFunctions: FunctionTable = {
  ISNULL: isNull,
  COALESCE: coalesce,
  NULLIF: nullIf,
  IIF: choice,
  ABS: numeric('abs'),
  FLOOR: numeric('floor'),
  CEILING: numeric('ceil'),
  ROUND: rounded,
  SIGN: withType('sign', INT),
  SQRT: withType('sqrt', { kind: 'float' }),
  POWER: withType('power', { kind: 'float' }),
  HASHBYTES: hashed,
  NEWID: ofValues(0, 0, () => ({ sql: 'tds_newid()', type: { kind: 'uniqueidentifier' } })),
};
