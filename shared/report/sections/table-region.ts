import { counted } from '../text/figures.ts';
import { html, type Markup } from '../text/html.ts';

export interface ReportColumn<Row> {
  readonly title: string;
  /** `number`: aligned right, so that digits stand below digits. */
  readonly kind?: 'number' | 'text';
  readonly cell: (row: Row) => Markup | string | undefined;
}

export interface TableRegion<Row> {
  /** Of the region, for those who cannot see where it begins. */
  readonly label: string;
  /** The first one names the row. */
  readonly columns: readonly [ReportColumn<Row>, ...ReportColumn<Row>[]];
  readonly rows: readonly Row[];
  readonly maxRows: number;
  /** What a row is: `table`. */
  readonly noun: string;
  /** On a narrow screen the cells of a row lie below each other. */
  readonly stacks?: boolean;
  /** Draws attention to a row, or says that it is the current one. */
  readonly mark?: (row: Row) => 'bad' | 'current' | undefined;
}

/** A table that scrolls within itself where it is wider than the page, by touch and by the keyboard. */
export function tableRegion<Row>(region: TableRegion<Row>): Markup {
  const { label, columns, rows, maxRows, noun, stacks } = region;
  const left = rows.length - maxRows;
  const titles = columns.map(({ title, kind }) => html`<th scope="col"${numberClass(kind)}>${title}</th>`);
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
<table${stacks === true && html` class="stacks"`}>
<thead><tr>${titles}</tr></thead>
<tbody>${rows.slice(0, maxRows).map((row) => rowOf(row, region))}
</tbody>
</table>
</div>${left > 0 && html`<p class="more">${counted(left, `more ${noun}`)} not shown.</p>`}`;
}

function rowOf<Row>(row: Row, { columns, stacks, mark }: TableRegion<Row>): Markup {
  const [named, ...others] = columns;
  const cells = others.map(
    ({ title, kind, cell }) =>
      html`<td${numberClass(kind)}${stacks === true && html` data-title="${title}"`}>${cell(row)}</td>`,
  );
  return html`
<tr${rowMark(mark?.(row))}><th scope="row">${named.cell(row)}</th>${cells}</tr>`;
}

function numberClass(kind: 'number' | 'text' | undefined): Markup | undefined {
  return kind === 'number' ? html` class="number"` : undefined;
}

function rowMark(mark: 'bad' | 'current' | undefined): Markup | undefined {
  if (mark === undefined) return undefined;
  return mark === 'bad' ? html` class="bad"` : html` class="current" aria-current="true"`;
}
