import type { RecordBatch } from 'apache-arrow';
import type { ColumnMetadata } from 'tedious/lib/token/colmetadata-token-parser.js';
import type { ParserOptions } from 'tedious/lib/token/stream-parser.js';
import type { ColMetadataToken, DoneToken, Token } from 'tedious/lib/token/token.js';
import { LandfallError, SourceError } from '../../../core/errors.ts';
import { rowCountsDiffer } from '../../failures.ts';
import { malformed, type RowDecoder } from './row-decoder.ts';
import { NBCROW, ROW } from './row-scanner.ts';
import { TokenParser } from './token-parser.ts';

/**
 * Reads the token stream of one response: rows go to the row decoder, every other token is the driver's own business.
 * A state machine without any input or output of its own, whatever the borders of the chunks.
 * Format: MS-TDS 2.2.4, "Token Data Stream".
 */
export class ResponseReader {
  readonly #options: ParserOptions;
  readonly #onToken: (token: Token) => void;
  readonly #planRows: (columns: ColumnMetadata[]) => RowDecoder;
  #decoder: RowDecoder | undefined;
  /** The driver's parser while it is inside a token. */
  #tokens: TokenParser | undefined;
  #isInRows = false;
  #hasFailed = false;
  /** Behind an error and new columns nothing can be read any more, and nothing is wanted. */
  #isDeaf = false;
  #isDone = false;
  #countIsMissing = false;
  #serverRows: number | undefined;

  /**
   * `onToken` gets every token that is no row. `planRows` is asked once, for the columns of the result.
   */
  constructor(
    options: ParserOptions,
    onToken: (token: Token) => void,
    planRows: (columns: ColumnMetadata[]) => RowDecoder,
  ) {
    this.#options = options;
    this.#onToken = onToken;
    this.#planRows = planRows;
  }

  /** There once the columns are known. */
  get decoder(): RowDecoder | undefined {
    return this.#decoder;
  }

  /** The server's own count, which the decoded rows equal; undefined until it came. */
  get serverRows(): number | undefined {
    return this.#serverRows;
  }

  /**
   * Takes the next bytes; gives the batches they filled.
   * @throws SourceError when the bytes are no token stream or a value cannot be landed, ConsistencyError when the
   * server counted other rows than it sent.
   */
  push(chunk: Buffer): RecordBatch[] {
    const closed: RecordBatch[] = [];
    let at = this.#decoder?.isInsideRow === true ? this.#readRows(chunk, 0, closed) : 0;
    while (at < chunk.length && !this.#isDeaf) {
      const startsRow = this.#tokens === undefined && (chunk[at] === ROW || chunk[at] === NBCROW);
      at = startsRow ? this.#readRows(chunk, at, closed) : this.#readToken(chunk, at);
    }
    return closed;
  }

  /**
   * The last batch, if rows are left. After an error of the server there is none, as its rows do not count.
   * @throws SourceError when the response ended before the server said so, or told no count.
   */
  finish(): RecordBatch | undefined {
    if (this.#hasFailed) return undefined;
    const isCut = this.#tokens !== undefined || this.#decoder?.isInsideRow === true || this.#isInRows;
    if (isCut || !this.#isDone) {
      throw new SourceError(
        'TDS_TRUNCATED',
        `The stream of the database ended after ${this.#decoder?.rows ?? 0} rows, before the server said that it is done.`,
        { remedy: 'The connection was probably lost; the table is read again.' },
      );
    }
    if (this.#countIsMissing) {
      throw new SourceError('ROW_COUNT_MISSING', 'The server did not say how many rows it sent.', {
        retry: 'permanent',
        remedy: 'Remove SET NOCOUNT ON from the `sql` of the table, or put SET NOCOUNT OFF before its SELECT.',
      });
    }
    return this.#decoder?.takeLast();
  }

  #readRows(chunk: Buffer, at: number, closed: RecordBatch[]): number {
    if (this.#decoder === undefined || !this.#isInRows) throw malformed('a row outside of a result');
    return this.#hasFailed ? this.#decoder.skip(chunk, at) : this.#decoder.decode(chunk, at, closed);
  }

  /** One token of the driver's; gives where it ends. */
  #readToken(chunk: Buffer, at: number): number {
    this.#tokens ??= new TokenParser(this.#options);
    const tokens = this.#tokens;
    tokens.write(at === 0 ? chunk : chunk.subarray(at));
    const token = readNext(tokens);
    if (token === undefined) return chunk.length;
    this.#tokens = undefined;
    this.#take(token);
    return chunk.length - (tokens.buffer.length - tokens.position) - tokens.pendingLength;
  }

  #take(token: Token): void {
    switch (token.name) {
      case 'COLMETADATA':
        this.#startResult((token as ColMetadataToken).columns);
        break;
      case 'ERROR':
        this.#hasFailed = true;
        break;
      case 'DONE':
      case 'DONEINPROC':
      case 'DONEPROC':
        this.#endStatement(token as DoneToken);
        break;
      case 'ROW':
      case 'NBCROW':
        throw malformed('a row outside of a result');
      default:
    }
    this.#onToken(token);
  }

  #startResult(columns: ColumnMetadata[]): void {
    if (this.#hasFailed) {
      this.#isDeaf = true;
      return;
    }
    if (this.#decoder !== undefined) {
      throw new SourceError('MULTIPLE_RESULTS', 'The query gives more than one result.', {
        retry: 'permanent',
        remedy: 'Leave a single SELECT in the `sql` of the table, and list the others as tables of their own.',
      });
    }
    if (columns.length === 0) throw malformed('a result without columns');
    this.#decoder = this.#planRows(columns);
    this.#isInRows = true;
  }

  #endStatement(done: DoneToken): void {
    if (done.sqlError || done.serverError) this.#hasFailed = true;
    this.#isDone = !done.more && !done.attention;
    if (!this.#isInRows || this.#hasFailed) return;
    this.#isInRows = false;
    const rows = this.#decoder!.rows;
    if (done.rowCount === undefined) this.#countIsMissing = true;
    else if (done.rowCount !== rows) throw rowCountsDiffer(rows, done.rowCount);
    else this.#serverRows = rows;
  }
}

function readNext(tokens: TokenParser): Token | undefined {
  try {
    return tokens.read();
  } catch (error) {
    if (error instanceof LandfallError) throw error;
    throw malformed(error instanceof Error ? error.message : 'an unknown token', error);
  }
}
