import type { Command } from 'commander';
import { changeState, type StateAction, type StateReport } from '../shared/flow/change-state.ts';
import { canAsk, confirmed } from './confirm.ts';
import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { addOperatorOptions, type OperatorOptions } from './operator-options.ts';
import { printChange, printState, stateDocument } from './state-report.ts';
import { withOperation } from './with-operation.ts';

interface StateOptions extends OperatorOptions {
  readonly source: string;
  readonly table: string;
  readonly yes?: boolean;
}

const ABOUT = `
A table with mode incremental or change-tracking has a watermark: up to there
its changes have landed, and the next run goes on behind it. All commands work
on the bucket in AWS, or with --local on the folder of a local run.

Examples:
  $ landfall state get --local ./landed --source shop --table public.orders
  $ landfall state set --source shop --table public.orders \\
      '2026-11-20 00:00:00+00'
  $ landfall state reset --source shop --table public.orders --yes
  $ landfall state get --profile prod --region eu-central-1 --json \\
      --source shop --table public.orders

A value that begins with a minus sign goes behind two of them: -- -5

Exit codes: 0 done, 1 S3 refused or failed, 2 wrong usage or configuration, or
not confirmed.`;

/** The watermarks of tables, for an operator who knows better. */
export function addState(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  const state = program
    .command('state')
    .description('show or change up to where the changes of a table have landed')
    .addHelpText('after', ABOUT);
  addTableOptions(state.command('get').description('show the watermark of a table and how it came about')).action(
    async (options: StateOptions) => exit(await show(options, console)),
  );
  addChangeOptions(
    state
      .command('set')
      .description('set the watermark: the next run goes on behind it')
      .argument('<value>', 'exact text of a value of the update key, as the database writes it'),
  ).action(async (watermark: string, options: StateOptions) =>
    exit(await change({ by: 'set', watermark }, options, console)),
  );
  addChangeOptions(
    state
      .command('reset')
      .description('forget the watermark: the next run lands the whole table, and its schema history begins anew'),
  ).action(async (options: StateOptions) => exit(await change({ by: 'reset' }, options, console)));
}

function addTableOptions(command: Command): Command {
  return addOperatorOptions(command)
    .requiredOption('--source <name>', 'the source of the table')
    .requiredOption('--table <name>', 'the table, as the configuration names it');
}

function addChangeOptions(command: Command): Command {
  return addTableOptions(command).option('--yes', 'do it without asking', false);
}

async function show(options: StateOptions, console: Console): Promise<ExitCode> {
  await withState({ by: 'get' }, options, async (turn) => {
    const report = await turn(true);
    if (options.json) writeDocument(report, false, console);
    else printState(report, console.out);
  });
  return EXIT.ok;
}

async function change(action: StateAction, options: StateOptions, console: Console): Promise<ExitCode> {
  return withState(action, options, async (turn) => {
    const planned = await turn(true);
    if (planned.after === undefined && !planned.schemaRestarts) {
      if (options.json) writeDocument(planned, true, console);
      else {
        printChange(planned, console.out);
        console.out.write('Nothing to change.\n');
      }
      return EXIT.ok;
    }
    const asks = options.yes !== true;
    if (asks && canAsk(console)) printChange(planned, console.err);
    if (asks && !(await confirmed('Go on?', 'Look with landfall state get, then add --yes.', console))) {
      console.err.write('Nothing was changed.\n');
      return EXIT.usage;
    }
    const done = await turn(false);
    if (options.json) writeDocument(done, true, console);
    else {
      if (!asks) printChange(done, console.out);
      console.out.write('Done.\n');
    }
    return EXIT.ok;
  });
}

/** Gives `work` what does the action, or in a dry run tells what it would do. */
async function withState<T>(
  action: StateAction,
  options: StateOptions,
  work: (turn: (dryRun: boolean) => Promise<StateReport>) => Promise<T>,
): Promise<T> {
  const { source, table } = options;
  return withOperation(options, (services) => {
    return work((dryRun) => changeState({ source, table, action, dryRun }, services));
  });
}

function writeDocument(report: StateReport, isChange: boolean, console: Console): void {
  console.out.write(`${JSON.stringify(stateDocument(report, isChange), null, 2)}\n`);
}
