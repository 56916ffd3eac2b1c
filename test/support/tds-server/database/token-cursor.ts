import { RESERVED } from './reserved-words.ts';
import { sqlError } from './sql-error.ts';
import type { Query } from './syntax-tree.ts';
import { type Token, tokenize } from './tokenizer.ts';

/** A place in the tokens of a batch, with the questions a parser asks. */
export class TokenCursor {
  readonly sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  /** Parses a query, for the expressions that hold one. */
  readonly parseQuery: (cursor: TokenCursor) => Query;

  constructor(sql: string, parseQuery: (cursor: TokenCursor) => Query) {
    this.sql = sql;
    this.#tokens = tokenize(sql);
    this.parseQuery = parseQuery;
  }

  get token(): Token {
    return this.#tokens[this.#at]!;
  }

  peek(ahead: number): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!;
  }

  advance(): Token {
    const token = this.token;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** Whether the next tokens are these words and operators. */
  sees(...texts: string[]): boolean {
    return texts.every((text, i) => isText(this.peek(i), text));
  }

  /** Passes the words and operators when they are next, all of them. */
  accept(...texts: string[]): boolean {
    if (!this.sees(...texts)) return false;
    this.#at += texts.length;
    return true;
  }

  expect(...texts: string[]): void {
    for (const text of texts) if (!this.accept(text)) throw this.fail();
  }

  /** Whether a name stands here: quoted, or a word that is not reserved. */
  seesName(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'name' || (token.kind === 'word' && !RESERVED.has(token.text.toUpperCase()));
  }

  name(): string {
    if (!this.seesName()) throw this.fail();
    return this.advance().text;
  }

  /** Any word, reserved or not. */
  word(): string {
    if (this.token.kind !== 'word') throw this.fail();
    return this.advance().text;
  }

  /** A name with dots; parts in between may be missing, as in `master..t`. */
  objectName(): string[] {
    const parts = [this.name()];
    while (this.accept('.')) {
      while (this.accept('.')) parts.push('');
      parts.push(this.name());
    }
    return parts;
  }

  variable(): string {
    if (this.token.kind !== 'variable') throw this.fail();
    return this.advance().text;
  }

  /** `(a, b, …)` of whatever `item` parses. */
  list<Item>(item: () => Item): Item[] {
    this.expect('(');
    const items = this.commaSeparated(item);
    this.expect(')');
    return items;
  }

  commaSeparated<Item>(item: () => Item): Item[] {
    const items = [item()];
    while (this.accept(',')) items.push(item());
    return items;
  }

  /** Passes a balanced `(…)`. */
  skipParentheses(): void {
    this.expect('(');
    for (let depth = 1; depth > 0; ) {
      const token = this.advance();
      if (token.kind === 'end') throw this.fail();
      if (isText(token, '(')) depth++;
      if (isText(token, ')')) depth--;
    }
  }

  /** The syntax error at this token. */
  fail(): Error {
    const token = this.token;
    // At its end the server names the token before.
    const near = token.kind === 'end' && this.#at > 0 ? this.#tokens[this.#at - 1]! : token;
    const reserved = near.kind === 'word' && token.kind !== 'end' && RESERVED.has(near.text.toUpperCase());
    const error = reserved ? sqlError.keyword(near.text) : sqlError.syntax(near.text);
    error.line = near.line;
    return error;
  }
}

function isText(token: Token, text: string): boolean {
  if (token.kind === 'word') return token.text.toUpperCase() === text;
  return token.kind === 'operator' && token.text === text;
}
