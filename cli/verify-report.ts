import { oneLine, wrapped } from '../shared/alert/email-text.ts';
import type { Problem, VerifiedTable, VerifyReport } from '../shared/flow/verify-report.ts';
import { columnLines } from './columns.ts';
import { type Console, count, megabytes, styled } from './console.ts';

const WIDTH = 80;

/** How a verification was asked for, and what it took. */
export interface Circumstances {
  readonly run: string | undefined;
  readonly place: string;
  readonly bytesRead: number;
  readonly seconds: number;
}

export function hasProblems({ tables }: VerifyReport): boolean {
  return tables.some(({ problems }) => problems.length > 0);
}

/** What a person reads: a line for each table, then every problem, then what it comes to. */
export function printVerification(report: VerifyReport, circumstances: Circumstances, console: Console): void {
  const write = (line: string) => console.out.write(`${line}\n`);
  const { tables } = report;
  const { run, place } = circumstances;
  const runIds = [...new Set(tables.map(({ runId }) => runId))];
  const onlyRun = runIds.length === 1 ? runIds[0] : undefined;
  write(`${run === undefined ? 'What readers see' : `Run ${onlyRun ?? run}`} in ${place}`);
  if (run === undefined && onlyRun !== undefined) write(`  of run ${onlyRun}`);
  const isOneSource = new Set(tables.map(({ source }) => source)).size === 1;
  const columns = [
    { title: '', text: markOf },
    {
      title: 'table',
      text: ({ source, table }: VerifiedTable) => oneLine(isOneSource ? table : `${source} ${table}`),
      shrinks: true,
    },
    // Of one only the heading tells.
    ...(runIds.length === 1 ? [] : [{ title: 'run', text: ({ runId }: VerifiedTable) => runId ?? '-' }]),
    { title: 'files', text: ({ files }: VerifiedTable) => count(files), align: 'right' },
    { title: 'rows', text: ({ rows }: VerifiedTable) => count(rows), align: 'right' },
    { title: 'size', text: ({ bytes }: VerifiedTable) => megabytes(bytes), align: 'right' },
    { title: 'result', text: resultOf },
  ] as const;
  for (const line of columnLines(columns, tables)) write(withColour(line, console));
  for (const table of tables) printFindings(table, console);
  write('');
  write(verdictOn(report, circumstances, console));
}

const MARKS: Readonly<Record<VerifiedTable['status'], string>> = {
  ok: '✓',
  differs: '✗',
  'not-landed': '–',
  removed: '–',
};

function markOf({ status }: VerifiedTable): string {
  return MARKS[status];
}

function resultOf(table: VerifiedTable): string {
  const { status, problems, comparison, standing } = table;
  switch (status) {
    case 'ok':
      return comparison === undefined ? 'ok' : 'ok, as source';
    case 'differs':
      return amountOf(problems.length, 'problem');
    case 'removed':
      return 'removed';
    default:
      return standing === undefined ? 'not landed' : `not landed: ${standing}`;
  }
}

/** Behind the layout, which counts characters. */
function withColour(line: string, { out }: Console): string {
  const mark = line.slice(2, 3);
  if (mark !== '✓' && mark !== '✗') return line;
  return `  ${styled(mark === '✓' ? 'green' : 'red', mark, out)}${line.slice(3)}`;
}

function printFindings({ source, table, problems, notes }: VerifiedTable, console: Console): void {
  if (problems.length + notes.length === 0) return;
  const mark = problems.length > 0 ? styled('red', '✗', console.out) : '–';
  console.out.write(`\n${mark} ${source} ${oneLine(table)}\n`);
  const byKey = Map.groupBy(problems, ({ key }) => key);
  for (const [key, group] of byKey) {
    if (key !== undefined) console.out.write(`  ${oneLine(key)}\n`);
    for (const { message } of group) writeWrapped(message, key === undefined ? 2 : 4, console);
  }
  for (const note of notes) writeWrapped(note, 2, console);
}

function writeWrapped(text: string, indent: number, console: Console): void {
  console.out.write(`${wrapped(oneLine(text), WIDTH, ' '.repeat(indent))}\n`);
}

function verdictOn({ tables }: VerifyReport, { bytesRead, seconds }: Circumstances, { out }: Console): string {
  const of = (status: VerifiedTable['status']) => tables.filter((table) => table.status === status);
  const [ok, differing] = [of('ok'), of('differs')];
  const words = [styled('green', `${count(ok.length)} ok`, out)];
  if (differing.length > 0) {
    const problems = differing.reduce((sum, table) => sum + table.problems.length, 0);
    const text = `${count(differing.length)} with ${amountOf(problems, 'problem')}`;
    words.push(styled('red', text, out));
  }
  const [absent, removed] = [of('not-landed').length, of('removed').length];
  if (absent > 0) words.push(`${count(absent)} not landed`);
  if (removed > 0) words.push(`${count(removed)} removed`);
  const total = amountOf(tables.length, 'table');
  return `${total}: ${words.join(', ')}; read ${megabytes(bytesRead)} in ${seconds.toFixed(1)} s`;
}

function amountOf(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** The document of `--json`. */
export function verificationDocument(report: VerifyReport, { run, bytesRead, seconds }: Circumstances) {
  return {
    run: run ?? null,
    verified_at: report.verifiedAt,
    ok: !hasProblems(report),
    bytes_read: bytesRead,
    seconds,
    tables: report.tables.map(tableDocument),
  };
}

function tableDocument({ source, table, runId, runs, status, standing, comparison, ...found }: VerifiedTable) {
  return {
    source,
    table,
    run_id: runId ?? null,
    runs,
    status,
    standing: standing ?? null,
    files: found.files,
    rows: found.rows,
    bytes: found.bytes,
    problems: found.problems.map(problemDocument),
    notes: found.notes,
    comparison:
      comparison === undefined
        ? null
        : {
            run_id: comparison.runId,
            landed_at: comparison.landedAt,
            compared_at: comparison.comparedAt,
            landed_rows: comparison.landedRows,
            source_rows: comparison.sourceRows,
            landed_checksum: comparison.landedChecksum,
            source_checksum: comparison.sourceChecksum,
          },
  };
}

function problemDocument({ kind, key, message }: Problem) {
  return { kind, key: key ?? null, message };
}
