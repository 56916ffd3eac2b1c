import { BACKGROUND, drawing, element, FAINT, label, round, SOFT } from './svg.ts';
import { linearTicks, shortNumber } from './ticks.ts';

export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface LineChart {
  readonly title: string;
  /** What grows, and what is measured, with their units. */
  readonly xAxis: string;
  readonly yAxis: string;
  /** Equal factors at equal steps, with the points' own numbers on the axis; for what grows by factors. */
  readonly xScale: 'linear' | 'log';
  readonly lines: readonly Line[];
}

const WIDTH = 800;
const HEIGHT = 360;
const LEFT = 70;
const RIGHT = 24;
const TOP = 84;
const BOTTOM = 54;

/** Lines with a mark at each point, over an axis that begins at 0. */
export function lineChart({ title, xAxis, yAxis, xScale, lines }: LineChart): string {
  const points = lines.flatMap((line) => line.points);
  const xs = points.map((point) => point.x);
  const yTicks = linearTicks(Math.max(...points.map((point) => point.y), 0));
  const xTicks = xScale === 'log' ? [...new Set(xs)].sort((a, b) => a - b) : linearTicks(Math.max(...xs));
  const x = placer(xTicks, LEFT, WIDTH - RIGHT, xScale);
  const y = placer(yTicks, HEIGHT - BOTTOM, TOP, 'linear');
  const grid = [
    ...yTicks.flatMap((tick) => [
      element('line', { x1: LEFT, x2: WIDTH - RIGHT, y1: round(y(tick)), y2: round(y(tick)), stroke: FAINT }),
      label(shortNumber(tick), LEFT - 8, y(tick) + 4, { anchor: 'end', fill: SOFT, 'font-size': 11 }),
    ]),
    ...xTicks.map((tick) =>
      label(shortNumber(tick), x(tick), HEIGHT - BOTTOM + 18, { anchor: 'middle', fill: SOFT, 'font-size': 11 }),
    ),
  ];
  return drawing(WIDTH, HEIGHT, title, [
    label(title, 16, 26, { 'font-size': 16, 'font-weight': 600 }),
    ...legend(lines),
    label(yAxis, 16, TOP - 14, { fill: SOFT, 'font-size': 12 }),
    ...grid,
    ...lines.flatMap((line) => drawn(line, x, y)),
    label(xAxis, WIDTH - RIGHT, HEIGHT - 12, { anchor: 'end', fill: SOFT, 'font-size': 12 }),
  ]);
}

type Place = (value: number) => number;

function placer(ticks: readonly number[], from: number, to: number, scale: 'linear' | 'log'): Place {
  const on = (value: number) => (scale === 'log' ? Math.log10(value) : value);
  const [least, most] = [on(ticks[0]!), on(ticks.at(-1)!)];
  // One point alone stands in the middle.
  if (most === least) return () => (from + to) / 2;
  return (value) => from + ((on(value) - least) / (most - least)) * (to - from);
}

function drawn({ points, colour }: Line, x: Place, y: Place): string[] {
  const places = points.map((point) => [round(x(point.x)), round(y(point.y))] as const);
  const path = places.map((place) => place.join(',')).join(' ');
  return [
    element('polyline', { points: path, fill: 'none', stroke: colour, 'stroke-width': 2 }),
    ...places.map(([cx, cy]) =>
      element('circle', { cx, cy, r: 3.5, fill: BACKGROUND, stroke: colour, 'stroke-width': 2 }),
    ),
  ];
}

const LEGEND_CHARACTER = 7;

function legend(lines: readonly Line[]): string[] {
  let left = 16;
  return lines.flatMap(({ name, colour }) => {
    const at = left;
    left += 34 + name.length * LEGEND_CHARACTER;
    return [
      element('line', { x1: at, x2: at + 18, y1: 44, y2: 44, stroke: colour, 'stroke-width': 3 }),
      label(name, at + 24, 48, { 'font-size': 12 }),
    ];
  });
}
