import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../result/results.ts';
import { type ProcessorsResult, processorsMarkdown } from './processors-result.ts';
import type { Series } from './series.ts';
import { seriesMarkdown } from './series-markdown.ts';

/** What `npm run bench:scale` found. */
export interface ScaleResults {
  readonly version: 1;
  /** When the latest of it was measured. */
  readonly at: string;
  readonly machine: Machine;
  readonly series: readonly Series[];
  /** Empty until they are measured. */
  readonly processors: readonly ProcessorsResult[];
}

export function scaleResultsPath(folder: string): string {
  return join(folder, 'scale.json');
}

/** What is in a folder of results; undefined when there is nothing. */
export function readScaleResults(folder: string): ScaleResults | undefined {
  const path = scaleResultsPath(folder);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as ScaleResults) : undefined;
}

/** Where and when it was measured, in a sentence. */
export function scaleHead({ at, machine }: ScaleResults): string {
  return `Measured ${at.slice(0, 10)} with Node ${machine.node} on ${machine.cpus}: medians of n runs.`;
}

/** All of it as one page of Markdown. */
export function scalePage(results: ScaleResults): string {
  const { processors, series } = results;
  const tables = [...series.map(seriesMarkdown), ...(processors.length === 0 ? [] : [processorsMarkdown(processors)])];
  return `${[scaleHead(results), ...tables].join('\n\n')}\n`;
}
