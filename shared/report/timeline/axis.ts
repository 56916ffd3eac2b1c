import { durationText } from '../text/figures.ts';
import { html, type Markup } from '../text/html.ts';
import type { TimeScale } from './time-scale.ts';

const LABEL_Y = 12;

/** The labels of the axis. They lie in percent of the width, so that the picture fits every screen without being scaled. */
export function axisRow({ ticks }: TimeScale): Markup {
  return html`<div class="axis" aria-hidden="true"><svg width="100%" height="18">${ticks.map(
    ({ percent, label }) =>
      html`<text x="${percentText(percent)}" y="${LABEL_Y}" text-anchor="${anchorAt(percent)}">${label}</text>`,
  )}</svg></div>`;
}

/** Behind all lanes. */
export function gridLines({ ticks, pauses }: TimeScale): Markup {
  return html`<svg class="grid" width="100%" height="100%">${pauses.map(
    ({ from, to, startMs, endMs }) =>
      html`<rect class="pause" x="${percentText(from)}" y="0" width="${percentText(to - from)}" height="100%"><title>${durationText((endMs - startMs) / 1_000)} without work</title></rect>`,
  )}${ticks.map(({ percent }) => {
    const x = percentText(percent);
    return html`<line x1="${x}" x2="${x}" y1="0" y2="100%"/>`;
  })}</svg>`;
}

export function percentText(percent: number): string {
  return `${Number(percent.toFixed(3))}%`;
}

/** Labels at the edges would be cut. */
function anchorAt(percent: number): string {
  if (percent < 4) return 'start';
  return percent > 96 ? 'end' : 'middle';
}
