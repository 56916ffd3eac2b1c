import { tableChart } from '../result/charts.ts';
import { resultsMarkdown, tableChartFile } from '../result/markdown.ts';
import type { BenchResults } from '../result/results.ts';
import { processorsMarkdown } from '../scale/processors-result.ts';
import { type ScaleResults, scaleHead } from '../scale/scale-results.ts';
import { seriesCharts } from '../scale/series-charts.ts';
import { seriesMarkdown } from '../scale/series-markdown.ts';

/** From the page's own folder. */
const CHART_FOLDER = 'images/performance';

/** What the results put into docs/performance.md: sections by their markers, and charts by the names of their files. */
export interface PageParts {
  readonly sections: ReadonlyMap<string, string>;
  readonly charts: ReadonlyMap<string, string>;
}

/** The parts that there are results for. */
export function pageParts(results: BenchResults | undefined, scale: ScaleResults | undefined): PageParts {
  const sections = new Map<string, string>();
  const charts = new Map<string, string>();
  if (results !== undefined) {
    sections.set('landing', resultsMarkdown(results, CHART_FOLDER).trimEnd());
    for (const table of results.tables) charts.set(tableChartFile(table), tableChart(table));
  }
  if (scale === undefined) return { sections, charts };
  const head = scaleHead(scale);
  if (scale.processors.length > 0)
    sections.set('scale-processors', `${head}\n\n${processorsMarkdown(scale.processors)}`);
  for (const series of scale.series) {
    sections.set(`scale-${series.name}`, `${head}\n\n${seriesMarkdown(series)}`);
    for (const [file, svg] of seriesCharts(series)) charts.set(file, svg);
  }
  return { sections, charts };
}
