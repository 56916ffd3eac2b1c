import { drawing, element, FAINT, INK, label, round, SOFT } from './svg.ts';
import { linearTicks, shortNumber } from './ticks.ts';

export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly colour: string;
  /** Least and most of what was measured, drawn as a thin line. */
  readonly range?: readonly [number, number];
}

export interface BarChart {
  readonly title: string;
  /** What is measured, with its unit. */
  readonly axis: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 800;
const NAMES_WIDTH = 330;
const RIGHT = 60;
const TOP = 58;
const ROW = 26;
const BAR = 17;

/** Horizontal bars with their names in front and their values behind. */
export function barChart({ title, axis, bars }: BarChart): string {
  const ticks = linearTicks(Math.max(...bars.map(({ value, range }) => Math.max(value, range?.[1] ?? 0)), 0));
  const scale = (WIDTH - NAMES_WIDTH - RIGHT) / ticks.at(-1)!;
  const bottom = TOP + bars.length * ROW + 4;
  const x = (value: number) => NAMES_WIDTH + value * scale;
  const grid = ticks.flatMap((tick) => [
    element('line', { x1: round(x(tick)), x2: round(x(tick)), y1: TOP - 4, y2: bottom, stroke: FAINT }),
    label(shortNumber(tick), x(tick), bottom + 16, { anchor: 'middle', fill: SOFT, 'font-size': 11 }),
  ]);
  const drawn = bars.flatMap(({ name, value, colour, range }, place) => {
    const middle = TOP + place * ROW + ROW / 2;
    const width = Math.max(1, value * scale);
    const end = Math.max(x(value), x(range?.[1] ?? 0));
    return [
      label(name, NAMES_WIDTH - 8, middle + 4, { anchor: 'end', 'font-size': 12 }),
      element('rect', { x: NAMES_WIDTH, y: middle - BAR / 2, width: round(width), height: BAR, fill: colour }),
      ...(range === undefined ? [] : [whisker(x(range[0]), x(range[1]), middle)]),
      label(shortNumber(value), end + 6, middle + 4, { 'font-size': 12 }),
    ];
  });
  return drawing(WIDTH, bottom + 40, title, [
    label(title, 16, 26, { 'font-size': 16, 'font-weight': 600 }),
    ...grid,
    ...drawn,
    label(axis, WIDTH - 16, bottom + 33, { anchor: 'end', fill: SOFT, 'font-size': 12 }),
  ]);
}

function whisker(from: number, to: number, y: number): string {
  return element('line', { x1: round(from), x2: round(to), y1: y, y2: y, stroke: INK, 'stroke-width': 1.5 });
}
