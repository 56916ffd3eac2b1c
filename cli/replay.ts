import type { Command } from 'commander';
import { keepMail } from '../local/run/keep-mail.ts';
import { type ReplayResult, replayTables } from '../local/run/replay-tables.ts';
import type { Console } from './console.ts';
import type { ExitCode } from './exit-code.ts';
import { addFleetOptions, type FleetOptions } from './fleet-options.ts';
import { exitCodeOf, printSummary } from './summary.ts';
import { withFleet } from './with-fleet.ts';

interface ReplayOptions extends FleetOptions {
  readonly run: readonly string[];
  readonly all: boolean;
  readonly dryRun: boolean;
}

const EXAMPLES = `
Examples:
  $ landfall replay --all --dry-run
  $ landfall replay --table shop.orders
  $ landfall replay --run 20261122T030000Z

Exit codes: 0 all replayed tables landed, were empty or superseded, 1 some
failed again, 2 wrong usage or configuration, 130 interrupted.`;

export function addReplay(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  addFleetOptions(program.command('replay').description('send failed tables of a local fleet back to work'))
    .option('--run <id>', 'only this run; may be repeated', (value: string, all: string[]) => [...all, value], [])
    .option('--all', 'every dead letter', false)
    .option('--dry-run', 'show what would be sent', false)
    .addHelpText('after', EXAMPLES)
    .action(async (options: ReplayOptions, command: Command) => {
      if (options.all === options.table.length + options.run.length > 0) {
        command.error('error: name what to replay: --table or --run, or else --all', { exitCode: 2 });
      }
      exit(await replay(options, console));
    });
}

function replay(options: ReplayOptions, console: Console): Promise<ExitCode> {
  const startedAtMs = Date.now();
  return withFleet(options, console, async (fleet, signal) => {
    const filter = { tables: options.table, runs: options.run };
    const result = await replayTables(fleet, { source: options.source, filter, dryRun: options.dryRun }, signal);
    await keepMail(fleet);
    if (options.json) console.out.write(`${JSON.stringify(jsonReport(result, options.dryRun), null, 2)}\n`);
    else {
      printLetters(result, options.dryRun, console);
      if (result.tables.length > 0) {
        printSummary(result.tables, (Date.now() - startedAtMs) / 1000, fleet.out.root, console);
      }
    }
    return exitCodeOf(result.tables);
  });
}

function printLetters(result: ReplayResult, dryRun: boolean, console: Console): void {
  for (const [source, replayed] of result.replays) {
    for (const { message, errorCode } of replayed.replayed) {
      const verb = dryRun ? 'Would replay' : 'Replayed';
      console.out.write(
        `${verb} ${source} ${message.table} of run ${message.runId} (${errorCode ?? 'no error code'})\n`,
      );
    }
    for (const { messageId, problem } of replayed.unreadable) {
      console.out.write(`Left message ${messageId}: ${problem}\n`);
    }
    if (replayed.replayed.length === 0) console.out.write(`Nothing to replay for ${source}.\n`);
    if (replayed.left > 0) console.out.write(`Left ${replayed.left} other dead letters of ${source}.\n`);
  }
}

function jsonReport(result: ReplayResult, dryRun: boolean) {
  const letters = [...result.replays].flatMap(([source, { replayed }]) =>
    replayed.map(({ message, errorCode, errorMessage }) => ({
      source,
      table: message.table,
      run_id: message.runId,
      error_code: errorCode ?? null,
      error_message: errorMessage ?? null,
    })),
  );
  const unreadable = [...result.replays.values()].flatMap((replayed) => replayed.unreadable);
  return { dry_run: dryRun, replayed: letters, unreadable, tables: result.tables };
}
