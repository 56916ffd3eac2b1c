import { likelyCause } from '../shared/alert/causes.ts';
import { commandBlock, wrapped } from '../shared/alert/email-text.ts';
import { DEFAULT_STAGE } from '../shared/config/resource-names.ts';
import { NO_ERROR_CODE } from '../shared/flow/dead-tables.ts';
import type { FailedCause, FailedReport, FailedTable } from '../shared/flow/failed-tables.ts';
import { ageShown } from './age.ts';
import { columnLines } from './columns.ts';
import { type Console, count, styled } from './console.ts';
import type { OperatorOptions } from './operator-options.ts';

const WIDTH = 80;
/** More than a person reads of one cause; `--json` has them all. */
const MAX_SHOWN = 20;

const NO_REASON =
  'Workers died of its message again and again without a word: out of memory, out of time, or crashed. The logs say more.';

/** What a person reads of the dead letters of a source: what, why, and the command for each cause. */
export function printFailed(
  source: string,
  { causes, left, unreadable, complete }: FailedReport,
  options: OperatorOptions,
  nowMs: number,
  console: Console,
): void {
  const write = (line: string) => console.out.write(`${line}\n`);
  const tables = causes.reduce((sum, cause) => sum + cause.tables.length, 0);
  const failed = `${tablesShown(tables)} failed`;
  write(`${source}: ${tables === 0 ? 'nothing failed' : styled('red', failed, console.out)}`);
  for (const cause of causes) printCause(cause, nowMs, console);
  for (const { messageId, problem } of unreadable)
    write(`\nNot ours, left: message ${messageId}\n${wrapped(problem, WIDTH)}`);
  if (left > 0) write(`\nNot shown: ${count(left)} other dead ${left === 1 ? 'letter' : 'letters'}.`);
  if (!complete) write('\nThere are more dead letters than one call looks at.');
  if (causes.length === 0) return;
  write('\nReplay, once the cause is mended');
  for (const { errorCode } of causes) write(commandBlock(replayWords(source, errorCode ?? NO_ERROR_CODE, options)));
}

function printCause({ errorCode, tables }: FailedCause, nowMs: number, console: Console): void {
  const write = (line: string) => console.out.write(`${line}\n`);
  const errorClass = tables.find((table) => table.errorClass !== undefined)?.errorClass;
  const title = errorCode === undefined ? 'No error code' : [errorClass, errorCode].filter(Boolean).join(' ');
  write(`\n${styled('red', '✗', console.out)} ${title}: ${tablesShown(tables.length)}`);
  write(wrapped(errorCode === undefined ? NO_REASON : likelyCause(errorCode), WIDTH));
  const columns = [
    { title: 'table', text: ({ table }: FailedTable) => table, shrinks: true },
    { title: 'run', text: ({ runId }: FailedTable) => runId },
    {
      title: 'tries',
      text: ({ attempts }: FailedTable) => (attempts === undefined ? '-' : count(attempts)),
      align: 'right',
    },
    { title: 'age', text: ({ failedAtMs }: FailedTable) => ageShown(Math.max(0, nowMs - failedAtMs)), align: 'right' },
  ] as const;
  for (const line of columnLines(columns, tables.slice(0, MAX_SHOWN))) write(line);
  if (tables.length > MAX_SHOWN) write(`  and ${count(tables.length - MAX_SHOWN)} more, which --json lists`);
  const message = tables[0]?.errorMessage;
  if (message !== undefined) write(wrapped(`${tables.length === 1 ? '' : 'The first: '}${message}`, WIDTH));
}

function tablesShown(amount: number): string {
  return `${count(amount)} ${amount === 1 ? 'table' : 'tables'}`;
}

/** The words of the command as they were given, so that it works in the same place. */
function replayWords(source: string, errorCode: string, options: OperatorOptions): string[] {
  const { config, local, profile, region, stage } = options;
  const given = (name: string, value: string | undefined) => (value === undefined ? [] : [name, value]);
  const place = [
    ...given('--local', local),
    ...given('--profile', profile),
    ...given('--region', region),
    ...given('--stage', stage === DEFAULT_STAGE ? undefined : stage),
  ];
  return ['npx', 'landfall', 'replay', '--config', config, ...place, '--source', source, '--error', errorCode];
}

/** The document of `--json`. */
export function failedDocument(reports: ReadonlyMap<string, FailedReport>) {
  return [...reports].map(([source, { causes, left, unreadable, complete }]) => ({
    source,
    causes: causes.map(({ errorCode, tables }) => ({
      error_code: errorCode ?? null,
      likely_cause: errorCode === undefined ? NO_REASON : likelyCause(errorCode),
      tables: tables.map(tableDocument),
    })),
    left,
    unreadable: unreadable.map(({ messageId, problem }) => ({ message_id: messageId, problem })),
    complete,
  }));
}

function tableDocument(table: FailedTable) {
  return {
    table: table.table,
    run_id: table.runId,
    error_class: table.errorClass ?? null,
    error_message: table.errorMessage ?? null,
    remedy: table.remedy ?? null,
    attempts: table.attempts ?? null,
    failed_at: new Date(table.failedAtMs).toISOString(),
    letters: table.letters,
  };
}
