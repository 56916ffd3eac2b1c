import { fitted } from './console.ts';

export interface Column<Row> {
  readonly title: string;
  /** What the cell shows; may bear no styles, which would count as width. */
  readonly text: (row: Row) => string;
  readonly align?: 'left' | 'right';
  /** May be cut in its middle, so that the line fits; one column at most. */
  readonly shrinks?: boolean;
}

const GAP = 2;
const INDENT = 2;
const MIN_SHRUNK_WIDTH = 12;

/** Lines of a table for a terminal, its titles first, in `width` characters as far as one column shrinks for it. */
export function columnLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width = 80): string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ text }) => text(row)))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]!.length)));
  const excess = INDENT + widths.reduce((sum, each) => sum + each, 0) + GAP * (columns.length - 1) - width;
  const shrunk = columns.findIndex(({ shrinks }) => shrinks === true);
  if (excess > 0 && shrunk >= 0) widths[shrunk] = Math.max(MIN_SHRUNK_WIDTH, widths[shrunk]! - excess);
  return cells.map((line) =>
    `${' '.repeat(INDENT)}${line.map((text, index) => padded(text, widths[index]!, columns[index]!)).join(' '.repeat(GAP))}`.trimEnd(),
  );
}

function padded<Row>(text: string, width: number, { align }: Column<Row>): string {
  return align === 'right' ? text.padStart(width) : fitted(text, width);
}
