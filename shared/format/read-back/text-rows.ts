import type { TextFrame } from './text-frame.ts';

/** What a landed file turned out to hold. */
export interface RowCount {
  /** As far as they could be counted. */
  readonly rows: number;
  /** Why it is no whole file of its format, as the end of a sentence; undefined when it is one. */
  readonly flaw: string | undefined;
}

const lineFeed = 0x0a;
const quote = 0x22;

/** More than the closing of any frame. */
const MAX_CLOSING_BYTES = 32;

/**
 * Counts the rows of a text file that comes in pieces, and gives each to `onRow` when there is one. Then the longest row is
 * held in memory; a file whose quotes are damaged is one long row, so count first.
 */
export class TextRows {
  readonly #frame: TextFrame;
  readonly #onRow: ((row: Uint8Array) => void) | undefined;
  #lines = 0;
  #isQuoted = false;
  /** The begin of the line that goes on in the next piece: all of it with `onRow`, else what a closing may be. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;

  constructor(frame: TextFrame, onRow?: (row: Uint8Array) => void) {
    this.#frame = frame;
    this.#onRow = onRow;
  }

  add(piece: Uint8Array): void {
    let start = 0;
    for (let end = this.#lineEnd(piece, start); end >= 0; end = this.#lineEnd(piece, start)) {
      this.#lines += 1;
      if (this.#onRow !== undefined && this.#lines > this.#frame.headerLines) {
        this.#onRow(this.#withoutSeparator(this.#wholeLine(piece.subarray(start, end))));
      }
      this.#begun = [];
      this.#begunBytes = 0;
      start = end + 1;
    }
    this.#keep(piece.subarray(start));
  }

  end(): RowCount {
    const { headerLines, closing } = this.#frame;
    const rows = Math.max(0, this.#lines - headerLines);
    if (this.#isQuoted) return { rows, flaw: 'ends within a quoted field' };
    const wanted = closing(this.#lines);
    const isClosed = this.#begunBytes === wanted.length && Buffer.concat(this.#begun).toString('latin1') === wanted;
    if (!isClosed) return { rows, flaw: 'ends in the middle of a row' };
    return { rows, flaw: this.#lines < headerLines && wanted === '' ? 'has no header line' : undefined };
  }

  #lineEnd(piece: Uint8Array, start: number): number {
    if (!this.#frame.hasQuotes) return piece.indexOf(lineFeed, start);
    let isQuoted = this.#isQuoted;
    for (let at = start; at < piece.length; at++) {
      const byte = piece[at];
      if (byte === quote) isQuoted = !isQuoted;
      else if (byte === lineFeed && !isQuoted) {
        this.#isQuoted = false;
        return at;
      }
    }
    this.#isQuoted = isQuoted;
    return -1;
  }

  #wholeLine(rest: Uint8Array): Uint8Array {
    return this.#begun.length === 0 ? rest : Buffer.concat([...this.#begun, rest]);
  }

  #withoutSeparator(line: Uint8Array): Uint8Array {
    return line.at(-1) === this.#frame.separator ? line.subarray(0, -1) : line;
  }

  #keep(begin: Uint8Array): void {
    const isWanted = this.#onRow !== undefined || this.#begunBytes < MAX_CLOSING_BYTES;
    this.#begunBytes += begin.length;
    // A copy, as whoever gave the piece may write into it again.
    if (isWanted && begin.length > 0) {
      this.#begun.push(Uint8Array.from(this.#onRow === undefined ? begin.subarray(0, MAX_CLOSING_BYTES) : begin));
    }
  }
}
