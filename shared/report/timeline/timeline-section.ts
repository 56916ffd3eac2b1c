import type { ReportedTable, RunReport, WorkSpan } from '../model.ts';
import { momentOf, nameOf, standingOf } from '../sections/parts.ts';
import { tableRegion } from '../sections/table-region.ts';
import { counted, dayText, durationText } from '../text/figures.ts';
import { html, type Markup } from '../text/html.ts';
import { axisRow, gridLines } from './axis.ts';
import { laneRow } from './lane-row.ts';
import { type TimeScale, timeScale, workMs } from './time-scale.ts';

/** More would be no picture any more. */
export const MAX_TIMELINE_TABLES = 60;

/** When the tables were worked on, as a picture and as the table that says the same. */
export function timelineSection(report: RunReport): Markup {
  const worked = report.tables.filter(hasWork);
  if (worked.length === 0) return html`<p class="quiet">No work on a table was noted.</p>`;
  const shown = shownTables(worked);
  const startMs = startOf(report, shown);
  const scale = timeScale(startMs, shown.flatMap(timesOf));
  return html`<figure class="timeline">
${legend(shown, scale)}
<div class="chart" role="img" aria-labelledby="timeline" aria-describedby="timeline-note">
${axisRow(scale)}
<div class="lanes" aria-hidden="true">${gridLines(scale)}${shown.map((table) => laneRow(table, scale, startMs))}</div>
</div>
<figcaption id="timeline-note">${noteOf(report, worked, shown)}</figcaption>
</figure>
<details>
<summary>The timeline as a table</summary>
${asTable(shown, dayText(report.plannedAt))}
</details>`;
}

function hasWork({ spans, standing, endedAt }: ReportedTable): boolean {
  return spans.length > 0 || (endedAt !== undefined && (standing === 'failed' || standing === 'empty'));
}

/** Failed tables and then the slowest ones, as far as there is room; in the picture each group by its beginning. */
function shownTables(worked: readonly ReportedTable[]): ReportedTable[] {
  const ranked = worked
    .map((table) => ({ table, isFailed: table.standing === 'failed', workMs: workMs(table.spans) }))
    .toSorted((a, b) => Number(b.isFailed) - Number(a.isFailed) || b.workMs - a.workMs);
  return ranked
    .slice(0, MAX_TIMELINE_TABLES)
    .map((each) => ({ ...each, beginMs: Math.min(...timesOf(each.table).map((time) => time.startMs)) }))
    .toSorted((a, b) => Number(b.isFailed) - Number(a.isFailed) || a.beginMs - b.beginMs)
    .map(({ table }) => table);
}

/** Of everything that is drawn of a table: its work, and the mark of its end. */
function timesOf({ spans, standing, endedAt }: ReportedTable): { startMs: number; endMs: number }[] {
  const hasMark = endedAt !== undefined && (standing === 'failed' || standing === 'empty');
  const endMs = hasMark ? Date.parse(endedAt) : undefined;
  return [
    ...spans.map((span) => ({ startMs: span.startMs, endMs: span.endMs })),
    ...(endMs === undefined ? [] : [{ startMs: endMs, endMs }]),
  ];
}

function startOf({ plannedAt }: RunReport, shown: readonly ReportedTable[]): number {
  const starts = shown.flatMap(timesOf).map(({ startMs }) => startMs);
  return starts.reduce((earliest, each) => Math.min(earliest, each), Date.parse(plannedAt));
}

const LEGEND: readonly (readonly [kind: WorkSpan['kind'], meaning: string])[] = [
  ['landed', 'a part that landed'],
  ['retried', 'an attempt that failed, and another followed'],
  ['failed', 'an attempt that failed for good'],
  ['open', 'at work when the report was made'],
];

function legend(shown: readonly ReportedTable[], scale: TimeScale): Markup {
  const kinds = new Set(shown.flatMap(({ spans }) => spans.map(({ kind }) => kind)));
  const items = LEGEND.filter(([kind]) => kinds.has(kind)).map(
    ([kind, meaning]) =>
      html`<li><svg aria-hidden="true" width="22" height="12"><rect class="${kind}" x="1" y="1" width="20" height="10"/></svg>${meaning}</li>`,
  );
  const marks = (['failed', 'empty'] as const)
    .filter((standing) => shown.some((table) => table.standing === standing))
    .map((standing) => html`<li>${LEGEND_MARKS[standing]}</li>`);
  const pause =
    scale.pauses.length > 0 &&
    html`<li><svg aria-hidden="true" width="22" height="12"><rect class="pause" x="1" y="0" width="20" height="12"/></svg>time without work, cut short</li>`;
  return html`<ul class="legend">${items}${marks}${pause}</ul>`;
}

const LEGEND_MARKS = {
  failed: html`<svg aria-hidden="true" width="12" height="12"><path class="mark failed-mark" d="M2 2l8 8m0-8l-8 8"/></svg>the table failed`,
  empty: html`<svg aria-hidden="true" width="12" height="12"><circle class="mark empty-mark" cx="6" cy="6" r="4"/></svg>the table was empty`,
} as const;

const ORDER = 'in the order in which they began';

function noteOf(report: RunReport, worked: readonly ReportedTable[], shown: readonly ReportedTable[]): string {
  const left = worked.length - shown.length;
  const idle = report.tables.length - worked.length;
  const notes = [
    `Time since ${new Date(startOf(report, shown)).toISOString().slice(0, 19).replace('T', ' ')} UTC.`,
    shown[0]?.standing === 'failed' ? `Failed tables come first, then the others ${ORDER}.` : `Tables are ${ORDER}.`,
    left > 0 ? `${counted(left, 'table')} that took less time ${left === 1 ? 'is' : 'are'} left out.` : '',
    idle > 0 ? `${counted(idle, 'table')} of the run had no work.` : '',
  ];
  return notes.filter((note) => note !== '').join(' ');
}

function asTable(shown: readonly ReportedTable[], runDay: string): Markup {
  return tableRegion({
    label: 'The timeline as a table',
    noun: 'table',
    rows: shown,
    maxRows: MAX_TIMELINE_TABLES,
    columns: [
      { title: 'Table', cell: ({ table }) => nameOf(table) },
      { title: 'Outcome', cell: standingOf },
      { title: 'Began', kind: 'number', cell: ({ startedAt }) => momentOf(startedAt, runDay) },
      { title: 'Ended', kind: 'number', cell: ({ endedAt }) => momentOf(endedAt, runDay) },
      { title: 'At work', kind: 'number', cell: ({ spans }) => durationText(workMs(spans) / 1_000) },
      { title: 'Chunks', kind: 'number', cell: ({ chunks }) => String(chunks) },
      { title: 'Failed attempts', cell: ({ spans }) => attemptsText(spans) },
    ],
  });
}

/** `2 × CONNECTION_LOST, 1 × DEADLOCK` */
function attemptsText(spans: readonly WorkSpan[]): string {
  const byCode = Map.groupBy(
    spans.flatMap(({ errorCode }) => errorCode ?? []),
    (errorCode) => errorCode,
  );
  return [...byCode].map(([errorCode, all]) => `${all.length} × ${errorCode}`).join(', ') || '–';
}
