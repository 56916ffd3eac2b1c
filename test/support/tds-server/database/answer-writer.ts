import { colMetadata, done, doneInProc, doneProc, error, info, nbcRow, returnStatus, row } from '../../tds/tokens.ts';
import type { WireColumn, WireValue } from '../../tds/wire-types.ts';
import type { TdsPiece } from '../request.ts';
import type { SqlServerError } from './sql-error.ts';
import { type Stored, toText } from './stored-values.ts';

/** MS-TDS 2.2.7.6: what DONE says the statement was. */
export const COMMANDS = { select: 0xc1, insert: 0xc3, delete: 0xc4, update: 0xc5, other: 0xfd } as const;

interface End {
  readonly rowCount?: number | undefined;
  readonly error?: boolean;
  readonly command?: number;
}

/** With this many NULLs a row goes as NBCROW, which leaves them out. */
const NULLS_OF_NBCROW = 3;
const MOST_PIECE_BYTES = 8_192;

/** Writes results as tokens. A statement's DONE waits for the next one, as only the last has no MORE bit. */
export class AnswerWriter {
  readonly #isProcedure: boolean;
  readonly #rowsPerPiece: number;
  #waiting: End | undefined;

  /** Of sp_executesql the statements end with DONEINPROC, and the call with its status and DONEPROC. */
  constructor(isProcedure: boolean, rowsPerPiece: number) {
    this.#isProcedure = isProcedure;
    this.#rowsPerPiece = rowsPerPiece;
  }

  *columns(columns: readonly WireColumn[]): Generator<TdsPiece> {
    yield* this.#flush();
    yield colMetadata(columns);
  }

  /** Rows as they come out of SQLite; returns how many there were. */
  *rows(columns: readonly WireColumn[], rows: Iterable<readonly Stored[]>): Generator<TdsPiece, number> {
    let count = 0;
    let gathered: Buffer[] = [];
    let bytes = 0;
    for (const stored of rows) {
      const token = rowToken(columns, stored);
      count++;
      bytes += token.length;
      gathered.push(token);
      if (gathered.length < this.#rowsPerPiece && bytes < MOST_PIECE_BYTES) continue;
      yield pieceOf(gathered);
      gathered = [];
      bytes = 0;
    }
    if (gathered.length > 0) yield pieceOf(gathered);
    return count;
  }

  *error(thrown: SqlServerError): Generator<TdsPiece> {
    yield* this.#flush();
    for (const { number, severity, state, message, line } of [thrown, ...thrown.further]) {
      yield error({ number, class: severity, state, message, line });
    }
  }

  *message(text: string): Generator<TdsPiece> {
    yield* this.#flush();
    yield info({ number: 0, message: text });
  }

  *tokens(bytes: Buffer): Generator<TdsPiece> {
    yield* this.#flush();
    yield bytes;
  }

  *endStatement(end: End): Generator<TdsPiece> {
    yield* this.#flush();
    this.#waiting = end;
  }

  *end(failed: boolean): Generator<TdsPiece> {
    if (this.#isProcedure) {
      yield* this.#flush();
      yield returnStatus(failed ? 1 : 0);
      yield doneProc({ error: failed, command: 0xe0 });
      return;
    }
    yield this.#done(this.#waiting ?? { command: COMMANDS.other }, false);
  }

  *#flush(): Generator<TdsPiece> {
    if (this.#waiting === undefined) return;
    yield this.#done(this.#waiting, true);
    this.#waiting = undefined;
  }

  #done({ rowCount, error: failed = false, command = COMMANDS.other }: End, more: boolean): Buffer {
    const status = { ...(rowCount === undefined ? {} : { rowCount }), error: failed, command, more };
    return this.#isProcedure ? doneInProc(status) : done(status);
  }
}

const pieceOf = (tokens: Buffer[]): TdsPiece =>
  tokens.length === 1 ? tokens[0]! : { bytes: Buffer.concat(tokens), rows: tokens.length };

function rowToken(columns: readonly WireColumn[], stored: readonly Stored[]): Buffer {
  let nulls = 0;
  const values: WireValue[] = [];
  for (let i = 0; i < stored.length; i++) {
    const value = stored[i]!;
    if (value === null) nulls++;
    values.push(toText(columns[i]!.type, value));
  }
  return nulls < NULLS_OF_NBCROW ? row(columns, values) : nbcRow(columns, values);
}
