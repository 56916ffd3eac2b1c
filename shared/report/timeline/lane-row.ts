import type { ReportedTable } from '../model.ts';
import { nameOf } from '../sections/parts.ts';
import { count, counted, durationText } from '../text/figures.ts';
import { html, type Markup } from '../text/html.ts';
import { percentText } from './axis.ts';
import { type Bar, type Lane, lanesOf } from './bars.ts';
import type { TimeScale } from './time-scale.ts';

/** In pixels. */
const ROW_HEIGHT = 22;
const BAR_HEIGHT = 12;
const LANE_HEIGHT = 7;
const LANE_BAR_HEIGHT = 6;
const MARGIN = 4;

/** A bar that is shorter than that could not be seen. */
const MIN_PERCENT = 0.35;

/** One table of the picture: its name, and what was done of it when. */
export function laneRow(table: ReportedTable, scale: TimeScale, startMs: number): Markup {
  const lanes = lanesOf(table);
  const height = lanes.length === 1 ? ROW_HEIGHT : MARGIN * 2 + lanes.length * LANE_HEIGHT;
  return html`
<div class="row${table.standing === 'failed' && ' bad'}"><span class="label" title="${table.table}">${nameOf(table.table)}</span><svg width="100%" height="${height}">${lanes.map((lane, index) => laneBars(lane, placeOf(index, lanes.length), scale, startMs))}${endMark(table, scale, height / 2)}</svg></div>`;
}

interface Place {
  readonly y: number;
  readonly height: number;
}

function placeOf(index: number, lanes: number): Place {
  if (lanes === 1) return { y: (ROW_HEIGHT - BAR_HEIGHT) / 2, height: BAR_HEIGHT };
  return { y: MARGIN + index * LANE_HEIGHT, height: LANE_BAR_HEIGHT };
}

function laneBars({ bars }: Lane, { y, height }: Place, scale: TimeScale, startMs: number): Markup[] {
  return bars.map((bar) => {
    const from = scale.percentOf(bar.startMs);
    const width = Math.max(MIN_PERCENT, scale.percentOf(bar.endMs) - from);
    const x = Math.min(from, 100 - width);
    return html`<rect class="${bar.kind}" x="${percentText(x)}" y="${y}" width="${percentText(width)}" height="${height}"><title>${barText(bar, startMs)}</title></rect>`;
  });
}

/** What is shown for the bar under the pointer. */
function barText({ kind, spans, startMs: barMs, endMs }: Bar, startMs: number): string {
  const when = `from ${durationText((barMs - startMs) / 1_000)} on, for ${durationText((endMs - barMs) / 1_000)}`;
  const [first] = spans;
  if (kind === 'open') return `at work ${when}`;
  if (kind !== 'landed') {
    const codes = [...new Set(spans.flatMap(({ errorCode }) => errorCode ?? []))].join(', ');
    const what =
      spans.length === 1 ? `failed attempt at chunk ${first!.chunk}` : `${count(spans.length)} failed attempts`;
    return `${what}: ${codes}, ${when}`;
  }
  const rows = counted(
    spans.reduce((sum, span) => sum + (span.rows ?? 0), 0),
    'row',
  );
  const what = spans.length === 1 ? `part ${first!.sequence} of chunk ${first!.chunk}` : `${count(spans.length)} parts`;
  return `${what}: ${rows}, ${when}`;
}

/** How the table ended, where no bar says it. */
function endMark({ standing, endedAt, errorCode }: ReportedTable, scale: TimeScale, y: number): Markup | undefined {
  if (endedAt === undefined) return undefined;
  const x = percentText(scale.percentOf(Date.parse(endedAt)));
  if (standing === 'failed') {
    return html`<svg x="${x}" y="${y}" overflow="visible"><path class="mark failed-mark" d="M4 -4l8 8m0-8l-8 8"><title>failed: ${errorCode}</title></path></svg>`;
  }
  return standing === 'empty'
    ? html`<circle class="mark empty-mark" cx="${x}" cy="${y}" r="4"><title>empty</title></circle>`
    : undefined;
}
