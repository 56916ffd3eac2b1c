import { markdownTable, seconds } from '../result/markdown-table.ts';
import { rowsText } from '../result/names.ts';
import { median } from '../result/statistics.ts';

export interface ProcessorsRun {
  /** Of the subject. */
  readonly cpus: 1 | 2;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** Of the servers, from the start of the subject's process to its end. */
  readonly serversCpuSeconds: number;
}

export interface ProcessorsResult {
  readonly name: string;
  readonly title: string;
  readonly rows: number;
  /** Of both kinds, in the order in which they were. */
  readonly runs: readonly ProcessorsRun[];
}

/** How many times as fast two processors are, in each round by itself. */
export function speedups({ runs }: ProcessorsResult): number[] {
  const [one, two] = [wallsOn(runs, 1), wallsOn(runs, 2)];
  return one.map((wall, round) => wall / two[round]!);
}

function wallsOn(runs: readonly ProcessorsRun[], cpus: 1 | 2): number[] {
  return runs.filter((run) => run.cpus === cpus).map(({ wallSeconds }) => wallSeconds);
}

const COLUMNS = [
  'subject',
  'wall s on one',
  'on two',
  'times as fast',
  'range',
  'CPU s on one',
  'on two',
  "servers' CPU s on two",
];

export function processorsMarkdown(results: readonly ProcessorsResult[]): string {
  const lines = results.map((result) => {
    const ratios = speedups(result);
    const middle = (cpus: 1 | 2, of: (run: ProcessorsRun) => number) =>
      seconds(median(result.runs.filter((run) => run.cpus === cpus).map(of)));
    return [
      result.title,
      middle(1, ({ wallSeconds }) => wallSeconds),
      middle(2, ({ wallSeconds }) => wallSeconds),
      median(ratios).toFixed(2),
      `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
      middle(1, ({ cpuSeconds }) => cpuSeconds),
      middle(2, ({ cpuSeconds }) => cpuSeconds),
      middle(2, ({ serversCpuSeconds }) => serversCpuSeconds),
    ];
  });
  const [first] = results;
  const head =
    first === undefined ? '' : `${rowsText(first.rows)} rows of orders from SQL Server, n = ${first.runs.length / 2}.`;
  return `${head}\n\n${markdownTable(COLUMNS, lines)}`;
}
