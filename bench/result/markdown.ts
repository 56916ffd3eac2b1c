import { tableNamed, unitRowsOf } from '../land/tables.ts';
import { comparisonsMarkdown } from './comparisons.ts';
import { markdownTable, mebibytes, seconds } from './markdown-table.ts';
import { databaseName, rowsText } from './names.ts';
import { type BenchResults, figuresOf, type SubjectResult, subjectOf, type TableResult, timesCpu } from './results.ts';

/** What everyone is compared with. */
const CHIEF_SUBJECT = 'landfall-parquet';

/**
 * A run as Markdown: where it was measured, the ratios, and a table with a chart for each table that was landed. The charts
 * are looked for in `chartFolder`.
 */
export function resultsMarkdown(results: BenchResults, chartFolder = '.'): string {
  const tables = results.tables.map((table) => tableMarkdown(table, chartFolder));
  const parts = [headMarkdown(results), comparisonsMarkdown(results.tables), ...tables];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headMarkdown({ rounds, machine, at, versions }: BenchResults): string {
  const pinned = machine.pinnedCpus === null ? '' : `, subjects kept to ${machine.pinnedCpus}`;
  const versionsText = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const measured = `Measured ${at.slice(0, 10)} with Node ${machine.node} on ${machine.cpus}${pinned}: medians of ${rounds} rounds in turns.`;
  return versionsText.length === 0 ? measured : `${measured} Versions: ${versionsText.join(', ')}.`;
}

const COLUMNS = [
  'subject',
  "times Landfall's CPU",
  'CPU s',
  'range',
  'n',
  'wall s',
  'peak RSS MiB',
  'MB written',
  'rows checked',
];

/** The file of a table's chart. */
export function tableChartFile({ dialect, table }: TableResult): string {
  return `${dialect}-${table}.svg`;
}

export function tableMarkdown(result: TableResult, chartFolder = '.'): string {
  const { dialect, table, title, rows, subjects, missing } = result;
  const chief = subjectOf(result, CHIEF_SUBJECT);
  const unitRows = unitRowsOf(tableNamed(table));
  const heading = `${databaseName(dialect)}, ${table}: ${title}`;
  return [
    `### ${heading}`,
    '',
    `${rowsText(rows)} rows; seconds are for ${rowsText(unitRows)} rows.`,
    '',
    markdownTable(
      COLUMNS,
      subjects.map((subject) => cellsOf(subject, unitRows, timesCpu(chief, subject))),
    ),
    ...(missing.length === 0 ? [] : ['', ...missing.map(({ name, reason }) => `Not measured: ${name}: ${reason}.`)]),
    '',
    `![CPU seconds of each subject: ${heading}](${chartFolder}/${tableChartFile(result)})`,
  ].join('\n');
}

const OUTPUT: Readonly<Record<SubjectResult['output'], string>> = { same: 'yes', nothing: '', 'not-checked': 'no' };

function cellsOf(subject: SubjectResult, unitRows: number, times: number | undefined): string[] {
  const { cpuSeconds, cpuRange, wallSeconds, peakRssBytes, bytes } = figuresOf(subject, unitRows);
  return [
    subject.group === 'landfall' ? `**${subject.title}**` : subject.title,
    times === undefined ? '' : times.toFixed(2),
    seconds(cpuSeconds),
    `${seconds(cpuRange[0])}–${seconds(cpuRange[1])}`,
    String(subject.costs.length),
    seconds(wallSeconds),
    mebibytes(peakRssBytes),
    bytes === 0 ? '' : (bytes / 1e6).toFixed(1),
    OUTPUT[subject.output],
  ];
}
