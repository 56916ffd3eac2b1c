import type { Command } from 'commander';
import { requireSource } from '../shared/config/require-source.ts';
import { ConfigError } from '../shared/core/errors.ts';
import { type RunDetail, readRun } from '../shared/flow/run-detail.ts';
import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { addOperatorOptions, type OperatorOptions } from './operator-options.ts';
import { printStatus, statusDocument } from './status-report.ts';
import { type Operation, withOperation } from './with-operation.ts';

const EXAMPLES = `
Without a run it shows the newest one of each source. A table is planned,
queued, reading, retrying, landed, empty, superseded (another run had it) or
failed.

Examples:
  $ landfall status
  $ landfall status 20261122T030000Z --source shop
  $ landfall status --local ./landed --json

Exit codes: 0 shown, 1 S3 refused or failed, 2 wrong usage or configuration, or
no such run.`;

export function addStatus(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  const command = program.command('status').description('show how the tables of a run stand');
  addOperatorOptions(command.argument('[run]', 'the id of the run'))
    .option('--source <name>', 'only this source')
    .addHelpText('after', EXAMPLES)
    .action(async (runId: string | undefined, options: OperatorOptions) => {
      await withOperation(options, (operation) => showStatus(operation, runId, options, console));
      exit(EXIT.ok);
    });
}

async function showStatus(
  operation: Operation,
  runId: string | undefined,
  { source, json }: OperatorOptions,
  console: Console,
): Promise<void> {
  const { config, clock } = operation;
  const sources = source === undefined ? [...config.sources.keys()] : [requireSource(config, source).name];
  const runs: RunDetail[] = [];
  for (const name of sources) {
    const wanted = runId ?? (await operation.ledger.listRuns(name)).at(-1);
    const run = wanted === undefined ? undefined : await readRun({ source: name, runId: wanted }, operation);
    if (run !== undefined) runs.push(run);
    else if (runId === undefined && !json) console.out.write(`${name}: no runs\n`);
  }
  if (runId !== undefined && runs.length === 0) {
    throw new ConfigError(
      'RUN_NOT_FOUND',
      `${sources.join(', ')} ${sources.length === 1 ? 'has' : 'have'} no run ${runId}.`,
      {
        remedy: 'List the runs with landfall runs.',
      },
    );
  }
  const nowMs = clock.now();
  if (json) console.out.write(`${JSON.stringify(runs.map(statusDocument), null, 2)}\n`);
  else for (const run of runs) printStatus(run, nowMs, console);
}
