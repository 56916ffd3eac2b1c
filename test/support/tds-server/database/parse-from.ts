import { parseExpression } from './parse-expression.ts';
import { parseChanges } from './parse-tracking.ts';
import type { FromItem, TableSample } from './syntax-tree.ts';
import type { TokenCursor } from './token-cursor.ts';

/** What follows FROM. */
export function parseFrom(cursor: TokenCursor): FromItem[] {
  return cursor.commaSeparated(() => joined(cursor));
}

function joined(cursor: TokenCursor): FromItem {
  let left = source(cursor);
  for (;;) {
    const type = joinType(cursor);
    if (type === undefined) return left;
    const right = source(cursor);
    if (type === 'CROSS') {
      left = { kind: 'join', type, left, right };
      continue;
    }
    cursor.expect('ON');
    left = { kind: 'join', type, left, right, on: parseExpression(cursor) };
  }
}

function joinType(cursor: TokenCursor): 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS' | undefined {
  if (cursor.accept('CROSS', 'JOIN')) return 'CROSS';
  if (cursor.accept('JOIN') || cursor.accept('INNER', 'JOIN')) return 'INNER';
  for (const type of ['LEFT', 'RIGHT', 'FULL'] as const) {
    if (cursor.accept(type, 'JOIN') || cursor.accept(type, 'OUTER', 'JOIN')) return type;
  }
  return undefined;
}

function source(cursor: TokenCursor): FromItem {
  if (cursor.sees('(')) return parenthesized(cursor);
  if (cursor.accept('CHANGETABLE', '(')) return { ...parseChanges(cursor), ...alias(cursor) };
  const name = cursor.objectName();
  if (cursor.sees('(') && !seesOldHint(cursor)) {
    cursor.expect('(');
    const args = cursor.sees(')') ? [] : cursor.commaSeparated(() => parseExpression(cursor));
    cursor.expect(')');
    return { kind: 'function', name, args, ...alias(cursor) };
  }
  const { alias: named } = alias(cursor);
  const sample = cursor.accept('TABLESAMPLE') ? { sample: sampleOf(cursor) } : {};
  return { kind: 'table', name, ...(named === undefined ? {} : { alias: named }), ...sample, hints: hints(cursor) };
}

function sampleOf(cursor: TokenCursor): TableSample {
  cursor.accept('SYSTEM');
  cursor.expect('(');
  if (cursor.token.kind !== 'number') throw cursor.fail();
  const amount = Number(cursor.advance().text);
  const unit = cursor.accept('ROWS') ? 'ROWS' : 'PERCENT';
  if (unit === 'PERCENT') cursor.accept('PERCENT');
  cursor.expect(')');
  if (cursor.accept('REPEATABLE')) cursor.skipParentheses();
  return { amount, unit };
}

const seesOldHint = (cursor: TokenCursor): boolean => /^(NOLOCK|READPAST)$/i.test(cursor.peek(1).text);

function hints(cursor: TokenCursor): string[] {
  if (!cursor.accept('WITH') && !(cursor.sees('(') && seesOldHint(cursor))) return [];
  return cursor.list(() => {
    const hint = cursor.advance().text.toUpperCase();
    if (cursor.sees('(')) cursor.skipParentheses();
    return hint;
  });
}

function parenthesized(cursor: TokenCursor): FromItem {
  cursor.expect('(');
  if (cursor.accept('VALUES')) {
    const rows = cursor.commaSeparated(() => cursor.list(() => parseExpression(cursor)));
    cursor.expect(')');
    const named = alias(cursor);
    if (named.alias === undefined || named.columns === undefined) throw cursor.fail();
    return { kind: 'rows', rows, alias: named.alias, columns: named.columns };
  }
  // Common tables are of a whole statement.
  if (cursor.sees('WITH')) throw cursor.fail();
  if (!cursor.sees('SELECT') && !cursor.sees('(', 'SELECT')) {
    const inner = joined(cursor);
    cursor.expect(')');
    return inner;
  }
  const query = cursor.parseQuery(cursor);
  cursor.expect(')');
  const { alias: named, columns } = alias(cursor);
  if (named === undefined) throw cursor.fail();
  return { kind: 'derived', query, alias: named, ...(columns === undefined ? {} : { columns }) };
}

function alias(cursor: TokenCursor): { alias?: string; columns?: string[] } {
  const explicit = cursor.accept('AS');
  if (!explicit && !cursor.seesName()) return {};
  const named = cursor.name();
  if (!cursor.sees('(') || seesOldHint(cursor)) return { alias: named };
  return { alias: named, columns: cursor.list(() => cursor.name()) };
}
