import type { KeyRange, KeyValues } from '../../../core/key.ts';
import { bracketed } from '../quoting.ts';
import type { KeyColumn } from './key-columns.ts';
import type { ParameterKind } from './key-type.ts';

/** A value of a key, given to the server beside the SQL. */
export interface KeyParameter {
  /** Without the @. */
  readonly name: string;
  readonly kind: ParameterKind;
  readonly value: string;
}

export interface RangeText {
  /** A condition for WHERE; undefined when every row is wanted. */
  readonly condition: string | undefined;
  readonly parameters: readonly KeyParameter[];
}

/** A key column beside the value that it is compared with. */
interface Compared {
  readonly column: string;
  readonly value: string;
  readonly isNullable: boolean;
}

/**
 * The rows of a range, by comparisons of the server's own. The first column is compared alone too, as that is what an
 * index is entered by. `table` is what stands before each column's name, such as `t.`.
 */
export function rangeText(key: readonly KeyColumn[], { from, to }: KeyRange, table = ''): RangeText {
  const parameters: KeyParameter[] = [];
  const conditions: string[] = [];
  const bind = (values: KeyValues, prefix: string) => bound(key, values, { prefix, table }, parameters);
  if (from !== undefined) {
    const compared = bind(from.values, 'from');
    conditions.push(enteredBy('>', compared, lexicographic('>', compared, from.inclusive)));
  }
  if (to !== undefined) {
    const compared = bind(to, 'to');
    conditions.push(enteredBy('<', compared, lexicographic('<', compared, false)));
  }
  return { condition: conditions.length === 0 ? undefined : conditions.join(' AND '), parameters };
}

function bound(
  key: readonly KeyColumn[],
  values: KeyValues,
  { prefix, table }: { readonly prefix: string; readonly table: string },
  parameters: KeyParameter[],
): readonly Compared[] {
  if (values.length !== key.length || key.length === 0) {
    throw new Error(`a bound of ${values.length} values for a key of ${key.length} columns`);
  }
  return key.map(({ name, isNullable, compared: { parameter, value } }, i) => {
    const parameterName = `${prefix}${i + 1}`;
    parameters.push({ name: parameterName, kind: parameter, value: values[i]! });
    return { column: `${table}${bracketed(name)}`, value: value(`@${parameterName}`), isNullable };
  });
}

type Direction = '<' | '>';

/** `(a > 1 OR (a = 1 AND (b > 2 OR (b = 2 AND c > 3))))`, without the brackets around a single comparison. */
function lexicographic(direction: Direction, [first, ...rest]: readonly Compared[], inclusive: boolean): string {
  const { column, value } = first!;
  if (rest.length === 0) return comparison(inclusive ? `${direction}=` : direction, first!);
  const below = lexicographic(direction, rest, inclusive);
  return `(${comparison(direction, first!)} OR (${column} = ${value} AND ${below}))`;
}

function enteredBy(direction: Direction, compared: readonly Compared[], condition: string): string {
  return compared.length === 1 ? condition : `${comparison(`${direction}=`, compared[0]!)} AND ${condition}`;
}

/** NULL, which no key of the catalog's has but a configured one may, comes before every value (ORDER BY). */
function comparison(operator: string, { column, value, isNullable }: Compared): string {
  const compared = `${column} ${operator} ${value}`;
  return isNullable && operator.startsWith('<') ? `(${compared} OR ${column} IS NULL)` : compared;
}
