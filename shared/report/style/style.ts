import { Markup } from '../text/html.ts';
import { COLOURS } from './colours.ts';
import { LAYOUT } from './layout.ts';
import { PRINT } from './print.ts';
import { TABLES } from './tables.ts';
import { TIMELINE } from './timeline.ts';

/** The whole style of the page. Fixed text: nothing of a run goes into it. */
export const STYLE = new Markup(`${COLOURS}${LAYOUT}${TABLES}${TIMELINE}${PRINT}\n`);
