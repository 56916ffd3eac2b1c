import type {
  AlarmListProperties,
  ChartProperties,
  MetricLook,
  QueryProperties,
  Widget,
} from '../dashboard-widgets.ts';
import { chartPicture } from './chart-picture.ts';
import type { SampleNight } from './sample-night.ts';
import { sampleSeries } from './sample-series.ts';
import { landedTable, type SampleTable, troubleTable } from './sample-tables.ts';
import { ALARM_COLOR, type Box, cut, escaped, FAINT, label, line, rectangle } from './svg.ts';

const TITLE_HEIGHT = 24;
const ROW_HEIGHT = 21;

/** Between the columns of a table, in letters. */
const COLUMN_GAP = 3;

/** What of the sample data a widget may show. */
export interface Sample {
  readonly stage: string;
  readonly nights: readonly SampleNight[];
  /** Ends of the names of alarms that are off in the made-up night. */
  readonly off: readonly string[];
}

export function widgetPicture(box: Box, widget: Widget, sample: Sample): string {
  if (widget.type === 'text') return textPicture(box, widget.properties.markdown);
  const { title } = widget.properties;
  const inner = { x: box.x + 6, y: box.y + TITLE_HEIGHT, width: box.width - 12, height: box.height - TITLE_HEIGHT - 4 };
  return [
    rectangle(box, '#ffffff', '#d5dbdb'),
    label(box.x + 8, box.y + 17, cut(title, box.width - 12, 13), { size: 13, bold: true }),
    inside(inner, widget, sample),
  ].join('\n');
}

function inside(box: Box, widget: Exclude<Widget, { type: 'text' }>, sample: Sample): string {
  switch (widget.type) {
    case 'metric':
      return chartOf(box, widget.properties, sample);
    case 'log':
      return tableOf(box, widget.properties, sample);
    case 'alarm':
      return alarmsOf(box, widget.properties, sample);
  }
}

function textPicture({ x, y, width }: Box, markdown: string): string {
  const [first = '', ...rest] = markdown.split('\n');
  const isTitle = first.startsWith('# ');
  const size = isTitle ? 20 : 15;
  return [
    label(x + 4, y + size + 4, cut(first.replace(/^#+ /, ''), width, size), { size, bold: true }),
    ...rest.map((text, index) =>
      label(x + 4, y + size + 24 + index * 16, cut(text, width, 12), { size: 12, color: FAINT }),
    ),
  ].join('\n');
}

function chartOf(box: Box, chart: ChartProperties, { nights }: Sample): string {
  const lines = chart.metrics.map((metric) => {
    const [, name, , value] = metric as string[];
    const look = metric.at(-1) as unknown as MetricLook;
    const night = nightOf(nights, name!, value);
    return { name: look.label, series: sampleSeries(night, sampleName(name!, night, value)) };
  });
  return chartPicture(box, chart, lines);
}

/** The metric's own name ends with the source, or a dimension is the source or a name that ends with it. */
function nightOf(nights: readonly SampleNight[], name: string, value: unknown): SampleNight {
  const places = [name, typeof value === 'string' ? value.replace(/-dlq$/, '') : ''];
  const found = nights.find(({ source }) =>
    places.some((place) => place === source.name || place.endsWith(`-${source.name}`)),
  );
  if (found === undefined) throw new RangeError(`The picture knows no source of the metric ${name}.`);
  return found;
}

function sampleName(name: string, { source }: SampleNight, value: unknown): string {
  if (typeof value === 'string' && value.endsWith('-dlq')) return 'DeadLetters';
  return name.endsWith(`-${source.name}`) ? name.slice(0, -source.name.length - 1) : name;
}

function tableOf({ x, y, width, height }: Box, { query }: QueryProperties, { nights }: Sample): string {
  const { columns, rows }: SampleTable = query.includes('error_code') ? troubleTable(nights) : landedTable(nights);
  const shown = rows.slice(0, Math.floor(height / ROW_HEIGHT) - 1);
  const longest = columns.map((_, column) =>
    [columns, ...shown].reduce((max, row) => Math.max(max, row[column]!.length), 0),
  );
  const letters = longest.reduce((sum, length) => sum + length + COLUMN_GAP, 0);
  const xOf = (column: number) =>
    x + 4 + (width / letters) * longest.slice(0, column).reduce((sum, length) => sum + length + COLUMN_GAP, 0);
  const cells = (row: readonly string[], top: number, bold: boolean) =>
    row.map((cell, column) => label(xOf(column), top + 14, cell, { size: 11.5, bold }));
  return [
    ...cells(columns, y, true),
    ...shown.flatMap((row, index) => {
      const top = y + (index + 1) * ROW_HEIGHT;
      return [line(x, top, x + width, top), ...cells(row, top, false)];
    }),
  ].join('\n');
}

const TILES_PER_ROW = 6;

function alarmsOf({ x, y, width, height }: Box, { alarms }: AlarmListProperties, { stage, off }: Sample): string {
  const rows = Math.ceil(alarms.length / TILES_PER_ROW);
  const [tileWidth, tileHeight] = [width / TILES_PER_ROW, height / rows];
  return alarms
    .map((arn, index) => {
      const name = arn.split(`:alarm:landfall-${stage}-`).at(-1) ?? arn;
      const isOff = off.includes(name);
      const tile = {
        x: x + (index % TILES_PER_ROW) * tileWidth + 2,
        y: y + Math.floor(index / TILES_PER_ROW) * tileHeight + 2,
        width: tileWidth - 4,
        height: tileHeight - 4,
      };
      const color = isOff ? ALARM_COLOR : '#1d8102';
      return [
        rectangle(tile, isOff ? '#fdf3f1' : '#f6faf5', color),
        `<circle cx="${tile.x + 12}" cy="${tile.y + tile.height / 2}" r="4" fill="${color}"/>`,
        label(tile.x + 22, tile.y + tile.height / 2 + 4, cut(escaped(name), tile.width - 26, 11.5), { size: 11.5 }),
      ].join('');
    })
    .join('\n');
}
