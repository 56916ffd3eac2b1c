import { createRequire } from 'node:module';
import type { ColumnMetadata } from 'tedious/lib/token/colmetadata-token-parser.js';

/** A token as tedious' own parser reads it; rows carry `columns`. */
export interface TediousToken {
  readonly name: string;
  readonly columns?: readonly { readonly value: unknown; readonly metadata: ColumnMetadata }[];
  readonly [field: string]: unknown;
}

interface TediousParser {
  readonly position: number;
  write(chunk: Buffer): void;
  read(): TediousToken | undefined;
  end(): void;
}

type ParserClass = new (options: typeof PARSER_OPTIONS) => TediousParser;

/** What a connection hands its parser. */
export const PARSER_OPTIONS = {
  tdsVersion: '7_4',
  useUTC: true,
  lowerCaseGuids: false,
  useColumnNames: false,
  camelCaseColumns: false,
  columnNameReplacer: undefined,
} as const;

const Parser: ParserClass = createRequire(import.meta.url)('tedious/lib/token/stream-parser.js');

/** Every token of the chunks by tedious' own parser. Throws as it does. */
export function tediousTokens(...chunks: readonly Buffer[]): TediousToken[] {
  const parser = new Parser(PARSER_OPTIONS);
  const tokens: TediousToken[] = [];
  for (const chunk of chunks) {
    parser.write(chunk);
    for (let token = parser.read(); token !== undefined; token = parser.read()) tokens.push(token);
  }
  parser.end();
  return tokens;
}

/** The values of every row. */
export function tediousRows(...chunks: readonly Buffer[]): unknown[][] {
  return tediousTokens(...chunks)
    .filter(({ name }) => name === 'ROW' || name === 'NBCROW')
    .map(({ columns }) => columns!.map(({ value }) => value));
}

/** The columns of the first COLMETADATA. */
export function tediousColumns(...chunks: readonly Buffer[]): readonly ColumnMetadata[] {
  const found = tediousTokens(...chunks).find(({ name }) => name === 'COLMETADATA');
  if (found === undefined) throw new TypeError('the stream has no COLMETADATA');
  return found.columns as unknown as readonly ColumnMetadata[];
}

/** A token and where it stands. */
export interface TokenSpan {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Where each token of a stream stands, by tedious' own parser. */
export function tokenSpans(bytes: Buffer): TokenSpan[] {
  const parser = new Parser(PARSER_OPTIONS);
  const spans: TokenSpan[] = [];
  parser.write(bytes);
  let start = 0;
  for (let token = parser.read(); token !== undefined; token = parser.read()) {
    spans.push({ name: token.name, start, end: parser.position });
    start = parser.position;
  }
  return spans;
}
