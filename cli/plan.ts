import type { Command } from 'commander';
import { chooseTables } from '../shared/config/choose-tables.ts';
import type { SourceConfig, TableConfig } from '../shared/config/config.ts';
import { loadConfig } from '../shared/config/load-config.ts';
import { LOCAL_STAGE, queueNames } from '../shared/config/resource-names.ts';
import { LandfallError } from '../shared/core/errors.ts';
import { estimateRun } from '../shared/flow/estimate-run.ts';
import { catalogFinder, type FindTable } from '../shared/flow/find-in-catalog.ts';
import { NO_PAST, pastLandings, type TablePast } from '../shared/flow/past-landings.ts';
import { withCatalog } from '../shared/flow/with-catalog.ts';
import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { collect, originalBase, positive } from './fleet-options.ts';
import { addOperatorOptions, type OperatorOptions } from './operator-options.ts';
import { type PlannedSource, planDocument, printPlan } from './plan-report.ts';
import { type RecordsOperation, withRecords } from './with-records.ts';

interface PlanOptions extends OperatorOptions {
  readonly table: readonly string[];
  /** Undefined for that of each source. */
  readonly memory?: number;
}

const ABOUT = `
Nothing is sent and no row is read. Rows and sizes are the catalog's; how fast
rows land and how small they become is taken from the runs before: of the same
table, else of the others of its source, else assumed, which the plan says. What
is assumed, and the prices of AWS in us-east-1, are in docs/costs.md.

Examples:
  $ landfall plan
  $ landfall plan --local ./landed
  $ landfall plan --source shop --table public.orders --memory 3538
  $ landfall plan --json > plan.json

Exit codes: 0 done, 1 a database refused or failed, 2 wrong usage or
configuration.`;

export function addPlan(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  const command = program
    .command('plan')
    .description('say what the next run would land, in which time and for how much');
  addOperatorOptions(command)
    .option('--source <name>', 'only this source')
    .option('--table <name>', 'only this table; may be repeated', collect, [])
    .option('--memory <MB>', 'memory of an extractor, in MiB, instead of that of its source', positive)
    .addHelpText('after', ABOUT)
    .action(async (options: PlanOptions) => exit(await plan(options, console)));
}

async function plan(options: PlanOptions, console: Console): Promise<ExitCode> {
  const config = await loadConfig(options.config, { base: originalBase(options) });
  const chosen = chooseTables(config, { source: options.source, tables: options.table });
  const sources = [...chosen.keys()].map((name) => config.sources.get(name)!);
  const { planned, problem } = await withRecords(options, sources, async (operation) => {
    const all = sources.map((source) => planSource(source, chosen.get(source.name), options, operation));
    return { planned: await Promise.all(all), problem: operation.records.problem };
  });
  if (options.json) console.out.write(`${JSON.stringify(planDocument(options.config, planned, problem), null, 2)}\n`);
  else printPlan(planned, problem, console);
  return planned.some(({ failure }) => failure !== undefined) ? EXIT.failed : EXIT.ok;
}

async function planSource(
  source: SourceConfig,
  names: readonly string[] | undefined,
  { memory, local, stage }: PlanOptions,
  { openSource, records }: RecordsOperation,
): Promise<PlannedSource> {
  const tables = [...source.tables.values()].filter(
    ({ name, disabled }) => !disabled && (names === undefined || names.includes(name)),
  );
  const pasts = await records.ask((ledger) => pastLandings(source.name, tables, ledger), new Map<string, TablePast>());
  const { find, failure } = await catalogOf(source, tables, openSource);
  const facts = tables.map((table) => ({
    table,
    listed: table.sql === undefined ? find(table) : undefined,
    past: pasts.get(table.name) ?? NO_PAST,
  }));
  const { queue } = queueNames(local === undefined ? stage : LOCAL_STAGE, source.name);
  return { estimate: estimateRun(source, facts, memory ?? source.memoryMb), queue, failure };
}

/** Without its database a source is planned from the past alone, and the failure is told. */
async function catalogOf(
  source: SourceConfig,
  tables: readonly TableConfig[],
  openSource: RecordsOperation['openSource'],
): Promise<{ find: FindTable; failure: LandfallError | undefined }> {
  const nothing = () => undefined;
  if (tables.length === 0) return { find: nothing, failure: undefined };
  try {
    const { signal } = new AbortController();
    const catalog = await withCatalog(source, { openSource }, signal, async (open) => open.tables);
    return { find: catalogFinder(source.dialect, catalog), failure: undefined };
  } catch (thrown) {
    if (thrown instanceof LandfallError) return { find: nothing, failure: thrown };
    throw thrown;
  }
}
