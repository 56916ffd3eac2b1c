import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitOnSignals } from '../land/stage.ts';
import { machine } from '../result/machine.ts';
import { mebibytes, seconds } from '../result/markdown-table.ts';
import { rowsText } from '../result/names.ts';
import { progressLine } from '../result/progress.ts';
import { extractorsSeries } from './extractors-series.ts';
import { scaleOptions } from './options.ts';
import type { ProcessorsRun } from './processors-result.ts';
import { processorsSeries } from './processors-series.ts';
import { readScaleResults, type ScaleResults, scalePage, scaleResultsPath } from './scale-results.ts';
import { type Point, type Series, type SeriesName, type SeriesPlan, withEarlier } from './series.ts';
import { seriesCharts } from './series-charts.ts';
import { columnsSeries, rowsSeries } from './sizes-series.ts';
import { tablesSeries } from './tables-series.ts';

/**
 * `npm run bench:scale`: what Landfall takes as rows, columns, tables and extractors grow, and what a second processor
 * gives. Series and sizes that are not measured keep what an earlier run found; see docs/performance.md.
 */
const RUN: Readonly<Record<SeriesName, (plan: SeriesPlan) => Promise<Point[]>>> = {
  rows: rowsSeries,
  columns: columnsSeries,
  tables: tablesSeries,
  extractors: extractorsSeries,
};
const ORDER: readonly SeriesName[] = ['rows', 'columns', 'tables', 'extractors'];

exitOnSignals();
const { series, sizes, landingRows, rounds, outFolder } = scaleOptions(process.argv.slice(2));
mkdirSync(outFolder, { recursive: true });

function showPoint(name: SeriesName, { x, cpuSeconds, wallSeconds, peakRssBytes }: Point): void {
  const cost = `${seconds(cpuSeconds).padStart(7)} CPU s ${seconds(wallSeconds).padStart(7)} s ${mebibytes(peakRssBytes)} MiB`;
  console.log(progressLine(`${rowsText(x)} ${name}`, cost));
}

function showRun(subject: string, { cpus, cpuSeconds, wallSeconds, serversCpuSeconds }: ProcessorsRun): void {
  const servers = `servers ${seconds(serversCpuSeconds)}`;
  const cost = `${seconds(cpuSeconds).padStart(7)} CPU s ${seconds(wallSeconds).padStart(7)} s ${servers}`;
  console.log(progressLine(`${cpus} for ${subject}`, cost));
}

function write(found: Partial<Pick<ScaleResults, 'series' | 'processors'>>): void {
  const before = readScaleResults(outFolder);
  const merged =
    found.series?.map((each) =>
      withEarlier(
        each,
        before?.series.find(({ name }) => name === each.name),
      ),
    ) ?? [];
  const kept = (before?.series ?? []).filter(({ name }) => !merged.some((each) => each.name === name));
  const results: ScaleResults = {
    version: 1,
    at: new Date().toISOString(),
    machine: machine(undefined),
    series: [...kept, ...merged].sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name)),
    processors: found.processors ?? before?.processors ?? [],
  };
  writeFileSync(scaleResultsPath(outFolder), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(outFolder, 'scale.md'), scalePage(results));
  for (const each of results.series) writeCharts(each);
}

function writeCharts(each: Series): void {
  for (const [file, svg] of seriesCharts(each)) writeFileSync(join(outFolder, file), svg);
}

for (const name of series) {
  if (name === 'processors') {
    write({ processors: await processorsSeries({ rounds, rows: landingRows, onRun: showRun }) });
    continue;
  }
  const points = await RUN[name]({
    sizes: sizes[name],
    rounds,
    landingRows,
    onPoint: (point) => showPoint(name, point),
  });
  write({ series: [{ name, points }] });
}
console.log(`\nWritten to ${outFolder}`);
