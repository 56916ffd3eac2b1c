import type { WireType } from '../../tds/wire-types.ts';
import { coerced, collationOf, type Emitted, emitConvert } from './emitted.ts';
import type { Place } from './place.ts';
import type { Expression, Predicate, Query } from './syntax-tree.ts';
import { commonType, isText } from './type-names.ts';

/** 'YYYY-MM-DD HH:MM:SS.fffffff' */
const UTC_LENGTH = 27;
const BIT: WireType = { kind: 'bit' };

export function emitPredicate(predicate: Predicate, place: Place): Emitted {
  return { sql: predicateSql(predicate, place), type: BIT };
}

function predicateSql(predicate: Predicate, place: Place): string {
  const { value } = place;
  switch (predicate.kind) {
    case 'compare':
      return comparison(predicate.operator, value(predicate.left), value(predicate.right));
    case 'logic': {
      const sides = [predicate.left, predicate.right].map(place.condition);
      return `(${sides.join(` ${predicate.operator} `)})`;
    }
    case 'not':
      return `(NOT ${place.condition(predicate.operand)})`;
    case 'isNull':
      return `(${value(predicate.value).sql} IS ${predicate.negated ? 'NOT ' : ''}NULL)`;
    case 'between': {
      const tested = value(predicate.value);
      const sides = [comparison('>=', tested, value(predicate.low)), comparison('<=', tested, value(predicate.high))];
      return negatedIf(predicate.negated, `(${sides.join(' AND ')})`);
    }
    case 'in':
      return negatedIf(predicate.negated, membership(value(predicate.value), predicate.among, place));
    case 'like':
      return negatedIf(predicate.negated, likeness(predicate, place));
    case 'exists':
      return `EXISTS (${place.query(predicate.query, place.scope, 'exists').sql})`;
  }
}

const negatedIf = (negated: boolean, sql: string): string => (negated ? `(NOT ${sql})` : sql);

/** Both sides as the type of higher precedence, texts in the collation of the column among them. */
export function comparison(operator: string, left: Emitted, right: Emitted): string {
  if (left.type === undefined || right.type === undefined) return `(${left.sql} ${operator} ${right.sql})`;
  const [a, b] = comparable(left, right, left.type, right.type);
  const collation = isText(a.type!) && isText(b.type!) ? ` COLLATE ${collationOf([left, right]) ?? 'NOCASE'}` : '';
  return `(${a.sql}${collation} ${operator} ${b.sql})`;
}

function comparable(left: Emitted, right: Emitted, a: WireType, b: WireType): [Emitted, Emitted] {
  if (a.kind === 'sql_variant' && b.kind !== 'sql_variant') return [emitConvert(left, b), right];
  if (b.kind === 'sql_variant' && a.kind !== 'sql_variant') return [left, emitConvert(right, a)];
  const common = commonType(a, b);
  if (isText(a) && isText(b)) return [unpadded(left, b), unpadded(right, a)];
  const sides = [coerced(left, common), coerced(right, common)] as const;
  return common.kind === 'datetimeoffset' ? [inUtc(sides[0]), inUtc(sides[1])] : [...sides];
}

/** The same moment is the same, whatever its offset. */
const inUtc = (value: Emitted): Emitted => ({ ...value, sql: `substr(${value.sql}, 1, ${UTC_LENGTH})` });

/** char and nchar are kept without the blanks at their ends, so what they are compared with must lose its own. */
function unpadded(value: Emitted, other: WireType): Emitted {
  const isFixed = (type: WireType): boolean => type.kind === 'char' || type.kind === 'nchar';
  return isFixed(other) && !isFixed(value.type!) ? { ...value, sql: `rtrim(${value.sql}, ' ')` } : value;
}

function membership(tested: Emitted, among: Expression[] | Query, place: Place): string {
  if (Array.isArray(among)) {
    const equal = among.map((each) => comparison('=', tested, place.value(each)));
    return `(${equal.join(' OR ')})`;
  }
  const { sql, columns } = place.query(among, place.scope, 'subquery');
  const [only] = columns;
  const name = place.translation.uniqueName();
  const inner: Emitted = { sql: `${name}.c1`, type: only?.type, collation: only?.collation };
  // NULL among the values makes NOT IN unknown: SQLite's own IN knows that.
  const [a, b] = tested.type && inner.type ? comparable(tested, inner, tested.type, inner.type) : [tested, inner];
  const collation = a.type && isText(a.type) ? ` COLLATE ${collationOf([tested, inner]) ?? 'NOCASE'}` : '';
  return `(${a.sql}${collation} IN (SELECT ${b.sql} FROM (${sql}) AS ${name}))`;
}

function likeness({ value, pattern, escape: last }: Extract<Predicate, { kind: 'like' }>, place: Place): string {
  const [tested, wanted] = [place.value(value), place.value(pattern)];
  const text: WireType = { kind: 'nvarchar', length: 'max' };
  const escaped = last === undefined ? "''" : place.value(last).sql;
  const collation = collationOf([tested, wanted]) ?? 'NOCASE';
  return `tds_like(${coerced(tested, text).sql}, ${coerced(wanted, text).sql}, ${escaped}, '${collation}')`;
}
