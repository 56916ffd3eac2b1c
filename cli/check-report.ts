import { wrapped } from '../shared/alert/email-text.ts';
import type { InvalidConfigError } from '../shared/config/problems.ts';
import type { LandfallError } from '../shared/core/errors.ts';
import type { CheckedColumn } from '../shared/flow/check-columns.ts';
import { type Finding, gravest } from '../shared/flow/check-finding.ts';
import type { TableCheck } from '../shared/flow/check-table.ts';
import type { SourceCheck } from '../shared/flow/check-tables.ts';
import { arrowTypeText } from './arrow-type-text.ts';
import { type Column, columnLines } from './columns.ts';
import { type Console, count, styled } from './console.ts';
import { bytesShort, rowsShort } from './sizes.ts';

const WIDTH = 80;
const DETAIL_INDENT = '      ';
/** Tables and columns that are named where the same is true of many; `--json` has them all. */
const MAX_NAMED = 5;

const MARKS = { error: ['✗', 'red'], warning: ['!', 'yellow'], fine: ['✓', 'green'] } as const;

/** What a person reads of a source: one line per table, and below it what is to be known of it. */
export function printCheck(check: SourceCheck, showsColumns: boolean, console: Console): void {
  const { out } = console;
  out.write(`\n${styled('bold', `${check.source} (${check.dialect})`, out)}\n`);
  for (const finding of check.findings) printFinding(finding, console);
  if (check.tables.length === 0) {
    if (check.findings.length === 0) out.write('  no tables yet; landfall discover --write adds some\n');
    return;
  }
  const [titles, ...lines] = columnLines(COLUMNS, check.tables, WIDTH);
  out.write(`${titles}\n`);
  for (const [index, table] of check.tables.entries()) {
    const [mark, colour] = markOf(table);
    out.write(`${lines[index]!.replace(mark, styled(colour, mark, out))}\n`);
    for (const finding of table.findings.filter((each) => !isShared(each))) printFinding(finding, console);
    if (showsColumns && table.reading !== undefined) printColumns(table.reading.columns, console);
  }
  printShared(check, console);
}

const COLUMNS: readonly Column<TableCheck>[] = [
  { title: ' ', text: (table) => markOf(table)[0] },
  { title: 'table', text: ({ table }) => table, shrinks: true },
  {
    title: 'columns',
    text: ({ reading }) => (reading === undefined ? '' : count(reading.columns.length)),
    align: 'right',
  },
  { title: 'rows', text: ({ reading }) => (reading === undefined ? '' : rowsShort(reading.rows)), align: 'right' },
  { title: 'size', text: ({ reading }) => (reading === undefined ? '' : bytesShort(reading.bytes)), align: 'right' },
  { title: 'order', text: orderText },
];

/** Room for a key or a type; `--json` has them whole. */
const CELL_WIDTH = 24;

function orderText({ reading }: TableCheck): string {
  if (reading === undefined) return '';
  if (reading.key.length === 0) return 'none, no key';
  const shown = shortened(reading.key.join(', '));
  return reading.order === 'sort' ? `${shown} (sorted)` : shown;
}

function shortened(text: string): string {
  return text.length <= CELL_WIDTH ? text : `${text.slice(0, CELL_WIDTH - 1)}…`;
}

function markOf({ findings }: TableCheck) {
  const severity = gravest(findings);
  return MARKS[severity === 'error' || severity === 'warning' ? severity : 'fine'];
}

/** Told once for all tables and columns that it is true of. */
const isShared = ({ code, severity }: Finding) => severity !== 'error' && SHARED.some(([shared]) => shared === code);

/** An error by its code, as emails and dead letters have it. */
function printFinding({ severity, code, message, remedy }: Finding, { out }: Console): void {
  const text = severity === 'error' ? `${code}: ${message}` : message;
  out.write(`${detail(text)}\n`);
  if (remedy !== undefined) out.write(`${styled('dim', detail(`→ ${remedy}`), out)}\n`);
}

/** Wrapped behind the name of the table. */
function detail(text: string): string {
  return wrapped(text, WIDTH - DETAIL_INDENT.length + 2)
    .split('\n')
    .map((line) => `${DETAIL_INDENT}${line.trimStart()}`)
    .join('\n');
}

function printColumns(columns: readonly CheckedColumn[], { out }: Console): void {
  const shown: readonly Column<CheckedColumn>[] = [
    { title: 'column', text: ({ name }) => name, shrinks: true },
    { title: 'type', text: ({ sourceType }) => shortened(sourceType) },
    { title: 'lands as', text: ({ landedType }) => arrowTypeText(landedType) },
    { title: 'values', text: ({ loss }) => (loss === null ? 'lossless' : 'see below') },
  ];
  for (const line of columnLines(shown, columns, WIDTH - 4)) out.write(`    ${line}\n`);
}

function printShared({ tables }: SourceCheck, { out }: Console): void {
  const found = tables.flatMap(({ table, findings }) =>
    findings.filter(isShared).map((finding) => ({ table, finding })),
  );
  for (const [code, prefix] of SHARED) {
    const places = found.filter(({ finding }) => finding.code === code);
    for (const [message, same] of Map.groupBy(places, ({ finding }) => finding.message)) {
      const names = same.map(({ table, finding: { column } }) => (column === undefined ? table : `${table}.${column}`));
      out.write(`\n${wrapped(`${prefix}${message}:`, WIDTH)}\n${detail(someOf(names))}\n`);
      const { remedy } = same[0]!.finding;
      if (remedy !== undefined) out.write(`${styled('dim', detail(`→ ${remedy}`), out)}\n`);
    }
  }
}

/** What is the same for many tables, and the words before it. */
const SHARED = [
  ['order-by-sort', ''],
  ['no-key', ''],
  ['value-loss', 'lands without '],
  ['VALUE_NOT_REPRESENTABLE', 'would fail the table, so that no value is lost unseen: '],
] as const;

function someOf(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`;
}

export function severities(checks: readonly SourceCheck[]): { readonly error: number; readonly warning: number } {
  const all = checks.flatMap(({ findings, tables }) => [...findings, ...tables.flatMap((table) => table.findings)]);
  const of = (severity: Finding['severity']) => all.filter((finding) => finding.severity === severity).length;
  return { error: of('error'), warning: of('warning') };
}

/** The document of `--json`; undefined for a check of the file alone. */
export function checkDocument(
  config: string,
  connected: { readonly checks: readonly SourceCheck[]; readonly problem: LandfallError | undefined } | undefined,
) {
  const { checks, problem } = connected ?? { checks: [], problem: undefined };
  const { error: errors, warning: warnings } = severities(checks);
  return {
    config,
    ok: errors === 0,
    problems: [],
    connected: connected !== undefined,
    schema_contracts_checked: connected !== undefined && problem === undefined,
    errors,
    warnings,
    sources: checks.map(({ source, dialect, findings, tables }) => ({
      source,
      dialect,
      findings,
      tables: tables.map(tableDocument),
    })),
  };
}

function tableDocument({ table, findings, reading }: TableCheck) {
  return {
    table,
    findings,
    rows: reading?.rows ?? null,
    bytes: reading?.bytes ?? null,
    key: reading?.key ?? [],
    key_from: reading?.keyFrom ?? null,
    order: reading?.order ?? null,
    columns: (reading?.columns ?? []).map(({ name, sourceType, landedType, loss }) => ({
      name,
      source_type: sourceType,
      landed_type: landedType,
      loss,
    })),
  };
}

/** The same for a configuration with mistakes. */
export function problemDocument(config: string, { problems }: InvalidConfigError) {
  return {
    config,
    ok: false,
    problems: problems.map(({ line = null, column = null, path, message }) => ({ line, column, path, message })),
    connected: false,
    schema_contracts_checked: false,
    errors: problems.length,
    warnings: 0,
    sources: [],
  };
}
