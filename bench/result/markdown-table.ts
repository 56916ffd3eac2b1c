/** A table of Markdown: the first column to the left, numbers to the right. Bars within cells are escaped. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `|---|${columns
    .slice(1)
    .map(() => '---:')
    .join('|')}|`;
  return [line(columns), rule, ...rows.map(line)].join('\n');
}

/** Three digits that say something, whatever the size. */
export function seconds(value: number): string {
  if (value >= 100) return String(Math.round(value));
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function mebibytes(bytes: number): string {
  return String(Math.round(bytes / (1024 * 1024)));
}
