import { count } from './text/figures.ts';
import { html, type Markup } from './text/html.ts';

const HEIGHT = 20;
const COLUMN = 6;
const GAP = 2;

/** A run of which there is no number. */
const NOTHING_HEIGHT = 1;
const LEAST_HEIGHT = 2;

/**
 * A column for each of the last runs, and one for this run. Null: there is no number of that run.
 * @param noun what the values are, for those who do not see it
 * @param textOf how a value is written
 */
export function sparkline(
  earlier: readonly (number | null)[],
  now: number | null,
  noun: string,
  textOf: (value: number) => string = count,
): Markup | undefined {
  if (earlier.every((value) => value === null)) return undefined;
  const values = [...earlier, now];
  const most = values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
  const columns = values.map((value, index) => columnPath(index, value === null ? undefined : value / (most || 1)));
  const width = values.length * (COLUMN + GAP) - GAP;
  const said = values.map((value) => (value === null ? 'none' : textOf(value)));
  return html`<svg class="spark" role="img" aria-label="${noun} of earlier runs: ${said.slice(0, -1).join('; ')}; of this one: ${said.at(-1)}" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}"><path d="${columns.slice(0, -1).join('')}"/><path class="now" d="${columns.at(-1)}"/></svg>`;
}

function columnPath(index: number, share: number | undefined): string {
  const height = share === undefined ? NOTHING_HEIGHT : Math.max(LEAST_HEIGHT, Math.round(share * HEIGHT));
  return `M${index * (COLUMN + GAP)} ${HEIGHT}v-${height}h${COLUMN}v${height}z`;
}
