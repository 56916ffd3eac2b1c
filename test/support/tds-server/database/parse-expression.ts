import { parseLiteral } from './parse-literal.ts';
import { parseType } from './parse-type.ts';
import type { Expression, OrderItem, Window } from './syntax-tree.ts';
import type { TokenCursor } from './token-cursor.ts';

/** A condition or a value: OR binds least, then AND, NOT, comparisons, + and -, * and /, signs. */
export function parseExpression(cursor: TokenCursor): Expression {
  let left = conjunction(cursor);
  while (cursor.accept('OR')) left = { kind: 'logic', operator: 'OR', left, right: conjunction(cursor) };
  return left;
}

function conjunction(cursor: TokenCursor): Expression {
  let left = negation(cursor);
  while (cursor.accept('AND')) left = { kind: 'logic', operator: 'AND', left, right: negation(cursor) };
  return left;
}

function negation(cursor: TokenCursor): Expression {
  if (cursor.accept('NOT')) return { kind: 'not', operand: negation(cursor) };
  return predicate(cursor);
}

const COMPARISONS: Readonly<Record<string, string>> = {
  '=': '=',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
  '!<': '>=',
  '!>': '<=',
};

function predicate(cursor: TokenCursor): Expression {
  if (cursor.sees('EXISTS')) {
    cursor.expect('EXISTS', '(');
    const query = cursor.parseQuery(cursor);
    cursor.expect(')');
    return { kind: 'exists', query };
  }
  const value = sum(cursor);
  const operator = cursor.token.kind === 'operator' ? COMPARISONS[cursor.token.text] : undefined;
  if (operator !== undefined) {
    cursor.advance();
    return { kind: 'compare', operator, left: value, right: sum(cursor) };
  }
  if (cursor.accept('IS')) {
    const negated = cursor.accept('NOT');
    cursor.expect('NULL');
    return { kind: 'isNull', value, negated };
  }
  return rangePredicate(cursor, value);
}

function rangePredicate(cursor: TokenCursor, value: Expression): Expression {
  const negated = cursor.sees('NOT');
  if (negated) {
    if (!['IN', 'BETWEEN', 'LIKE'].some((word) => cursor.sees('NOT', word))) return value;
    cursor.advance();
  }
  if (cursor.accept('BETWEEN')) {
    const low = sum(cursor);
    cursor.expect('AND');
    return { kind: 'between', value, low, high: sum(cursor), negated };
  }
  if (cursor.accept('LIKE')) {
    const pattern = sum(cursor);
    const last = cursor.accept('ESCAPE') ? { escape: sum(cursor) } : {};
    return { kind: 'like', value, pattern, ...last, negated };
  }
  if (!cursor.accept('IN')) return value;
  cursor.expect('(');
  const among = cursor.sees('SELECT')
    ? cursor.parseQuery(cursor)
    : cursor.commaSeparated(() => parseExpression(cursor));
  cursor.expect(')');
  return { kind: 'in', value, among, negated };
}

const SUMS = new Set(['+', '-', '&', '|', '^', '||']);
const PRODUCTS = new Set(['*', '/', '%']);

function sum(cursor: TokenCursor): Expression {
  let left = product(cursor);
  while (cursor.token.kind === 'operator' && SUMS.has(cursor.token.text)) {
    const operator = cursor.advance().text;
    left = { kind: 'binary', operator, left, right: product(cursor) };
  }
  return left;
}

function product(cursor: TokenCursor): Expression {
  let left = signed(cursor);
  while (cursor.token.kind === 'operator' && PRODUCTS.has(cursor.token.text)) {
    const operator = cursor.advance().text;
    left = { kind: 'binary', operator, left, right: signed(cursor) };
  }
  return left;
}

function signed(cursor: TokenCursor): Expression {
  for (const operator of ['-', '+', '~'] as const) {
    if (cursor.accept(operator)) return { kind: 'unary', operator, operand: signed(cursor) };
  }
  const value = primary(cursor);
  if (!cursor.accept('COLLATE')) return value;
  return { kind: 'collate', value, collation: cursor.name() };
}

function primary(cursor: TokenCursor): Expression {
  const literal = parseLiteral(cursor);
  if (literal !== undefined) return literal;
  if (cursor.token.kind === 'variable') return { kind: 'variable', name: cursor.advance().text };
  if (cursor.accept('(')) {
    const inner: Expression = cursor.sees('SELECT')
      ? { kind: 'subquery', query: cursor.parseQuery(cursor) }
      : parseExpression(cursor);
    cursor.expect(')');
    return inner;
  }
  if (cursor.accept('CASE')) return caseExpression(cursor);
  return conversion(cursor) ?? named(cursor);
}

function caseExpression(cursor: TokenCursor): Expression {
  const subject = cursor.sees('WHEN') ? {} : { subject: parseExpression(cursor) };
  const branches: { when: Expression; result: Expression }[] = [];
  while (cursor.accept('WHEN')) {
    const when = parseExpression(cursor);
    cursor.expect('THEN');
    branches.push({ when, result: parseExpression(cursor) });
  }
  const otherwise = cursor.accept('ELSE') ? { otherwise: parseExpression(cursor) } : {};
  cursor.expect('END');
  return { kind: 'case', ...subject, branches, ...otherwise };
}

const DEFAULT_LENGTH = 30;

function conversion(cursor: TokenCursor): Expression | undefined {
  const word = cursor.token.kind === 'word' ? cursor.token.text.toUpperCase() : '';
  const lenient = word.startsWith('TRY_');
  if (!/^(TRY_)?(CAST|CONVERT)$/.test(word) || cursor.peek(1).text !== '(') return undefined;
  cursor.advance();
  cursor.expect('(');
  if (word.endsWith('CAST')) {
    const value = parseExpression(cursor);
    cursor.expect('AS');
    const type = parseType(cursor, DEFAULT_LENGTH);
    cursor.expect(')');
    return { kind: 'convert', type, value, lenient };
  }
  const type = parseType(cursor, DEFAULT_LENGTH);
  cursor.expect(',');
  const value = parseExpression(cursor);
  const style = cursor.accept(',') ? { style: parseExpression(cursor) } : {};
  cursor.expect(')');
  return { kind: 'convert', type, value, ...style, lenient };
}

/** Functions whose names are reserved words. */
const RESERVED_FUNCTIONS = [
  'COALESCE',
  'NULLIF',
  'LEFT',
  'RIGHT',
  'CURRENT_TIMESTAMP',
  'CURRENT_USER',
  'SYSTEM_USER',
  'USER',
];

function named(cursor: TokenCursor): Expression {
  const reserved = RESERVED_FUNCTIONS.find((name) => cursor.accept(name));
  const name = reserved === undefined ? cursor.objectName() : [reserved];
  if (cursor.sees('(')) return call(cursor, name.join('.'));
  if (reserved !== undefined) return { kind: 'call', name: reserved, args: [], distinct: false, star: false };
  return { kind: 'column', qualifier: name.slice(0, -1), name: name.at(-1)! };
}

function call(cursor: TokenCursor, name: string): Expression {
  cursor.expect('(');
  const star = cursor.accept('*');
  const distinct = cursor.accept('DISTINCT');
  const args = star || cursor.sees(')') ? [] : cursor.commaSeparated(() => parseExpression(cursor));
  cursor.expect(')');
  if (cursor.accept('WITHIN', 'GROUP')) cursor.skipParentheses();
  const over = cursor.accept('OVER') ? { over: windowOf(cursor) } : {};
  return { kind: 'call', name, args, distinct, star, ...over };
}

function windowOf(cursor: TokenCursor): Window {
  cursor.expect('(');
  const partition = cursor.accept('PARTITION', 'BY') ? cursor.commaSeparated(() => parseExpression(cursor)) : [];
  const order = cursor.accept('ORDER', 'BY') ? parseOrder(cursor) : [];
  cursor.expect(')');
  return { partition, order };
}

/** What follows ORDER BY. */
export function parseOrder(cursor: TokenCursor): OrderItem[] {
  return cursor.commaSeparated(() => {
    const value = parseExpression(cursor);
    const descending = cursor.accept('DESC');
    if (!descending) cursor.accept('ASC');
    return { value, descending };
  });
}
