import type { ReportedTable } from '../model.ts';
import { changeText, clockText, count, dayText } from '../text/figures.ts';
import { html, type Markup } from '../text/html.ts';

/** The name of a table or a column, whatever is in it. */
export function nameOf(name: string): Markup {
  return html`<bdi class="name">${name}</bdi>`;
}

/** Sentences with what stands between backticks as code. */
export function prose(text: string): Markup {
  return html`${text.split('`').map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))}`;
}

const WORDS: Readonly<Record<ReportedTable['standing'], string>> = {
  landed: 'landed',
  empty: 'empty',
  failed: 'failed',
  superseded: 'superseded',
  retrying: 'retrying',
  reading: 'at work',
  queued: 'waiting',
  planned: 'not sent yet',
};

/** How a table stands: a mark and a word, never a colour alone. */
export function standingOf({ standing, errorCode, supersededBy, fullBecause }: ReportedTable): Markup {
  const more = [
    errorCode !== undefined && html`<code>${errorCode}</code>`,
    supersededBy !== undefined && html`<span class="quiet">by run ${supersededBy}</span>`,
    fullBecause !== undefined && html`<span class="quiet">landed whole: ${fullBecause.replaceAll('-', ' ')}</span>`,
  ].filter((each) => each !== false);
  return html`<span class="outcome"><span class="standing ${standing}">${WORDS[standing]}</span>${more.map((each) => html` ${each}`)}</span>`;
}

/** The time of day, with the day where it is not that of the run. */
export function momentOf(iso: string | undefined, runDay: string): Markup | undefined {
  if (iso === undefined) return undefined;
  const day = dayText(iso);
  return html`<time datetime="${iso}">${day !== runDay && `${day.slice(0, -5)}, `}${clockText(iso)}</time>`;
}

/** Against the median of the earlier runs, with a mark when somebody should look. */
export function changeOf({ rows, change }: ReportedTable): Markup | string | undefined {
  if (change === undefined) return undefined;
  const text = changeText(rows, change.medianRows);
  if (change.verdict === 'usual') return text;
  return html`<strong class="flag">${change.verdict === 'emptied' ? 'no rows' : text}</strong>`;
}

/** A figure of what landed; a dash where nothing could. */
export function landedFigure(figureOf: (table: ReportedTable) => number, textOf: (figure: number) => string = count) {
  return (table: ReportedTable) => {
    const hasLanded = table.standing === 'landed' || table.standing === 'empty' || table.rows > 0;
    return hasLanded ? textOf(figureOf(table)) : '–';
  };
}
