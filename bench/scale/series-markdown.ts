import { seconds } from '../result/markdown.ts';
import type { Series } from './series.ts';

const MIB = 1024 * 1024;

/** A series as a table of Markdown. */
export function seriesMarkdown({ name, points }: Series): string {
  const lines = points.map(({ x, rows, cpuSeconds, wallSeconds, peakRssBytes }) => {
    const rss = String(Math.round(peakRssBytes / MIB));
    const perSecond = Math.round(rows / wallSeconds).toLocaleString('en');
    const cells = [
      x.toLocaleString('en'),
      seconds(cpuSeconds),
      seconds((cpuSeconds / rows) * 1e6),
      seconds(wallSeconds),
    ];
    return `| ${[...cells, perSecond, rss].join(' | ')} |`;
  });
  return [
    `| ${name} | CPU s | CPU s per 1,000,000 rows | wall s | rows per second | peak RSS MiB |`,
    '|---:|---:|---:|---:|---:|---:|',
    ...lines,
  ].join('\n');
}
