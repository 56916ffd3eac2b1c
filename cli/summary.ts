import type { TableReport } from '../local/run/report.ts';
import { wrapped } from '../shared/alert/email-text.ts';
import { valueLossOf } from '../shared/core/value-loss.ts';
import { type Console, count, megabytes, styled } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

const WIDTH = 80;

export function exitCodeOf(tables: readonly TableReport[]): ExitCode {
  return tables.some(({ status }) => status === 'failed' || status === 'unfinished') ? EXIT.failed : EXIT.ok;
}

/** The lines that a person reads when a run or a replay has ended; `place` is where its tables are, as it is to be shown. */
export function printSummary(tables: readonly TableReport[], seconds: number, place: string, console: Console): void {
  const of = (status: TableReport['status']) => tables.filter((table) => table.status === status);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  const parts = [`${of('landed').length} landed`, `${of('empty').length} empty`];
  const superseded = of('superseded');
  if (superseded.length > 0) parts.push(styled('yellow', `${superseded.length} superseded`, console.out));
  const failed = [...of('failed'), ...of('unfinished')];
  if (failed.length > 0) parts.push(styled('red', `${failed.length} failed`, console.out));
  console.out.write(`${parts.join(', ')}; ${count(rows)} rows, ${megabytes(bytes)} in ${seconds.toFixed(1)} s\n`);
  console.out.write(`in ${place}\n`);
  for (const table of tables) printParts(table, console);
  for (const table of tables) printWhole(table, console);
  for (const table of tables) printLosses(table, console);
  for (const table of superseded) printSuperseded(table, console);
  for (const table of failed) {
    const { code, message, remedy } = table.error ?? UNFINISHED;
    console.out.write(`\n${styled('red', '✗', console.out)} ${table.source} ${table.table}: ${code}\n`);
    for (const text of [message, remedy]) if (text !== '') console.out.write(`${wrapped(text, WIDTH)}\n`);
  }
}

/** A table of one part needs no word; of many, one key shows where they are. */
function printParts({ source, table, parts, consistency }: TableReport, console: Console): void {
  const [first] = parts;
  if (first === undefined || (parts.length === 1 && consistency !== 'per-part')) return;
  console.out.write(
    `\n  ${source} ${table}: ${count(parts.length)} ${parts.length === 1 ? 'part' : 'parts'}\n    ${first}\n`,
  );
  if (parts.length > 1) console.out.write(`    and ${count(parts.length - 1)} more\n`);
  if (consistency === 'per-part') {
    console.out.write('    read by several statements, each at a moment of its own\n');
  }
}

function printSuperseded({ source, table, superseded_by: by }: TableReport, console: Console): void {
  console.out.write(`\n${styled('yellow', '–', console.out)} ${source} ${table}: superseded\n`);
  const text = `Run ${by ?? 'of another schedule'} is at work on it or has landed it; this run landed nothing of it.`;
  console.out.write(`${wrapped(text, WIDTH)}\n`);
}

const EXPECTED: ReadonlySet<string> = new Set(['first-run', 'scheduled', 'asked']);

/** A table that lands its changes otherwise, and landed whole for a reason that somebody should know of. */
function printWhole({ source, table, full_because: because }: TableReport, console: Console): void {
  if (because === undefined || EXPECTED.has(because)) return;
  console.out.write(`\n${styled('yellow', '!', console.out)} ${source} ${table}: landed whole (${because})\n`);
}

/** A table that landed with a loss has landed all the same; what is lost is never kept quiet. */
function printLosses({ source, table, lossy_values: columns }: TableReport, console: Console): void {
  if (columns.length === 0) return;
  console.out.write(`\n${styled('yellow', '!', console.out)} ${source} ${table}\n`);
  for (const [{ loss, remedy }, meant] of Map.groupBy(columns, ({ source_type: type }) => valueLossOf(type))) {
    const values = meant.map(
      (each) => `${count(each.values)} ${each.values === 1 ? 'value' : 'values'} of ${each.column}`,
    );
    const kept = remedy === undefined ? '' : `; ${remedy.replaceAll('`', '')} keeps it`;
    console.out.write(`${wrapped(`${values.join(', ')} ${loss}${kept}`, WIDTH)}\n`);
  }
}

const UNFINISHED = {
  code: 'UNFINISHED',
  message: 'The message of this table ended without an outcome.',
  remedy: 'Read the logs; replay the table.',
};
