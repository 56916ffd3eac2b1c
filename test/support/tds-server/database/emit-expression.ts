import { sqliteCollation } from './catalog.ts';
import { emitBinary, emitNegative } from './emit-arithmetic.ts';
import { emitCall } from './emit-calls.ts';
import { emitPredicate } from './emit-predicates.ts';
import { collationOf, type Emitted, emitConvert, unified } from './emitted.ts';
import type { Place, QueryEmitter } from './place.ts';
import type { Scope } from './scope.ts';
import { SqlServerError } from './sql-error.ts';
import { toStored } from './stored-values.ts';
import type { Expression, Predicate } from './syntax-tree.ts';
import type { Translation } from './translation.ts';
import { isInteger } from './type-names.ts';

/** A place in a query whose FROM makes up the scope. */
export function placeOf(translation: Translation, scope: Scope, query: QueryEmitter): Place {
  const place: Place = {
    translation,
    scope,
    query,
    value: (expression) => emitExpression(expression, place),
    condition: (expression) => emitCondition(expression, place),
  };
  return place;
}

/** A value as SQLite's SQL with its T-SQL type. @throws SqlServerError for what cannot be */
function emitExpression(expression: Expression, place: Place): Emitted {
  switch (expression.kind) {
    case 'literal':
      return emitLiteral(expression, place);
    case 'variable':
      if (expression.name.startsWith('@@')) return emitCall({ name: expression.name, args: [] }, place);
      return place.translation.variable(expression.name);
    case 'column':
      return emitColumn(expression, place);
    case 'call':
      return emitCall(expression, place);
    case 'convert': {
      const style = expression.style === undefined ? '0' : emitExpression(expression.style, place).sql;
      return emitConvert(emitExpression(expression.value, place), expression.type, style, expression.lenient);
    }
    case 'unary':
      return emitUnary(expression, place);
    case 'binary':
      return emitBinary(
        expression.operator,
        emitExpression(expression.left, place),
        emitExpression(expression.right, place),
      );
    case 'case':
      return emitCase(expression, place);
    case 'subquery': {
      const { sql, columns } = place.query(expression.query, place.scope, 'subquery');
      if (columns.length !== 1) throw tooManyColumns();
      return { sql: `(${sql})`, type: { ...columns[0]!.type, nullable: true }, collation: columns[0]!.collation };
    }
    case 'collate': {
      const value = emitExpression(expression.value, place);
      return { ...value, collation: sqliteCollation(expression.collation) };
    }
    default:
      return emitPredicate(expression, place);
  }
}

const PREDICATES = new Set(['compare', 'logic', 'not', 'in', 'between', 'like', 'isNull', 'exists']);

/** What WHERE, ON, HAVING and WHEN take. @throws SqlServerError 4145 for a value */
function emitCondition(expression: Expression, place: Place): string {
  if (!PREDICATES.has(expression.kind)) throw noCondition();
  return emitPredicate(expression as Predicate, place).sql;
}

const noCondition = (): SqlServerError =>
  new SqlServerError(
    4145,
    15,
    1,
    "An expression of non-boolean type specified in a context where a condition is expected, near ')'.",
  );

const tooManyColumns = (): SqlServerError =>
  new SqlServerError(
    116,
    16,
    1,
    'Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.',
  );

function emitLiteral({ type, text }: Extract<Expression, { kind: 'literal' }>, { translation }: Place): Emitted {
  if (type === undefined || text === null) return { sql: 'NULL', type: undefined };
  if (isInteger(type)) return { sql: text, type };
  return translation.bind(toStored(type, text), type);
}

function emitColumn({ qualifier, name }: Extract<Expression, { kind: 'column' }>, { scope }: Place): Emitted {
  return scope.resolve(qualifier, name);
}

function emitUnary({ operator, operand }: Extract<Expression, { kind: 'unary' }>, place: Place): Emitted {
  if (operator === '-' && operand.kind === 'literal' && operand.text !== null && operand.type !== undefined) {
    const isNegative = operand.text.startsWith('-');
    return emitLiteral({ ...operand, text: isNegative ? operand.text.slice(1) : `-${operand.text}` }, place);
  }
  const value = emitExpression(operand, place);
  if (operator === '+') return value;
  return operator === '~' ? { ...value, sql: `(~${value.sql})` } : emitNegative(value);
}

function emitCase({ subject, branches, otherwise }: Extract<Expression, { kind: 'case' }>, place: Place): Emitted {
  const conditions = branches.map(({ when }) =>
    emitCondition(subject === undefined ? when : { kind: 'compare', operator: '=', left: subject, right: when }, place),
  );
  const results = [...branches.map(({ result }) => result), ...(otherwise === undefined ? [] : [otherwise])];
  const { values, type } = unified(results.map((result) => emitExpression(result, place)));
  const arms = conditions.map((condition, i) => `WHEN ${condition} THEN ${values[i]!.sql}`);
  const last = otherwise === undefined ? '' : ` ELSE ${values.at(-1)!.sql}`;
  return { sql: `CASE ${arms.join(' ')}${last} END`, type, collation: collationOf(values) };
}
