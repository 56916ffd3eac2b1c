import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { LocalFleet } from '../local/fleet/fleet.ts';
import { pathShown } from '../local/fleet/path-shown.ts';
import { keepMail } from '../local/run/keep-mail.ts';
import { runTables } from '../local/run/run-tables.ts';
import type { Console } from './console.ts';
import type { ExitCode } from './exit-code.ts';
import { addFleetOptions, type FleetOptions } from './fleet-options.ts';
import { exitCodeOf, printSummary } from './summary.ts';
import { withFleet } from './with-fleet.ts';

const EXAMPLES = `
Examples:
  $ landfall local run --config config/landfall.yaml
  $ landfall local run --table shop.orders --out /tmp/landed
  $ landfall local run --config tables.json --bucket lake --secret env:SHOP_DB
  $ landfall local run --config tables.json --bucket lake --secret env:ERP_DB \\
      --dialect mssql
  $ landfall local run --json > run.json

Exit codes: 0 all landed, empty or superseded, 1 some table failed, 2 wrong
usage or configuration, 130 interrupted.`;

export function addLocalRun(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  const local = program.command('local').description('the whole fleet on this machine, without AWS');
  addFleetOptions(local.command('run').description('land tables of the configured databases as files'))
    .addHelpText('after', EXAMPLES)
    .action(async (options: FleetOptions) => exit(await localRun(options, console)));
}

function localRun(options: FleetOptions, console: Console): Promise<ExitCode> {
  const startedAtMs = Date.now();
  return withFleet(options, console, async (fleet, signal) => {
    const choice = { source: options.source, tables: options.table };
    const { runId, sources, tables } = await runTables(fleet, choice, startedAtMs, signal);
    const mails = await keepMail(fleet);
    const seconds = (Date.now() - startedAtMs) / 1000;
    if (options.json) {
      const report = { run_id: runId, source: sources.length === 1 ? sources[0] : sources, tables, seconds };
      console.out.write(`${JSON.stringify(report, null, 2)}\n`);
    } else {
      printSummary(tables, seconds, `${pathShown(fleet.out.root)}/`, console);
      for (const path of reportsOf(fleet, sources, runId)) console.out.write(`\nReport:\n  ${pathShown(path)}\n`);
      for (const { path, subject } of mails) console.out.write(`\nEmail: ${subject}\n  ${pathShown(path)}\n`);
    }
    return exitCodeOf(tables);
  });
}

/** A run that has not ended has none. */
function reportsOf({ out, config, ledger }: LocalFleet, sources: readonly string[], runId: string): string[] {
  return sources
    .map((source) => join(out.root, config.target.bucket, ledger.notes.reportKey({ source, runId })))
    .filter((path) => existsSync(path));
}
