import type { Command } from 'commander';
import { requireSource } from '../shared/config/require-source.ts';
import { mapConcurrently } from '../shared/core/map-concurrently.ts';
import type { TableMessage } from '../shared/core/message.ts';
import { type ReplayReport, replayDeadLetters } from '../shared/flow/replay-dead-letters.ts';
import type { Console } from './console.ts';
import type { ExitCode } from './exit-code.ts';
import { collect, positive } from './fleet-options.ts';
import { addOperatorOptions, type OperatorOptions } from './operator-options.ts';
import { hasUnseen, printReplays, replayDocument } from './replay-report.ts';
import { exitCodeOf, printSummary } from './summary.ts';
import { watchSent } from './watch-sent.ts';
import type { WatchedTable } from './watched-table.ts';
import { type FleetOperation, withFleetOperation } from './with-fleet-operation.ts';

interface ReplayOptions extends OperatorOptions {
  readonly table: readonly string[];
  readonly run: readonly string[];
  readonly error: readonly string[];
  readonly all: boolean;
  readonly dryRun: boolean;
  readonly max?: number;
  readonly watch: boolean;
}

const EXAMPLES = `
A table that failed for good left a dead letter. This command sends its table
back to work, in the run that it belongs to, and deletes the letter after: a
crash in between loses nothing, and what has landed does not land again. Mend
the cause first; landfall failed shows it.

Examples:
  $ landfall replay --all --dry-run
  $ landfall replay --table shop.orders --watch
  $ landfall replay --source shop --run 20261122T030000Z --error LOGIN_REFUSED
  $ landfall replay --error none --max 10
  $ landfall replay --local ./landed --all

In AWS it sends and returns, or with --watch shows each table's way; Ctrl-C then
only stops looking. In the folder of a local run it lands the tables itself.

Exit codes: 0 sent, or with --watch and --local all landed, were empty or gave
way; 1 some failed again, or SQS or S3 refused; 2 wrong usage or configuration;
130 interrupted.`;

export function addReplay(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  addOperatorOptions(program.command('replay').description('send failed tables back to work'))
    .option('--source <name>', 'only the dead letters of this source')
    .option('--table <name>', 'only this table; may be repeated', collect, [])
    .option('--run <id>', 'only this run; may be repeated', collect, [])
    .option(
      '--error <code>',
      'only letters with this error code, or none for those without; may be repeated',
      collect,
      [],
    )
    .option('--all', 'every dead letter', false)
    .option('--max <count>', 'so many tables at most, the longest dead first', positive)
    .option('--dry-run', 'show what would be sent', false)
    .option('--watch', "show each table's way to its end", false)
    .addHelpText('after', EXAMPLES)
    .action(async (options: ReplayOptions, command: Command) => {
      const names = options.table.length + options.run.length + options.error.length;
      if (options.all === names > 0) {
        command.error('error: name what to replay: --table, --run or --error, or else --all', { exitCode: 2 });
      }
      exit(await withFleetOperation(options, console, (operation) => replay(operation, options, console)));
    });
}

async function replay(operation: FleetOperation, options: ReplayOptions, console: Console): Promise<ExitCode> {
  const { clock } = operation;
  const startedAtMs = clock.now();
  const { replays, sent } = await replaySources(operation, options);
  if (!options.json) printReplays(replays, options, console);
  const tables = await watchSent(sent, options, operation, console);
  if (options.json) {
    console.out.write(`${JSON.stringify(replayDocument(replays, tables, options.dryRun), null, 2)}\n`);
  } else if (tables.length > 0) {
    printSummary(tables, (clock.now() - startedAtMs) / 1000, operation.place, console);
  }
  if (hasUnseen(replays)) console.err.write('There are more dead letters than one call looks at; call again.\n');
  return exitCodeOf(tables);
}

interface Replays {
  readonly replays: ReadonlyMap<string, ReplayReport>;
  /** What was sent; nothing in a dry run. */
  readonly sent: readonly WatchedTable[];
}

async function replaySources(operation: FleetOperation, options: ReplayOptions): Promise<Replays> {
  const { config, clock, ledger } = operation;
  const { source, table: tables, run: runs, error: errors, dryRun } = options;
  const sources = source === undefined ? [...config.sources.keys()] : [requireSource(config, source).name];
  const replays = new Map<string, ReplayReport>();
  const sent: WatchedTable[] = [];
  let left = options.max;
  for (const name of sources) {
    const onChosen = async (messages: readonly TableMessage[]) => {
      sent.push(...(await mapConcurrently(messages, READ_CONCURRENCY, (message) => watchedTable(message, ledger))));
    };
    const services = { ...(await operation.queuesOf(name)), clock, onChosen };
    const report = await replayDeadLetters({ filter: { tables, runs, errors }, dryRun, max: left }, services);
    replays.set(name, report);
    if (left !== undefined) left -= report.replayed.length;
  }
  return { replays, sent };
}

const READ_CONCURRENCY = 16;

async function watchedTable(
  { source, runId, table }: TableMessage,
  ledger: FleetOperation['ledger'],
): Promise<WatchedTable> {
  const failure = await ledger.readFailure({ source, runId, table });
  return { source, runId, table, failedBefore: failure?.failed_at };
}
