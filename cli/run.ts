import type { Command } from 'commander';
import { resumeRuns } from '../local/run/resume-runs.ts';
import { chooseTables } from '../shared/config/choose-tables.ts';
import type { LandfallConfig } from '../shared/config/config.ts';
import { loadConfig } from '../shared/config/load-config.ts';
import { requireSource } from '../shared/config/require-source.ts';
import { requireTables } from '../shared/config/require-tables.ts';
import type { RunPlan } from '../shared/core/records.ts';
import { planRun, type RunRequest, scheduleRun } from '../shared/flow/schedule-run.ts';
import type { Log } from '../shared/flow/services.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';
import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { collect, originalBase } from './fleet-options.ts';
import { addOperatorOptions, type OperatorOptions } from './operator-options.ts';
import { plannedDocument, printPlanned, printStarted } from './run-report.ts';
import { exitCodeOf, printSummary } from './summary.ts';
import { watchSent } from './watch-sent.ts';
import type { FleetOperation } from './with-fleet-operation.ts';
import { withFleetOperation } from './with-fleet-operation.ts';

interface RunOptions extends OperatorOptions {
  readonly table: readonly string[];
  readonly fullRefresh: boolean;
  readonly dryRun: boolean;
  readonly watch: boolean;
}

const EXAMPLES = `
Starts a run now, beside those of the schedules; its id is the time of its
start. With --full-refresh also tables land whole that land their changes
otherwise, and their next runs go on behind what this one found.

Examples:
  $ landfall run --source shop --watch
  $ landfall run --table shop.orders --full-refresh
  $ landfall run --dry-run
  $ landfall run --local ./landed --json > run.json

In AWS it sends and returns, or with --watch shows each table's way; Ctrl-C then
only stops looking. With --local this machine does the work.

Exit codes: 0 sent, or with --watch and --local all landed, were empty or gave
way; 1 some table failed, or SQS or S3 refused; 2 wrong usage or configuration;
130 interrupted.`;

export function addRun(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  addOperatorOptions(program.command('run').description('start a run now'))
    .option('--source <name>', 'only this source')
    .option('--table <name>', 'only this table; may be repeated', collect, [])
    .option('--full-refresh', 'land whole also what lands its changes', false)
    .option('--dry-run', 'show what would be sent', false)
    .option('--watch', "show each table's way to its end", false)
    .addHelpText('after', EXAMPLES)
    .action(async (options: RunOptions) => exit(await (options.dryRun ? look : run)(options, console)));
}

/** Needs no fleet: what would be sent is in the configuration. */
async function look(options: RunOptions, console: Console): Promise<ExitCode> {
  const config = await loadConfig(options.config, { base: originalBase(options) });
  const nowMs = systemClock.now();
  const requests = requestsOf(config, options, nowMs);
  const plans = requests.map((request) => planRun(config, requireSource(config, request.source), request, nowMs));
  if (options.json) console.out.write(`${JSON.stringify(plannedDocument(plans, config), null, 2)}\n`);
  else printPlanned(plans, config, console);
  return EXIT.ok;
}

function run(options: RunOptions, console: Console): Promise<ExitCode> {
  const work = (operation: FleetOperation) => startAndWatch(operation, options, console);
  return withFleetOperation(options, console, work, { makesFolder: true });
}

/** The runs that are asked for. @throws ConfigError for unknown names, or when there is nothing to run */
function requestsOf(
  config: LandfallConfig,
  { source, table: tables, fullRefresh }: RunOptions,
  scheduledTimeMs: number,
): RunRequest[] {
  const choice = chooseTables(config, { source, tables });
  requireTables(config, choice.keys());
  return [...choice].map(([name, chosen]) => ({
    source: name,
    scheduledTimeMs,
    fullRefresh,
    ...(chosen !== undefined && { tables: chosen }),
  }));
}

async function startAndWatch(operation: FleetOperation, options: RunOptions, console: Console): Promise<ExitCode> {
  const { config, clock } = operation;
  const startedAtMs = clock.now();
  const plans = await start(requestsOf(config, options, startedAtMs), operation, console);
  if (!options.json) printStarted(plans, options.watch || operation.fleet !== undefined, console);
  const sent = plans.flatMap(({ source, run_id: runId, tables }) =>
    tables.map(({ table }) => ({ source, runId, table, failedBefore: undefined })),
  );
  const tables = await watchSent(sent, options, operation, console);
  const seconds = (clock.now() - startedAtMs) / 1000;
  if (options.json) {
    const document = { ...plannedDocument(plans, config), dry_run: false, tables, seconds };
    console.out.write(`${JSON.stringify(document, null, 2)}\n`);
  } else if (tables.length > 0) {
    printSummary(tables, seconds, operation.place, console);
  }
  return exitCodeOf(tables);
}

async function start(requests: readonly RunRequest[], operation: FleetOperation, console: Console): Promise<RunPlan[]> {
  const { config, ledger, clock, fleet } = operation;
  // All of them first: a stage that lacks one of the queues starts nothing.
  const queues = new Map<string, Awaited<ReturnType<FleetOperation['queuesOf']>>>();
  for (const { source } of requests) queues.set(source, await operation.queuesOf(source));
  const services = { config, ledger, clock, queueOf: (source: string) => queues.get(source)!.queue };
  const plans: RunPlan[] = [];
  for (const request of requests) {
    if (fleet !== undefined) await resumeRuns(fleet, request.source);
    const { source, runId } = await scheduleRun(request, services, logTo(console));
    const plan = await ledger.readPlan({ source, runId });
    if (plan !== undefined) plans.push(plan);
  }
  return plans;
}

/** Nothing but what is wrong is for the person who started the run. */
function logTo(console: Console): Log {
  const tell = (message: string) => void console.err.write(`${message}.\n`);
  return { info: () => undefined, warn: tell, error: tell };
}
