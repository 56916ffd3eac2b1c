import { markdownTable, mebibytes, seconds } from '../result/markdown-table.ts';
import { rowsText } from '../result/names.ts';
import type { Point, Series, SeriesName } from './series.ts';

type Cell = readonly [title: string, textOf: (point: Point) => string];

const CPU_PER_MILLION: Cell = [
  'CPU s per 1,000,000 rows',
  ({ cpuSeconds, rows }) => seconds((cpuSeconds / rows) * 1e6),
];
const ROWS_PER_SECOND: Cell = ['rows per second', ({ rows, wallSeconds }) => rowsText(Math.round(rows / wallSeconds))];

/** What is told of each point besides its whole cost. */
const OWN: Readonly<Record<SeriesName, readonly Cell[]>> = {
  rows: [CPU_PER_MILLION, ROWS_PER_SECOND],
  columns: [
    CPU_PER_MILLION,
    ['CPU s per 1,000,000 values', ({ cpuSeconds, rows, x }) => seconds((cpuSeconds / rows / x) * 1e6)],
  ],
  tables: [
    ['CPU ms per table', ({ cpuSeconds, x }) => seconds((cpuSeconds / x) * 1000)],
    ['wall ms per table', ({ wallSeconds, x }) => seconds((wallSeconds / x) * 1000)],
  ],
  extractors: [CPU_PER_MILLION, ROWS_PER_SECOND],
};

/** A series as a table of Markdown. */
export function seriesMarkdown({ name, points }: Series): string {
  const cells: readonly Cell[] = [
    [name, ({ x }) => rowsText(x)],
    ['CPU s', ({ cpuSeconds }) => seconds(cpuSeconds)],
    ['wall s', ({ wallSeconds }) => seconds(wallSeconds)],
    ...OWN[name],
    ['peak RSS MiB', ({ peakRssBytes }) => mebibytes(peakRssBytes)],
    ['n', ({ runs }) => String(runs)],
  ];
  return markdownTable(
    cells.map(([title]) => title),
    points.map((point) => cells.map(([, textOf]) => textOf(point))),
  );
}
