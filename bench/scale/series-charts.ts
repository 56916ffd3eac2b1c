import { type LineChart, lineChart } from '../chart/line-chart.ts';
import type { Point, Series, SeriesName } from './series.ts';

const MIB = 1024 * 1024;
const [GREEN, RED] = ['#0b6e4f', '#c8553d'];

interface ChartOf extends Omit<LineChart, 'lines'> {
  /** Of the file. */
  readonly name: string;
  readonly lines: readonly { readonly name: string; readonly colour: string; readonly y: (point: Point) => number }[];
}

const cpuPerMillion = ({ cpuSeconds, rows }: Point) => (cpuSeconds / rows) * 1e6;
const rssMib = ({ peakRssBytes }: Point) => peakRssBytes / MIB;

const CHARTS: Readonly<Record<SeriesName, readonly ChartOf[]>> = {
  rows: [
    {
      name: 'rows-cpu',
      title: 'Rows: CPU per row',
      xAxis: 'rows of the orders table, SQL Server to zstd Parquet',
      yAxis: 'CPU seconds per 1,000,000 rows',
      xScale: 'log',
      lines: [{ name: 'Landfall', colour: GREEN, y: cpuPerMillion }],
    },
    {
      name: 'rows-memory',
      title: 'Rows: peak memory',
      xAxis: 'rows of the orders table, SQL Server to zstd Parquet',
      yAxis: 'peak RSS of the whole process, MiB',
      xScale: 'log',
      lines: [{ name: 'Landfall', colour: GREEN, y: rssMib }],
    },
  ],
  columns: [
    {
      name: 'columns',
      title: 'Columns: CPU per row',
      xAxis: 'columns of a table without NULLs, SQL Server to zstd Parquet',
      yAxis: 'CPU seconds per 1,000,000 rows',
      xScale: 'linear',
      lines: [{ name: 'Landfall', colour: GREEN, y: cpuPerMillion }],
    },
  ],
  tables: [
    {
      name: 'tables',
      title: 'Tables: the cost of a table of 100 rows',
      xAxis: 'tables of one run on the local fleet, from PostgreSQL',
      yAxis: 'milliseconds per table, emulated SQS and S3 included',
      xScale: 'log',
      lines: [
        { name: 'CPU', colour: GREEN, y: ({ cpuSeconds, x }) => (cpuSeconds / x) * 1000 },
        { name: 'wall', colour: RED, y: ({ wallSeconds, x }) => (wallSeconds / x) * 1000 },
      ],
    },
  ],
  extractors: [
    {
      name: 'extractors',
      title: 'Extractors: rows of all together',
      xAxis: 'extractors at the same time, PostgreSQL to zstd Parquet, all on one machine',
      yAxis: 'rows per second',
      xScale: 'linear',
      lines: [{ name: 'Landfall', colour: GREEN, y: ({ rows, wallSeconds }) => rows / wallSeconds }],
    },
  ],
};

/** The charts of a series by the names of their files. */
export function seriesCharts({ name, points }: Series): Map<string, string> {
  return new Map(
    CHARTS[name].map(({ name: file, lines, ...chart }) => {
      const drawn = lines.map((line) => ({
        ...line,
        points: points.map((point) => ({ x: point.x, y: line.y(point) })),
      }));
      return [`scale-${file}.svg`, lineChart({ ...chart, lines: drawn })];
    }),
  );
}
