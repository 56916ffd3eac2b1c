import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareTable } from './land/compare.ts';
import type { Cost } from './land/measure/cost.ts';
import { exitOnSignals, openStage } from './land/stage.ts';
import type { Subject } from './land/subjects/subject.ts';
import { type BenchOptions, benchOptions } from './options.ts';
import { profileLanding } from './profile/profile-landing.ts';
import { tableChart } from './result/charts.ts';
import { machine } from './result/machine.ts';
import { resultsMarkdown, tableChartFile } from './result/markdown.ts';
import { seconds } from './result/markdown-table.ts';
import { progressLine } from './result/progress.ts';
import type { BenchResults, TableResult } from './result/results.ts';
import { peerVersions } from './result/versions.ts';

/**
 * `npm run bench`: Landfall and what people would use instead land the same tables in turns. Writes results.json,
 * results.md and one chart for each table; `npm run bench:docs` puts them into docs/performance.md.
 */
const MIB = 1024 * 1024;

function showRun(
  table: string,
  subject: Subject,
  round: number,
  { cpuSeconds, wallSeconds, peakRssBytes }: Cost,
): void {
  const cost = `${seconds(cpuSeconds).padStart(6)} CPU s ${seconds(wallSeconds).padStart(6)} s ${Math.round(peakRssBytes / MIB)} MiB`;
  console.log(progressLine(`${table} ${round + 1} ${subject.name}`, cost));
}

async function compareAll(options: BenchOptions): Promise<void> {
  const { outFolder, dialects, tables, rounds, rows, subjects, subjectsNamed, cpus } = options;
  const stage = await openStage(dialects, rows);
  const versions = peerVersions();
  const done: TableResult[] = [];
  try {
    for (const dialect of dialects) {
      for (const table of tables) {
        const onRun = (subject: Subject, round: number, cost: Cost) =>
          showRun(`${dialect} ${table.name}`, subject, round, cost);
        done.push(await compareTable(stage, { dialect, table, rows, rounds, subjects, subjectsNamed, cpus, onRun }));
        const at = new Date().toISOString();
        write(outFolder, { version: 1, at, machine: machine(cpus), rounds, versions, tables: done });
      }
    }
  } finally {
    await stage.close();
  }
}

/** After every table, so that a run that is ended leaves what it has found. */
function write(outFolder: string, results: BenchResults): void {
  mkdirSync(outFolder, { recursive: true });
  writeFileSync(join(outFolder, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(join(outFolder, 'results.md'), resultsMarkdown(results));
  for (const table of results.tables) {
    writeFileSync(join(outFolder, tableChartFile(table)), tableChart(table));
  }
}

exitOnSignals();
const options = benchOptions(process.argv.slice(2));
if (options.profile) await profileLanding(options);
else await compareAll(options);
console.log(`\nWritten to ${options.outFolder}`);
