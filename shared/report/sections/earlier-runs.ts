import type { EarlierRun, RunReport } from '../model.ts';
import { bytesText, count, dollars, durationText } from '../text/figures.ts';
import { html, type Markup } from '../text/html.ts';
import { type ReportColumn, tableRegion } from './table-region.ts';
import { totalsOf } from './totals.ts';

/** The reported run below those before it. */
export function earlierRunsSection(report: RunReport): Markup {
  const runs = [...report.earlierRuns, asEarlierRun(report)];
  const number = (title: string, cell: (run: EarlierRun) => string | undefined): ReportColumn<EarlierRun> => ({
    title,
    kind: 'number',
    cell: (run) => cell(run) ?? '–',
  });
  return tableRegion<EarlierRun>({
    label: 'This run and those before it',
    noun: 'run',
    rows: runs,
    maxRows: runs.length,
    mark: ({ runId }) => (runId === report.runId ? 'current' : undefined),
    columns: [
      { title: 'Run', cell: ({ runId }) => (runId === report.runId ? html`${runId} (this one)` : runId) },
      number('Tables', ({ tables }) => shown(tables, count)),
      number('Landed', ({ landed }) => shown(landed, count)),
      number('Failed', ({ failed }) => shown(failed, count)),
      number('Rows', ({ rows }) => shown(rows, count)),
      number('Size', ({ bytes }) => shown(bytes, bytesText)),
      number('Took', ({ seconds }) => shown(seconds, durationText)),
      number('Cost', ({ costUsd }) => shown(costUsd, dollars)),
    ],
  });
}

function shown(value: number | undefined, textOf: (value: number) => string): string | undefined {
  return value === undefined ? undefined : textOf(value);
}

function asEarlierRun(report: RunReport): EarlierRun {
  const { tally, rows, bytes, costUsd } = totalsOf(report);
  return {
    runId: report.runId,
    seconds: report.seconds,
    landed: tally.landed + tally.empty,
    failed: tally.failed,
    tables: tally.total,
    rows,
    bytes,
    costUsd,
  };
}
