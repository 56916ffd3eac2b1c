import { type BenchResults, figuresOf, ratiosOf, type SubjectResult, type TableResult } from './results.ts';

const MIB = 1024 * 1024;

/** A run as Markdown: a table for each table, best first within landfall, peers and floors. */
export function resultsMarkdown({ tables, rounds, machine, at }: BenchResults): string {
  const pinned = machine.pinnedCpus === null ? '' : `, subjects kept to ${machine.pinnedCpus}`;
  const head = `Measured ${at.slice(0, 10)} with Node ${machine.node} on ${machine.cpus}${pinned}: medians of ${rounds} rounds in turns.`;
  return `${[head, ...tables.map(tableMarkdown)].join('\n\n')}\n`;
}

const COLUMNS = ['subject', 'CPU s', 'range', 'wall s', 'peak RSS MiB', 'MB written', "of Landfall's CPU"];

export function tableMarkdown(result: TableResult): string {
  const { dialect, table, title, rows, subjects, missing } = result;
  const ratios = ratiosOf(result);
  const lines = subjects.map((subject) => rowText(subject, ratios.get(subject.name)));
  return [
    `### ${dialect === 'mssql' ? 'SQL Server' : 'PostgreSQL'}, ${table}: ${title}`,
    '',
    `${rows.toLocaleString('en')} rows; seconds are per 1,000,000 rows.`,
    '',
    `| ${COLUMNS.join(' | ')} |`,
    `|---|${COLUMNS.slice(1)
      .map(() => '---:')
      .join('|')}|`,
    ...lines,
    ...(missing.length === 0 ? [] : ['', ...missing.map(({ name, reason }) => `Not measured: ${name}: ${reason}.`)]),
  ].join('\n');
}

function rowText(subject: SubjectResult, ratio: number | undefined): string {
  const { cpuPerMillion, cpuRange, wallPerMillion, peakRssBytes, bytes } = figuresOf(subject);
  const title = subject.title.replaceAll('|', '\\|');
  const cells = [
    subject.group === 'landfall' ? `**${title}**` : title,
    seconds(cpuPerMillion),
    `${seconds(cpuRange[0])}–${seconds(cpuRange[1])}`,
    seconds(wallPerMillion),
    String(Math.round(peakRssBytes / MIB)),
    bytes === 0 ? '' : (bytes / 1e6).toFixed(1),
    ratio === undefined || Number.isNaN(ratio) ? '' : ratio.toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Three digits that say something, whatever the size. */
export function seconds(value: number): string {
  if (value >= 100) return String(Math.round(value));
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
