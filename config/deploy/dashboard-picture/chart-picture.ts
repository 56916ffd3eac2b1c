import type { ChartProperties } from '../dashboard-widgets.ts';
import { FIRST_HOUR, POINTS } from './sample-night.ts';
import type { Series } from './sample-series.ts';
import { ALARM_COLOR, type Box, COLORS, FAINT, label, line, n, rectangle } from './svg.ts';

export interface PictureLine {
  readonly name: string;
  readonly series: Series;
}

const AXIS_WIDTH = 38;
const AXIS_HEIGHT = 16;
const LEGEND_HEIGHT = 18;
/** Wide charts have room for a tick every four hours. */
const WIDE = 200;
const LETTER_WIDTH = 5.2;
const POINTS_PER_HOUR = 12;

/** One chart in the box below its title. */
export function chartPicture(box: Box, chart: ChartProperties, lines: readonly PictureLine[]): string {
  const plot = {
    x: box.x + AXIS_WIDTH,
    y: box.y + 6,
    width: box.width - AXIS_WIDTH - 6,
    height: box.height - AXIS_HEIGHT - LEGEND_HEIGHT - 6,
  };
  const limits = chart.annotations?.horizontal ?? [];
  const shown = chart.stacked ? stacked(lines) : lines;
  const values = [
    ...shown.flatMap(({ series }) => series.map((value) => value ?? 0)),
    ...limits.map(({ value }) => value),
  ];
  const top = niceTop(values.reduce((max, value) => Math.max(max, value), 0));
  const yOf = (value: number) => plot.y + plot.height * (1 - value / top);
  const drawn = shown.map(({ series }, index) =>
    curve(series, plot, yOf, COLORS[index % COLORS.length]!, chart.stacked),
  );
  return [
    ...axes(plot, top, yOf),
    ...(chart.stacked ? drawn.toReversed() : drawn),
    ...limits.flatMap(({ label: name, value }) => [
      line(plot.x, yOf(value), plot.x + plot.width, yOf(value), ALARM_COLOR, '4 3'),
      label(plot.x + plot.width - 2, yOf(value) - 3, name, { size: 10, color: ALARM_COLOR, anchor: 'end' }),
    ]),
    legend(box, lines),
  ].join('\n');
}

/** Each series on top of those before it. */
function stacked(lines: readonly PictureLine[]): PictureLine[] {
  const sums = Array.from({ length: POINTS }, () => 0);
  return lines.map(({ name, series }) => ({
    name,
    series: series.map((value, point) => {
      sums[point] = (sums[point] ?? 0) + (value ?? 0);
      return sums[point];
    }),
  }));
}

function axes(plot: Box, top: number, yOf: (value: number) => number): string[] {
  const levels = [0, top / 2, top].flatMap((value) => [
    line(plot.x, yOf(value), plot.x + plot.width, yOf(value)),
    label(plot.x - 4, yOf(value) + 4, short(value), { size: 10, color: FAINT, anchor: 'end' }),
  ]);
  const hoursApart = plot.width >= WIDE ? 4 : 6;
  const hours = Array.from({ length: POINTS / POINTS_PER_HOUR / hoursApart + 1 }, (_, tick) => {
    const hour = tick * hoursApart;
    const x = plot.x + (plot.width * hour * POINTS_PER_HOUR) / POINTS;
    const anchor = tick === 0 ? 'start' : hour * POINTS_PER_HOUR >= POINTS ? 'end' : 'middle';
    const clock = `${String((FIRST_HOUR + hour) % 24).padStart(2, '0')}:00`;
    return label(x, plot.y + plot.height + 13, clock, { size: 10, color: FAINT, anchor });
  });
  return [...levels, ...hours];
}

function curve(series: Series, plot: Box, yOf: (value: number) => number, color: string, filled: boolean): string {
  const xOf = (point: number) => plot.x + (plot.width * point) / (POINTS - 1);
  if (filled) {
    const tops = series.map((value, point) => `${n(xOf(point))},${n(yOf(value ?? 0))}`).join(' ');
    return `<polygon points="${n(xOf(0))},${n(yOf(0))} ${tops} ${n(xOf(POINTS - 1))},${n(yOf(0))}" fill="${color}"/>`;
  }
  const steps = series.flatMap((value, point) => {
    if (value === null) return [];
    const isFirst = point === 0 || series[point - 1] === null;
    return [`${isFirst ? 'M' : 'L'}${n(xOf(point))} ${n(yOf(value))}`];
  });
  return `<path d="${steps.join('')}" fill="none" stroke="${color}" stroke-width="1.5"/>`;
}

function legend({ x, y, height }: Box, lines: readonly PictureLine[]): string {
  let left = x;
  return lines
    .map(({ name }, index) => {
      const mark = rectangle({ x: left, y: y + height - 13, width: 8, height: 8 }, COLORS[index % COLORS.length]!);
      const entry = mark + label(left + 11, y + height - 5, name, { size: 10, color: FAINT });
      left += 19 + name.length * LETTER_WIDTH;
      return entry;
    })
    .join('\n');
}

/** A round number at or above the largest value. */
function niceTop(max: number): number {
  if (max === 0) return 1;
  const unit = 10 ** Math.floor(Math.log10(max * 1.05));
  const step = [1, 2, 4, 6, 8, 10].find((each) => each * unit >= max * 1.05) ?? 10;
  return step * unit;
}

function short(value: number): string {
  if (value >= 1e9) return `${n(value / 1e9)}G`;
  if (value >= 1e6) return `${n(value / 1e6)}M`;
  if (value >= 1e3) return `${n(value / 1e3)}k`;
  return value >= 1 || value === 0 ? n(value) : String(Number(value.toPrecision(2)));
}
