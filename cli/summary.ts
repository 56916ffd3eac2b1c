import type { TableReport } from '../local/run/report.ts';
import { wrapped } from '../shared/alert/email-text.ts';
import { type Console, count, megabytes, pathShown, styled } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

const WIDTH = 80;

export function exitCodeOf(tables: readonly TableReport[]): ExitCode {
  return tables.every(({ status }) => status === 'landed' || status === 'empty') ? EXIT.ok : EXIT.failed;
}

/** The lines that a person reads when a run or a replay has ended. */
export function printSummary(tables: readonly TableReport[], seconds: number, outRoot: string, console: Console): void {
  const of = (status: TableReport['status']) => tables.filter((table) => table.status === status);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  const parts = [`${of('landed').length} landed`, `${of('empty').length} empty`];
  const failed = [...of('failed'), ...of('unfinished')];
  if (failed.length > 0) parts.push(styled('red', `${failed.length} failed`, console.out));
  console.out.write(`${parts.join(', ')}; ${count(rows)} rows, ${megabytes(bytes)} in ${seconds.toFixed(1)} s\n`);
  console.out.write(`in ${pathShown(outRoot)}/\n`);
  for (const table of failed) {
    const { code, message, remedy } = table.error ?? UNFINISHED;
    console.out.write(`\n${styled('red', '✗', console.out)} ${table.source} ${table.table}: ${code}\n`);
    for (const text of [message, remedy]) if (text !== '') console.out.write(`${wrapped(text, WIDTH)}\n`);
  }
}

const UNFINISHED = {
  code: 'UNFINISHED',
  message: 'The message of this table ended without an outcome.',
  remedy: 'Read the logs; replay the table.',
};
