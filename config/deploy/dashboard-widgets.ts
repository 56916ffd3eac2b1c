import type { Metric } from './alarm.ts';

/** Of the grid that widgets stand on. */
export const COLUMNS = 24;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One line of a chart: namespace, name, dimensions as names and values, and how it looks. */
export type MetricLine = readonly (string | MetricLook)[];

export interface MetricLook {
  readonly label: string;
  readonly stat?: 'Sum' | 'Maximum' | 'Average';
  readonly yAxis?: 'right';
  readonly color?: string;
}

export interface ChartProperties {
  readonly title: string;
  readonly region: string;
  readonly view: 'timeSeries';
  readonly stacked: boolean;
  readonly stat: 'Sum' | 'Maximum' | 'Average';
  readonly period: number;
  readonly metrics: readonly MetricLine[];
  readonly yAxis: { readonly left: { readonly min: 0; readonly showUnits: false; readonly label?: string } };
  readonly annotations?: { readonly horizontal: readonly { readonly label: string; readonly value: number }[] };
}

export interface QueryProperties {
  readonly title: string;
  readonly region: string;
  readonly view: 'table';
  readonly query: string;
}

export interface AlarmListProperties {
  readonly title: string;
  readonly alarms: readonly string[];
}

/** A widget before it has its place. */
export type Content =
  | { readonly type: 'text'; readonly properties: { readonly markdown: string } }
  | { readonly type: 'metric'; readonly properties: ChartProperties }
  | { readonly type: 'log'; readonly properties: QueryProperties }
  | { readonly type: 'alarm'; readonly properties: AlarmListProperties };

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export type Widget = Content & Place;

export interface DashboardBody {
  readonly start: string;
  readonly periodOverride: 'inherit';
  readonly widgets: readonly Widget[];
}

/** CloudFormation fills in what stands in braces. */
export const REGION = `\${AWS::Region}`;

/** A text of the configuration, of which CloudFormation fills in nothing. */
export function literal(text: string): string {
  return text.replaceAll('${', '${!');
}

export interface ChartPlan {
  readonly title: string;
  readonly stat: ChartProperties['stat'];
  readonly lines: readonly { readonly metric: Metric; readonly look: MetricLook }[];
  readonly stacked?: boolean;
  /** A level that the lines are to be compared with. */
  readonly limit?: { readonly label: string; readonly value: number } | undefined;
  readonly unit?: string;
}

/** Points of the charts lie so far apart; a night fits into one screen. */
const PERIOD_SECONDS = 300;

export function chart({ title, stat, lines, stacked = false, limit, unit }: ChartPlan): Content {
  return {
    type: 'metric',
    properties: {
      title,
      region: REGION,
      view: 'timeSeries',
      stacked,
      stat,
      period: PERIOD_SECONDS,
      metrics: lines.map(({ metric, look }) => metricLine(metric, look)),
      yAxis: { left: { min: 0, showUnits: false, ...(unit !== undefined && { label: unit }) } },
      ...(limit !== undefined && { annotations: { horizontal: [limit] } }),
    },
  };
}

function metricLine({ namespace, name, dimensions }: Metric, look: MetricLook): MetricLine {
  return [namespace, name, ...Object.entries(dimensions).flatMap(([key, value]) => [key, String(value)]), look];
}

export function text(markdown: string): Content {
  return { type: 'text', properties: { markdown } };
}

/** Widgets of one height beside each other; each row of them has all columns. */
export interface Row {
  readonly height: number;
  readonly cells: readonly Content[];
}

/** Puts rows below each other. @throws RangeError for a row whose cells do not share the columns evenly */
export function placed(rows: readonly Row[]): Widget[] {
  let y = 0;
  return rows.flatMap(({ height, cells }) => {
    const width = COLUMNS / cells.length;
    if (!Number.isInteger(width)) throw new RangeError(`${cells.length} widgets do not share ${COLUMNS} columns.`);
    const widgets = cells.map((cell, index): Widget => ({ ...cell, x: index * width, y, width, height }));
    y += height;
    return widgets;
  });
}
