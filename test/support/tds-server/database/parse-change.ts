import type { StatementBody } from './parse-batch.ts';
import { parseExpression } from './parse-expression.ts';
import { parseFrom } from './parse-from.ts';
import type { TokenCursor } from './token-cursor.ts';

/** What follows INSERT. */
export function parseInsert(cursor: TokenCursor): StatementBody {
  cursor.accept('INTO');
  const table = cursor.objectName();
  const hasColumns = cursor.sees('(') && !cursor.sees('(', 'SELECT');
  const columns = hasColumns ? { columns: cursor.list(() => cursor.name()) } : {};
  if (!cursor.accept('VALUES')) return { kind: 'insert', table, ...columns, source: cursor.parseQuery(cursor) };
  const rows = cursor.commaSeparated(() => cursor.list(() => parseExpression(cursor)));
  return { kind: 'insert', table, ...columns, source: { rows } };
}

/** What follows UPDATE. */
export function parseUpdate(cursor: TokenCursor): StatementBody {
  const table = cursor.objectName();
  cursor.expect('SET');
  const set = cursor.commaSeparated(() => {
    const column = cursor.objectName().at(-1)!;
    const compound = ['+=', '-=', '*=', '/='].find((operator) => cursor.accept(operator));
    if (compound === undefined) cursor.expect('=');
    const value = parseExpression(cursor);
    if (compound === undefined) return { column, value };
    const left = { kind: 'column', qualifier: [], name: column } as const;
    return { column, value: { kind: 'binary' as const, operator: compound[0]!, left, right: value } };
  });
  const from = cursor.accept('FROM') ? parseFrom(cursor) : [];
  const where = cursor.accept('WHERE') ? { where: parseExpression(cursor) } : {};
  return { kind: 'update', table, set, from, ...where };
}

/** What follows DELETE. */
export function parseDelete(cursor: TokenCursor): StatementBody {
  cursor.accept('FROM');
  const table = cursor.objectName();
  const where = cursor.accept('WHERE') ? { where: parseExpression(cursor) } : {};
  return { kind: 'delete', table, ...where };
}
