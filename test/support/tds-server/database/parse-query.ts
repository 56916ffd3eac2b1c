import { parseExpression, parseOrder } from './parse-expression.ts';
import { parseFrom } from './parse-from.ts';
import type { CommonTable, Expression, Query, QueryBody, Select, SelectItem } from './syntax-tree.ts';
import type { TokenCursor } from './token-cursor.ts';

/** A query with its WITH, ORDER BY and OFFSET. */
export function parseQuery(cursor: TokenCursor): Query {
  const tables = cursor.accept('WITH') ? cursor.commaSeparated(() => commonTable(cursor)) : [];
  return { ...parseQueryBehind(cursor), tables };
}

/** A query whose WITH was read already, or has none. */
export function parseQueryBehind(cursor: TokenCursor): Omit<Query, 'tables'> {
  const body = union(cursor);
  const order = cursor.accept('ORDER', 'BY') ? parseOrder(cursor) : [];
  const page = order.length > 0 && cursor.accept('OFFSET') ? parsePage(cursor) : {};
  if (cursor.accept('OPTION')) cursor.skipParentheses();
  return { body, order, ...page };
}

export function commonTable(cursor: TokenCursor): CommonTable {
  const name = cursor.name();
  const columns = cursor.sees('(') ? { columns: cursor.list(() => cursor.name()) } : {};
  cursor.expect('AS', '(');
  const query = parseQuery(cursor);
  cursor.expect(')');
  return { name, ...columns, query };
}

function parsePage(cursor: TokenCursor): { offset: Expression; fetch?: Expression } {
  const offset = parseExpression(cursor);
  if (!cursor.accept('ROWS')) cursor.expect('ROW');
  if (!cursor.accept('FETCH')) return { offset };
  if (!cursor.accept('NEXT')) cursor.expect('FIRST');
  const fetch = parseExpression(cursor);
  if (!cursor.accept('ROWS')) cursor.expect('ROW');
  cursor.expect('ONLY');
  return { offset, fetch };
}

function union(cursor: TokenCursor): QueryBody {
  let left = intersection(cursor);
  for (;;) {
    const operator = cursor.accept('UNION', 'ALL')
      ? 'UNION ALL'
      : (['UNION', 'EXCEPT'] as const).find((word) => cursor.accept(word));
    if (operator === undefined) return left;
    left = { kind: 'set', operator, left, right: intersection(cursor) };
  }
}

function intersection(cursor: TokenCursor): QueryBody {
  let left = operand(cursor);
  while (cursor.accept('INTERSECT')) left = { kind: 'set', operator: 'INTERSECT', left, right: operand(cursor) };
  return left;
}

function operand(cursor: TokenCursor): QueryBody {
  if (!cursor.accept('(')) return parseSelect(cursor);
  const body = union(cursor);
  cursor.expect(')');
  return body;
}

function parseSelect(cursor: TokenCursor): Select {
  cursor.expect('SELECT');
  const distinct = cursor.accept('DISTINCT');
  if (!distinct) cursor.accept('ALL');
  const top = cursor.accept('TOP') ? { top: parseTop(cursor) } : {};
  const items = cursor.commaSeparated(() => selectItem(cursor));
  const from = cursor.accept('FROM') ? parseFrom(cursor) : [];
  const where = cursor.accept('WHERE') ? { where: parseExpression(cursor) } : {};
  const groupBy = cursor.accept('GROUP', 'BY') ? cursor.commaSeparated(() => parseExpression(cursor)) : [];
  const having = cursor.accept('HAVING') ? { having: parseExpression(cursor) } : {};
  return { kind: 'select', distinct, ...top, items, from, ...where, groupBy, ...having };
}

function parseTop(cursor: TokenCursor): { count: Expression; percent: boolean } {
  let count: Expression;
  if (cursor.accept('(')) {
    count = parseExpression(cursor);
    cursor.expect(')');
  } else {
    if (cursor.token.kind !== 'number') throw cursor.fail();
    count = { kind: 'literal', type: { kind: 'int' }, text: cursor.advance().text };
  }
  const percent = cursor.accept('PERCENT');
  if (cursor.sees('WITH', 'TIES')) throw cursor.fail();
  return { count, percent };
}

function selectItem(cursor: TokenCursor): SelectItem {
  if (cursor.accept('*')) return { kind: 'star', qualifier: [] };
  const assigned = cursor.peek(1);
  if (assigned.kind === 'operator' && assigned.text === '=') {
    if (cursor.token.kind === 'variable') {
      const variable = cursor.variable();
      cursor.expect('=');
      return { kind: 'assign', variable, value: parseExpression(cursor) };
    }
    if (cursor.seesName()) {
      const alias = cursor.name();
      cursor.expect('=');
      return { kind: 'value', value: parseExpression(cursor), alias };
    }
  }
  const star = qualifiedStar(cursor);
  if (star !== undefined) return star;
  const value = parseExpression(cursor);
  const alias = parseAlias(cursor);
  return { kind: 'value', value, ...(alias === undefined ? {} : { alias }) };
}

function qualifiedStar(cursor: TokenCursor): SelectItem | undefined {
  let ahead = 0;
  while (cursor.seesName(ahead) && cursor.peek(ahead + 1).text === '.') ahead += 2;
  const last = cursor.peek(ahead);
  if (ahead === 0 || last.kind !== 'operator' || last.text !== '*') return undefined;
  const qualifier: string[] = [];
  while (!cursor.accept('*')) {
    qualifier.push(cursor.name());
    cursor.expect('.');
  }
  return { kind: 'star', qualifier };
}

/** A name behind a value, with or without AS; texts may stand for names there. */
function parseAlias(cursor: TokenCursor): string | undefined {
  const explicit = cursor.accept('AS');
  if (cursor.token.kind === 'text' || cursor.token.kind === 'wide') return cursor.advance().text;
  return explicit || cursor.seesName() ? cursor.name() : undefined;
}
