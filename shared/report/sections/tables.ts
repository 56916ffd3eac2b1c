import type { ReportedTable, RunReport } from '../model.ts';
import { sparkline } from '../sparkline.ts';
import { bytesText, count, dayText, dollars, durationText } from '../text/figures.ts';
import { html, type Markup } from '../text/html.ts';
import { workMs } from '../timeline/time-scale.ts';
import { changeOf, landedFigure, momentOf, nameOf, standingOf } from './parts.ts';
import { type ReportColumn, tableRegion } from './table-region.ts';

export const MAX_LISTED_TABLES = 1_000;
const MAX_JUMPS = 50;
const MAX_SLOWEST = 10;
/** Of fewer tables the timeline shows it better. */
const MIN_SLOWEST = 4;

const NAME: ReportColumn<ReportedTable> = { title: 'Table', cell: ({ table }) => nameOf(table) };
const ROWS: ReportColumn<ReportedTable> = { title: 'Rows', kind: 'number', cell: landedFigure(({ rows }) => rows) };
const SIZE: ReportColumn<ReportedTable> = {
  title: 'Size',
  kind: 'number',
  cell: landedFigure(({ bytes }) => bytes, bytesText),
};
const FILES: ReportColumn<ReportedTable> = { title: 'Files', kind: 'number', cell: landedFigure(({ files }) => files) };
const LAST_RUNS: ReportColumn<ReportedTable> = { title: 'Last runs', cell: rowsSpark };
const CHANGE: ReportColumn<ReportedTable> = { title: 'Change', kind: 'number', cell: changeOf };

function rowsSpark({ earlierRows, rows, standing }: ReportedTable): Markup | undefined {
  const landed = standing === 'landed' || standing === 'empty';
  return sparkline(earlierRows, landed ? rows : null, 'Rows');
}

/** What somebody must look at comes first. */
const ORDER: readonly ReportedTable['standing'][] = [
  'failed',
  'retrying',
  'reading',
  'queued',
  'planned',
  'superseded',
  'landed',
  'empty',
];

/** Every table of the run, failed ones first. */
export function tableList({ tables, plannedAt }: RunReport): Markup {
  const runDay = dayText(plannedAt);
  const byPlace = tables.toSorted((a, b) => ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing));
  return tableRegion({
    label: 'All tables of the run',
    noun: 'table',
    rows: byPlace,
    maxRows: MAX_LISTED_TABLES,
    mark: ({ standing }) => (standing === 'failed' ? 'bad' : undefined),
    columns: [
      NAME,
      { title: 'Outcome', cell: standingOf },
      ROWS,
      CHANGE,
      LAST_RUNS,
      SIZE,
      FILES,
      { title: 'Began', kind: 'number', cell: ({ startedAt }) => momentOf(startedAt, runDay) },
      { title: 'Took', kind: 'number', cell: ({ seconds }) => (seconds === undefined ? '–' : durationText(seconds)) },
      { title: 'Cost', kind: 'number', cell: ({ costUsd }) => (costUsd === undefined ? '–' : dollars(costUsd)) },
      { title: 'Attempts', kind: 'number', cell: ({ attempts }) => count(attempts) },
    ],
  });
}

/** Tables whose rows are far from what they were. */
export function jumpedTables({ tables }: RunReport): ReportedTable[] {
  return tables.filter(({ change }) => change !== undefined && change.verdict !== 'usual');
}

export function jumpList(report: RunReport): Markup {
  return tableRegion({
    label: 'Tables with an unusual number of rows',
    noun: 'table',
    rows: jumpedTables(report),
    maxRows: MAX_JUMPS,
    columns: [
      NAME,
      CHANGE,
      ROWS,
      { title: 'Usual rows', kind: 'number', cell: ({ change }) => count(change?.medianRows ?? 0) },
      LAST_RUNS,
      { title: 'Outcome', cell: standingOf },
    ],
  });
}

/** The landed tables that extractors worked on longest; undefined for a few. */
export function slowestList({ tables }: RunReport): Markup | undefined {
  const landed = tables.filter(({ standing }) => standing === 'landed');
  const worked = landed.map((table) => ({ table, seconds: workMs(table.spans) / 1_000 }));
  const slowest = worked.filter(({ seconds }) => seconds > 0).toSorted((a, b) => b.seconds - a.seconds);
  if (slowest.length < MIN_SLOWEST) return undefined;
  const of = (column: ReportColumn<ReportedTable>) => ({
    ...column,
    cell: ({ table }: (typeof slowest)[number]) => column.cell(table),
  });
  const most = slowest[0]!.seconds;
  return tableRegion({
    label: 'The slowest tables',
    noun: 'table',
    rows: slowest.slice(0, MAX_SLOWEST),
    maxRows: MAX_SLOWEST,
    columns: [
      of(NAME),
      { title: 'At work', kind: 'number', cell: ({ seconds }) => durationText(seconds) },
      { title: 'Of the slowest', cell: ({ seconds }) => shareBar(seconds / most) },
      of(ROWS),
      { title: 'Rows per second', kind: 'number', cell: ({ table, seconds }) => count(table.rows / seconds) },
      of(SIZE),
      of(FILES),
      { title: 'Chunks', kind: 'number', cell: ({ table }) => count(table.chunks) },
      of({ title: 'Attempts', kind: 'number', cell: ({ attempts }) => count(attempts) }),
    ],
  });
}

/** Beside its number, which says the same. */
function shareBar(share: number): Markup {
  const width = Math.max(1, Math.round(share * 100));
  return html`<svg class="share" aria-hidden="true" width="100" height="8"><rect width="100" height="8" class="trough"/><rect width="${width}" height="8" class="landed"/></svg>`;
}
