import type { WireType } from '../../tds/wire-types.ts';
import { coerced, collationOf, type Emitted, emitConvert } from './emitted.ts';
import { sqlError } from './sql-error.ts';
import { scaleOf } from './stored-values.ts';
import {
  asDecimal,
  commonType,
  fitted,
  isExact,
  isFloat,
  isInteger,
  isMoment,
  isText,
  typeName,
} from './type-names.ts';

const INT: WireType = { kind: 'int' };

/** `left operator right` with the conversions and the result's type that T-SQL has. */
export function emitBinary(operator: string, left: Emitted, right: Emitted): Emitted {
  const [a, b] = [left.type ?? right.type ?? INT, right.type ?? left.type ?? INT];
  if (isText(a) && isText(b)) return concatenated(operator, left, right, a, b);
  if (isMoment(a) !== isMoment(b)) return movedByDays(operator, left, right);
  const common = commonType(a, b);
  if (isFloat(common)) return floats(operator, left, right, common);
  if (isInteger(common)) return integers(operator, coerced(left, common), coerced(right, common), common);
  if (isExact(common)) return decimals(operator, left, right, a, b);
  throw sqlError.clash(typeName(a), typeName(b));
}

function concatenated(operator: string, left: Emitted, right: Emitted, a: WireType, b: WireType): Emitted {
  if (operator !== '+' && operator !== '||') throw sqlError.clash(typeName(a), typeName(b));
  const lengths = [a, b].map((type) => ('length' in type ? type.length : 'max'));
  const length = lengths.includes('max') ? 'max' : Number(lengths[0]) + Number(lengths[1]);
  const wide = [a, b].some(({ kind }) => kind.startsWith('n') || kind === 'xml');
  const sql = `(${left.sql} || ${right.sql})`;
  return { sql, type: { kind: wide ? 'nvarchar' : 'varchar', length }, collation: collationOf([left, right]) };
}

function movedByDays(operator: string, left: Emitted, right: Emitted): Emitted {
  const isFirst = left.type !== undefined && isMoment(left.type);
  const [moment, days] = isFirst ? [left, right] : [right, left];
  if (days.type !== undefined && isText(days.type)) throw sqlError.clash(typeName(days.type), typeName(moment.type!));
  const count = coerced(days, INT).sql;
  const sql = `tds_add('day', ${operator === '-' ? `-(${count})` : count}, ${moment.sql}, '${moment.type!.kind}')`;
  return { sql, type: moment.type };
}

const CHECKED: Readonly<Record<string, string>> = { '/': 'tds_quotient', '%': 'tds_remainder' };

function integers(operator: string, left: Emitted, right: Emitted, common: WireType): Emitted {
  const type: WireType = { ...common, nullable: true };
  const checked = CHECKED[operator];
  if (checked !== undefined) return { sql: `${checked}(${left.sql}, ${right.sql})`, type };
  if (operator === '^') return { sql: `((${left.sql} | ${right.sql}) - (${left.sql} & ${right.sql}))`, type };
  return { sql: `(${left.sql} ${operator} ${right.sql})`, type };
}

function floats(operator: string, left: Emitted, right: Emitted, common: WireType): Emitted {
  const type: WireType = { ...common, nullable: true };
  const [a, b] = [coerced(left, type).sql, coerced(right, type).sql];
  const checked = CHECKED[operator];
  return { sql: checked === undefined ? `(${a} ${operator} ${b})` : `${checked}(${a}, ${b})`, type };
}

function decimals(operator: string, left: Emitted, right: Emitted, a: WireType, b: WireType): Emitted {
  const type = resultType(operator, a, b);
  const [x, y] = [asDecimal(a), asDecimal(b)];
  const operands = [exact(left, x), exact(right, y)];
  return { sql: `tds_decimal('${operator}', ${operands.join(', ')}, ${scaleOf(type)})`, type };
}

const exact = (value: Emitted, type: WireType): string => coerced(value, type).sql;

/** "Precision, scale, and length" of the T-SQL reference; money stays money. */
function resultType(operator: string, a: WireType, b: WireType): WireType {
  const isMoney = (type: WireType): boolean => type.kind.endsWith('money');
  if ([a, b].some(isMoney) && ![a, b].some((type) => 'precision' in type)) return { kind: 'money' };
  const [x, y] = [asDecimal(a), asDecimal(b)];
  const wholes = [x.precision - x.scale, y.precision - y.scale] as const;
  switch (operator) {
    case '*':
      return { kind: 'numeric', ...fitted(x.precision + y.precision + 1, x.scale + y.scale) };
    case '/': {
      const scale = Math.max(6, x.scale + y.precision + 1);
      return { kind: 'numeric', ...fitted(wholes[0] + y.scale + scale, scale) };
    }
    case '%': {
      const scale = Math.max(x.scale, y.scale);
      return { kind: 'numeric', ...fitted(Math.min(...wholes) + scale, scale) };
    }
    default: {
      const scale = Math.max(x.scale, y.scale);
      return { kind: 'numeric', ...fitted(Math.max(...wholes) + scale + 1, scale) };
    }
  }
}

export function emitNegative(value: Emitted): Emitted {
  if (value.type === undefined || !isExact(value.type)) return { ...value, sql: `(-${value.sql})` };
  const zero = emitConvert({ sql: '0', type: INT }, value.type).sql;
  return { ...value, sql: `tds_decimal('-', ${zero}, ${value.sql}, ${scaleOf(value.type)})` };
}
