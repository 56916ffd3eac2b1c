import type { Command } from 'commander';
import { requireSource } from '../shared/config/require-source.ts';
import type { TableOutcome } from '../shared/core/records.ts';
import { listPastRuns, type PastRun } from '../shared/flow/past-runs.ts';
import { type Column, columnLines } from './columns.ts';
import { type Console, count, megabytes } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { positive } from './fleet-options.ts';
import { addOperatorOptions, type OperatorOptions } from './operator-options.ts';
import { type Operation, withOperation } from './with-operation.ts';

interface RunsOptions extends OperatorOptions {
  readonly max: number;
}

const DEFAULT_MAX = 20;

const EXAMPLES = `
Tables are counted as landed/empty/superseded/failed. Of a run that has not
ended, those are counted that have: it is running, or was heard of last so long
ago that its messages are lost; landfall status tells which tables it lacks.

Examples:
  $ landfall runs --source shop
  $ landfall runs --max 100 --json
  $ landfall runs --local ./landed

Exit codes: 0 shown, 1 S3 refused or failed, 2 wrong usage or configuration.`;

export function addRuns(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  addOperatorOptions(program.command('runs').description('show the runs of the last time'))
    .option('--source <name>', 'only this source')
    .option('--max <count>', 'so many runs of a source', positive, DEFAULT_MAX)
    .addHelpText('after', EXAMPLES)
    .action(async (options: RunsOptions) => {
      await withOperation(options, (operation) => showRuns(operation, options, console));
      exit(EXIT.ok);
    });
}

async function showRuns(operation: Operation, { source, max, json }: RunsOptions, console: Console): Promise<void> {
  const { config } = operation;
  const sources = source === undefined ? [...config.sources.keys()] : [requireSource(config, source).name];
  const all: PastRun[] = [];
  for (const name of sources) {
    const runs = await listPastRuns(name, max, operation);
    all.push(...runs);
    if (json) continue;
    const title = runs.length === 0 ? `${name}: no runs` : `${name}: tables landed/empty/superseded/failed`;
    console.out.write(`${title}\n`);
    if (runs.length > 0) for (const line of columnLines(COLUMNS, runs)) console.out.write(`${line}\n`);
  }
  if (json) console.out.write(`${JSON.stringify(all.map(runDocument), null, 2)}\n`);
}

const COLUMNS: readonly Column<PastRun>[] = [
  { title: 'run', text: ({ runId }) => runId },
  { title: 'tables', text: ({ tables: t }) => `${t.landed}/${t.empty}/${t.superseded}/${t.failed}`, align: 'right' },
  { title: 'rows', text: (run) => shown(amounts(run)?.rows, count), align: 'right' },
  { title: 'size', text: (run) => shown(amounts(run)?.bytes, megabytes), align: 'right' },
  { title: 'seconds', text: secondsShown, align: 'right' },
  { title: 'cost', text: (run) => shown(amounts(run)?.costUsd, (usd) => `$${usd.toFixed(4)}`), align: 'right' },
];

function secondsShown({ state, summary, tables }: PastRun): string {
  if (summary !== undefined) return summary.seconds.toFixed(1);
  const ended = tables.landed + tables.superseded + tables.failed;
  return `${state === 'running' ? 'running' : 'not ended'} ${ended}/${tables.planned}`;
}

function shown(value: number | null | undefined, text: (value: number) => string): string {
  return value === undefined || value === null ? '-' : text(value);
}

/** Undefined for a run that has not ended. */
function amounts({ summary }: PastRun) {
  if (summary === undefined) return undefined;
  const { tables } = summary;
  const sum = (of: (table: TableOutcome) => number) => tables.reduce((total, table) => total + of(table), 0);
  const isPriced = tables.some((table) => table.cost_usd !== undefined);
  return {
    rows: sum(({ rows }) => rows),
    bytes: sum(({ bytes }) => bytes),
    costUsd: isPriced ? sum(({ cost_usd: usd = 0 }) => usd) : null,
  };
}

function runDocument(run: PastRun) {
  const { source, runId, plan, state, tables, summary } = run;
  const found = amounts(run);
  return {
    source,
    run_id: runId,
    scheduled_time: plan.scheduled_time,
    state,
    tables,
    rows: found?.rows ?? null,
    bytes: found?.bytes ?? null,
    seconds: summary?.seconds ?? null,
    cost_usd: found?.costUsd ?? null,
    ended_at: summary?.ended_at ?? null,
  };
}
