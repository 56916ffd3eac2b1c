import { parseDelete, parseInsert, parseUpdate } from './parse-change.ts';
import { parseAlter, parseCreate, parseDrop } from './parse-definition.ts';
import { parseExpression } from './parse-expression.ts';
import { commonTable, parseQuery, parseQueryBehind } from './parse-query.ts';
import { parseType } from './parse-type.ts';
import { sqlError } from './sql-error.ts';
import type { Statement } from './syntax-tree.ts';
import { TokenCursor } from './token-cursor.ts';

type Parsed<Kind> = Kind extends Statement ? Omit<Kind, 'line'> : never;
export type StatementBody = Parsed<Statement>;

/**
 * The statements of a batch.
 * @throws SqlServerError 102 or 156, so that nothing of the batch runs, as on the server.
 */
export function parseBatch(sql: string): Statement[] {
  const cursor = new TokenCursor(sql, parseQuery);
  const statements: Statement[] = [];
  while (cursor.accept(';'));
  while (cursor.token.kind !== 'end') {
    statements.push(...parseStatement(cursor, statements.length === 0));
    while (cursor.accept(';'));
  }
  return statements;
}

function parseStatement(cursor: TokenCursor, isFirst = false): Statement[] {
  const { line } = cursor.token;
  const bodies = sessionStatement(cursor) ?? blockStatement(cursor) ?? [tableStatement(cursor, isFirst)];
  return bodies.map((body) => ({ ...body, line }) as Statement);
}

function tableStatement(cursor: TokenCursor, isFirst: boolean): StatementBody {
  if (cursor.sees('SELECT') || cursor.sees('(')) return { kind: 'query', query: parseQuery(cursor) };
  if (cursor.accept('WITH')) {
    const tables = cursor.commaSeparated(() => commonTable(cursor));
    return { kind: 'query', query: { ...parseQueryBehind(cursor), tables } };
  }
  if (cursor.accept('INSERT')) return parseInsert(cursor);
  if (cursor.accept('UPDATE')) return parseUpdate(cursor);
  if (cursor.accept('DELETE')) return parseDelete(cursor);
  if (cursor.accept('TRUNCATE', 'TABLE')) return { kind: 'truncate', table: cursor.objectName() };
  if (cursor.accept('CREATE')) return parseCreate(cursor);
  if (cursor.accept('DROP')) return parseDrop(cursor);
  if (cursor.accept('ALTER')) return parseAlter(cursor);
  if (cursor.accept('EXEC') || cursor.accept('EXECUTE') || (isFirst && cursor.seesName())) return execution(cursor);
  throw cursor.fail();
}

function sessionStatement(cursor: TokenCursor): StatementBody[] | undefined {
  if (cursor.accept('SET')) return setStatement(cursor);
  if (cursor.accept('USE')) return [{ kind: 'use', database: cursor.name() }];
  if (cursor.accept('PRINT')) return [{ kind: 'print', value: parseExpression(cursor) }];
  if (cursor.accept('DECLARE')) return [declaration(cursor)];
  if (cursor.accept('THROW')) return [throwStatement(cursor)];
  if (cursor.accept('RAISERROR')) return [raiserror(cursor)];
  if (cursor.accept('WAITFOR', 'DELAY')) return [{ kind: 'wait', delayMs: delayMs(cursor) }];
  const actions = { BEGIN: 'begin', COMMIT: 'commit', ROLLBACK: 'rollback', SAVE: 'save' } as const;
  for (const [word, action] of Object.entries(actions)) {
    if (cursor.accept(word, 'TRANSACTION') || cursor.accept(word, 'TRAN') || acceptBare(cursor, word)) {
      if (cursor.seesName()) cursor.name();
      return [{ kind: 'transaction', action }];
    }
  }
  return undefined;
}

const acceptBare = (cursor: TokenCursor, word: string): boolean => word !== 'BEGIN' && cursor.accept(word);

function blockStatement(cursor: TokenCursor): StatementBody[] | undefined {
  if (cursor.accept('BEGIN')) return [{ kind: 'block', statements: blockBody(cursor) }];
  if (!cursor.accept('IF')) return undefined;
  const condition = parseExpression(cursor);
  const met = single(cursor);
  while (cursor.sees(';') && cursor.peek(1).text.toUpperCase() === 'ELSE') cursor.advance();
  const otherwise = cursor.accept('ELSE') ? { otherwise: single(cursor) } : {};
  return [{ kind: 'if', condition, met, ...otherwise }];
}

function single(cursor: TokenCursor): Statement {
  const { line } = cursor.token;
  const statements = parseStatement(cursor);
  return statements.length === 1 ? statements[0]! : { kind: 'block', statements, line };
}

function blockBody(cursor: TokenCursor): Statement[] {
  const statements: Statement[] = [];
  while (cursor.accept(';'));
  while (!cursor.accept('END')) {
    if (cursor.token.kind === 'end') throw cursor.fail();
    statements.push(...parseStatement(cursor));
    while (cursor.accept(';'));
  }
  return statements;
}

/** `SET NOCOUNT ON`, `SET ANSI_NULLS, ANSI_PADDING ON`, `SET TRANSACTION ISOLATION LEVEL …`, `SET @x = …`. */
function setStatement(cursor: TokenCursor): StatementBody[] {
  if (cursor.token.kind === 'variable') {
    const name = cursor.variable();
    cursor.expect('=');
    return [{ kind: 'assign', name, value: parseExpression(cursor) }];
  }
  if (cursor.accept('TRANSACTION', 'ISOLATION', 'LEVEL')) {
    const words = [cursor.word()];
    if (/^(READ|REPEATABLE)$/i.test(words[0]!)) words.push(cursor.word());
    return [{ kind: 'option', name: 'TRANSACTION ISOLATION LEVEL', value: words.join(' ').toUpperCase() }];
  }
  const names = cursor.commaSeparated(() => cursor.word().toUpperCase());
  if (['STATISTICS', 'IDENTITY_INSERT'].includes(names[0]!)) names[0] += ` ${cursor.objectName().join('.')}`;
  const value = optionValue(cursor);
  return names.map((name) => ({ kind: 'option', name, value }));
}

function optionValue(cursor: TokenCursor): string {
  const sign = cursor.accept('-') ? '-' : '';
  const token = cursor.advance();
  if (token.kind === 'end' || token.kind === 'operator') throw sqlError.syntax(token.text);
  return sign + (token.kind === 'word' ? token.text.toUpperCase() : token.text);
}

function declaration(cursor: TokenCursor): StatementBody {
  const variables = cursor.commaSeparated(() => {
    const name = cursor.variable();
    cursor.accept('AS');
    const type = parseType(cursor);
    return { name, type, ...(cursor.accept('=') ? { value: parseExpression(cursor) } : {}) };
  });
  return { kind: 'declare', variables };
}

function throwStatement(cursor: TokenCursor): StatementBody {
  const number = wholeNumber(cursor);
  cursor.expect(',');
  const message = parseExpression(cursor);
  cursor.expect(',');
  return { kind: 'raise', number, severity: 16, state: wholeNumber(cursor), message };
}

const USER_MESSAGE = 50_000;

function raiserror(cursor: TokenCursor): StatementBody {
  cursor.expect('(');
  const message = parseExpression(cursor);
  cursor.expect(',');
  const severity = wholeNumber(cursor);
  cursor.expect(',');
  const state = wholeNumber(cursor);
  while (cursor.accept(',')) parseExpression(cursor);
  cursor.expect(')');
  if (cursor.accept('WITH')) cursor.commaSeparated(() => cursor.name());
  return { kind: 'raise', number: USER_MESSAGE, severity, state, message };
}

function wholeNumber(cursor: TokenCursor): number {
  if (cursor.token.kind !== 'number') throw cursor.fail();
  return Number(cursor.advance().text);
}

/** `'hh:mm:ss.mmm'`. */
function delayMs(cursor: TokenCursor): number {
  const { text } = cursor.advance();
  const found = /^(\d+):(\d+)(?::(\d+(?:\.\d+)?))?$/.exec(text);
  if (found === null) throw sqlError.syntax(text);
  return Math.round(((Number(found[1]) * 60 + Number(found[2])) * 60 + Number(found[3] ?? 0)) * 1000);
}

function execution(cursor: TokenCursor): StatementBody {
  const procedure = cursor.objectName();
  const argument = () => {
    const assigned = cursor.peek(1);
    const isNamed = cursor.token.kind === 'variable' && assigned.kind === 'operator' && assigned.text === '=';
    const name = isNamed ? { name: cursor.variable() } : {};
    if (isNamed) cursor.expect('=');
    const value = parseExpression(cursor);
    cursor.accept('OUTPUT');
    return { ...name, value };
  };
  const endsHere = cursor.token.kind === 'end' || cursor.sees(';');
  return { kind: 'execute', procedure, args: endsHere ? [] : cursor.commaSeparated(argument) };
}
