import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitOnSignals } from '../land/stage.ts';
import { machine } from '../result/machine.ts';
import { seconds } from '../result/markdown.ts';
import { progressLine } from '../result/progress.ts';
import type { Machine } from '../result/results.ts';
import { extractorsSeries } from './extractors-series.ts';
import { scaleOptions } from './options.ts';
import type { Point, Series, SeriesName, SeriesPlan } from './series.ts';
import { seriesCharts } from './series-charts.ts';
import { seriesMarkdown } from './series-markdown.ts';
import { columnsSeries, rowsSeries } from './sizes-series.ts';
import { tablesSeries } from './tables-series.ts';

/** `npm run bench:scale`: what Landfall takes as rows, columns, tables and extractors grow; see docs/performance.md. */
interface ScaleResults {
  readonly version: 1;
  readonly at: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly series: readonly Series[];
}

const MIB = 1024 * 1024;
const RUN: Readonly<Record<SeriesName, (plan: SeriesPlan) => Promise<Point[]>>> = {
  rows: rowsSeries,
  columns: columnsSeries,
  tables: tablesSeries,
  extractors: extractorsSeries,
};

exitOnSignals();
const { series, sizes, rounds, outFolder } = scaleOptions(process.argv.slice(2));
mkdirSync(outFolder, { recursive: true });
const resultsPath = join(outFolder, 'scale.json');

function show(name: SeriesName, { x, cpuSeconds, wallSeconds, peakRssBytes }: Point): void {
  const cost = `${seconds(cpuSeconds).padStart(7)} CPU s ${seconds(wallSeconds).padStart(7)} s ${Math.round(peakRssBytes / MIB)} MiB`;
  console.log(progressLine(`${x.toLocaleString('en')} ${name}`, cost));
}

/** A series that is not run keeps what an earlier run found. */
function write(done: readonly Series[]): void {
  const before = existsSync(resultsPath) ? (JSON.parse(readFileSync(resultsPath, 'utf8')) as ScaleResults).series : [];
  const kept = before.filter(({ name }) => !done.some((each) => each.name === name));
  const results: ScaleResults = {
    version: 1,
    at: new Date().toISOString(),
    machine: machine(undefined),
    rounds,
    series: [...kept, ...done],
  };
  writeFileSync(resultsPath, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(outFolder, 'scale.md'), `${results.series.map(seriesMarkdown).join('\n\n')}\n`);
  for (const each of done) {
    for (const [file, chart] of seriesCharts(each)) writeFileSync(join(outFolder, file), chart);
  }
}

const done: Series[] = [];
for (const name of series) {
  const points = await RUN[name]({ sizes: sizes[name], rounds, onPoint: (point) => show(name, point) });
  done.push({ name, points });
  write(done);
}
console.log(`\nWritten to ${outFolder}`);
