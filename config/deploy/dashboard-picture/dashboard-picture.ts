import { COLUMNS, type DashboardBody } from '../dashboard-widgets.ts';
import type { StackContext } from '../stack-context.ts';
import { sampleNights } from './sample-night.ts';
import { type Box, FAINT, FONT, label } from './svg.ts';
import { type Sample, widgetPicture } from './widget-picture.ts';

const COLUMN_WIDTH = 50;
const ROW_HEIGHT = 34;
const GUTTER = 4;
const CAPTION_HEIGHT = 30;

const CAPTION =
  "A drawing with sample data, made from the dashboard's own JSON for config/landfall.yaml: CloudWatch looks a little different.";

/** The dashboard as an SVG that shows its widgets where they are, with made-up values. */
export function dashboardPicture(body: DashboardBody, { stage, sources }: StackContext): string {
  const nights = sampleNights(sources);
  const first = nights[0]?.source.name ?? '';
  const sample: Sample = { stage, nights, off: [`${first}-dead-letters`, `${first}-errors`] };
  const width = COLUMNS * COLUMN_WIDTH;
  const rows = body.widgets.reduce((max, { y, height }) => Math.max(max, y + height), 0);
  const height = CAPTION_HEIGHT + rows * ROW_HEIGHT + GUTTER;
  const boxOf = ({ x, y, width: columns, height: lines }: Box): Box => ({
    x: x * COLUMN_WIDTH + GUTTER,
    y: CAPTION_HEIGHT + y * ROW_HEIGHT + GUTTER,
    width: columns * COLUMN_WIDTH - 2 * GUTTER,
    height: lines * ROW_HEIGHT - 2 * GUTTER,
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="${FONT}" role="img">`,
    `<title>${CAPTION}</title>`,
    `<rect width="${width}" height="${height}" fill="#fafafa"/>`,
    label(GUTTER * 2, 20, CAPTION, { size: 12.5, color: FAINT }),
    ...body.widgets.map((widget) => widgetPicture(boxOf(widget), widget, sample)),
    '</svg>',
    '',
  ].join('\n');
}
