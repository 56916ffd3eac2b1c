import type { RunReport, TypeWarning } from '../model.ts';
import { counted } from '../text/figures.ts';
import { html, type Markup } from '../text/html.ts';
import { nameOf, prose } from './parts.ts';
import { tableRegion } from './table-region.ts';

const MAX_WARNINGS = 200;

/** Columns that lost something, or landed as text, and the setting that changes it. */
export function typeSection({ typeWarnings }: RunReport): Markup {
  return tableRegion<TypeWarning>({
    label: 'Columns with a warning of the type contract',
    noun: 'column',
    rows: typeWarnings,
    stacks: true,
    maxRows: MAX_WARNINGS,
    columns: [
      { title: 'Table', cell: ({ table }) => nameOf(table) },
      { title: 'Column', cell: ({ column }) => nameOf(column) },
      { title: 'Type', cell: ({ sourceType }) => html`<code>${sourceType}</code>` },
      { title: 'Landed as', cell: ({ landedType }) => html`<code>${landedType}</code>` },
      { title: 'What happened', cell: happened },
      {
        title: 'Setting',
        cell: ({ remedy }) => (remedy === undefined ? '–' : html`<span class="setting">${prose(remedy)}</span>`),
      },
    ],
  });
}

function happened({ values, loss }: TypeWarning): Markup {
  const who = values === undefined ? 'All values' : counted(values, 'value');
  return html`<span class="message">${who} ${loss}.</span>`;
}
