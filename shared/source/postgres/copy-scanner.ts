import { NULL_LENGTH, viewOf } from '../columns/cell-column.ts';

/** Cells noted before they are decoded: their tables stay within the processor's near caches. */
const WINDOW_CELLS = 8_192;

/** Answer of `scanRow` for all that is no whole row of plain values. */
export const NO_ROW = -1;

/**
 * Finds where the fields of rows lie, without looking into them. The cell of a column in a window's row stands at
 * `column * windowRows + row` of `starts` and `lengths`.
 */
export class CopyScanner {
  readonly windowRows: number;
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  readonly #columns: number;
  readonly #maxValueBytes: number;
  #bytes: Uint8Array = Buffer.alloc(0);
  #view = viewOf(this.#bytes);

  constructor(columns: number, batchRows: number, maxValueBytes: number) {
    this.windowRows = Math.max(1, Math.min(batchRows, Math.floor(WINDOW_CELLS / Math.max(1, columns))));
    this.starts = new Int32Array(columns * this.windowRows);
    this.lengths = new Int32Array(columns * this.windowRows);
    this.#columns = columns;
    this.#maxValueBytes = maxValueBytes;
  }

  /** What the noted cells lie in. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The bytes that the next rows are looked for in. */
  lookInto(bytes: Uint8Array): void {
    if (bytes === this.#bytes) return;
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  /** Notes the cells of the row at `from` as row `row` of the window; gives where it ends, or NO_ROW. */
  scanRow(from: number, end: number, row: number): number {
    const view = this.#view;
    const { starts, lengths, windowRows } = this;
    const cells = this.#columns * windowRows;
    const longest = this.#maxValueBytes;
    if (end - from < 2 || view.getInt16(from) !== this.#columns) return NO_ROW;
    let at = from + 2;
    for (let cell = row; cell < cells; cell += windowRows) {
      if (end - at < 4) return NO_ROW;
      const length = view.getInt32(at);
      at += 4;
      lengths[cell] = length;
      if (length === NULL_LENGTH) continue;
      if (length < 0 || length > longest || length > end - at) return NO_ROW;
      starts[cell] = at;
      at += length;
    }
    return at;
  }
}
