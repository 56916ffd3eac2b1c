import type { Command } from 'commander';
import { requireSource } from '../shared/config/require-source.ts';
import { type FailedReport, listFailed } from '../shared/flow/failed-tables.ts';
import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { failedDocument, printFailed } from './failed-report.ts';
import { collect } from './fleet-options.ts';
import { addOperatorOptions, type OperatorOptions } from './operator-options.ts';
import { type FleetOperation, withFleetOperation } from './with-fleet-operation.ts';

interface FailedOptions extends OperatorOptions {
  readonly table: readonly string[];
  readonly run: readonly string[];
  readonly error: readonly string[];
}

const EXAMPLES = `
Shows the dead letters by cause, with the command that replays the tables of
each. It takes none away; for a moment others do not see them.

Examples:
  $ landfall failed
  $ landfall failed --source shop --error LOGIN_REFUSED
  $ landfall failed --local ./landed --json

Exit codes: 0 shown, 1 SQS or S3 refused or failed, 2 wrong usage or
configuration.`;

export function addFailed(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  addOperatorOptions(program.command('failed').description('show what failed for good, by cause'))
    .option('--source <name>', 'only the dead letters of this source')
    .option('--table <name>', 'only this table; may be repeated', collect, [])
    .option('--run <id>', 'only this run; may be repeated', collect, [])
    .option('--error <code>', 'only this error code, or none; may be repeated', collect, [])
    .addHelpText('after', EXAMPLES)
    .action(async (options: FailedOptions) =>
      exit(await withFleetOperation(options, console, (operation) => showFailed(operation, options, console))),
    );
}

async function showFailed(operation: FleetOperation, options: FailedOptions, console: Console): Promise<ExitCode> {
  const { config, ledger, clock } = operation;
  const { source, table: tables, run: runs, error: errors, json } = options;
  const sources = source === undefined ? [...config.sources.keys()] : [requireSource(config, source).name];
  const reports = new Map<string, FailedReport>();
  for (const name of sources) {
    const { deadLetters } = await operation.queuesOf(name);
    reports.set(name, await listFailed({ tables, runs, errors }, { deadLetters, ledger, clock }));
  }
  if (json) console.out.write(`${JSON.stringify(failedDocument(reports), null, 2)}\n`);
  else for (const [name, report] of reports) printFailed(name, report, options, clock.now(), console);
  return EXIT.ok;
}
