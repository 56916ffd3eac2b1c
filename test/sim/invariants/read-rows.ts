import type { LoggedRead } from '../database/read-log.ts';
import { RowColumns } from '../database/row-batch.ts';
import type { TableHistory } from '../database/table-history.ts';

const SEPARATOR = '\u0001';
const NULL = '\u0000';

export function lineOf(cells: readonly (string | null)[]): string {
  return cells.map((cell) => cell ?? NULL).join(SEPARATOR);
}

/** The rows of each logged read as comparable texts, made once. */
export class ReadRows {
  readonly #lines = new Map<LoggedRead, readonly string[]>();

  linesOf(read: LoggedRead, history: TableHistory): readonly string[] {
    const made = this.#lines.get(read);
    if (made?.length === read.rows.length) return made;
    const columns = new RowColumns(history, read.shape);
    const lines = read.rows.map((row) => lineOf(columns.textsOf(row)));
    this.#lines.set(read, lines);
    return lines;
  }
}
