import { sqlError } from './sql-error.ts';

/**
 * `word`: a name or keyword as written; `name`: in brackets or double quotes, freed of them; `text` and `wide`: '…' and
 * N'…', freed of their quotes; `binary`: the digits behind 0x; `variable`: with its @ or @@.
 */
export type TokenKind = 'word' | 'name' | 'text' | 'wide' | 'number' | 'binary' | 'variable' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly line: number;
  /** Where it starts and ends in the batch. */
  readonly from: number;
  readonly to: number;
}

const SPACE = /[\s\u00a0\ufeff]+|--[^\n]*/y;
const WORD = /[\p{L}_#][\p{L}\p{N}_@#$]*/uy;
const VARIABLE = /@@?[\p{L}\p{N}_@#$]+/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d*)?/y;
const BINARY = /0[xX][0-9a-fA-F]*/y;
const OPERATOR = /<>|!=|<=|>=|!<|!>|\+=|-=|\*=|\/=|\|\||::|[-+*/%=<>(),.;&|^~:]/y;

/** Splits a T-SQL batch into tokens; the last one is of kind `end`. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  const scanner = new Scanner(sql);
  for (;;) {
    const token = scanner.next();
    tokens.push(token);
    if (token.kind === 'end') return tokens;
  }
}

class Scanner {
  readonly #sql: string;
  #at = 0;
  #line = 1;

  constructor(sql: string) {
    this.#sql = sql;
  }

  next(): Token {
    this.#skipSpace();
    const from = this.#at;
    const line = this.#line;
    const token = (kind: TokenKind, text: string): Token => {
      this.#countLines(from);
      return { kind, text, line, from, to: this.#at };
    };
    if (from >= this.#sql.length) return token('end', '');
    const char = this.#sql[from]!;
    if (char === '[') return token('name', this.#quoted(']'));
    if (char === '"') return token('name', this.#quoted('"'));
    if (char === "'") return token('text', this.#quoted("'"));
    if (/^n'/i.test(this.#sql.slice(from, from + 2))) {
      this.#at++;
      return token('wide', this.#quoted("'"));
    }
    return this.#plain(token);
  }

  #plain(token: (kind: TokenKind, text: string) => Token): Token {
    const shapes: [TokenKind, RegExp][] = [
      ['binary', BINARY],
      ['number', NUMBER],
      ['variable', VARIABLE],
      ['word', WORD],
      ['operator', OPERATOR],
    ];
    for (const [kind, shape] of shapes) {
      const text = this.#take(shape);
      if (text !== undefined) return token(kind, kind === 'binary' ? text.slice(2) : text);
    }
    throw sqlError.syntax(this.#sql[this.#at]!);
  }

  #take(shape: RegExp): string | undefined {
    shape.lastIndex = this.#at;
    const found = shape.exec(this.#sql)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #skipSpace(): void {
    for (;;) {
      const from = this.#at;
      if (this.#sql.startsWith('/*', from)) this.#skipComment();
      else if (this.#take(SPACE) === undefined) return;
      this.#countLines(from);
    }
  }

  /** Comments nest in T-SQL. */
  #skipComment(): void {
    let depth = 0;
    do {
      const opens = this.#sql.startsWith('/*', this.#at);
      const closes = this.#sql.startsWith('*/', this.#at);
      depth += Number(opens) - Number(closes);
      this.#at += opens || closes ? 2 : 1;
      if (this.#at > this.#sql.length) throw sqlError.missingComment();
    } while (depth > 0);
  }

  #quoted(close: string): string {
    let text = '';
    for (let from = this.#at + 1; ; ) {
      const end = this.#sql.indexOf(close, from);
      if (end < 0) throw sqlError.unclosedText(text + this.#sql.slice(from));
      text += this.#sql.slice(from, end);
      this.#at = end + 1;
      if (this.#sql[this.#at] !== close) return text;
      text += close;
      from = this.#at + 1;
    }
  }

  #countLines(from: number): void {
    for (let at = from; at < this.#at; at++) if (this.#sql.charCodeAt(at) === 10) this.#line++;
  }
}
