import type { Command } from 'commander';
import { pathShown } from '../local/fleet/path-shown.ts';
import { wrapped } from '../shared/alert/email-text.ts';
import { chooseTables } from '../shared/config/choose-tables.ts';
import type { LandfallConfig } from '../shared/config/config.ts';
import { loadConfig } from '../shared/config/load-config.ts';
import { InvalidConfigError } from '../shared/config/problems.ts';
import { checkTables, type SourceCheck } from '../shared/flow/check-tables.ts';
import { checkDocument, printCheck, problemDocument, severities } from './check-report.ts';
import { type Console, count, styled } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { collect, originalBase } from './fleet-options.ts';
import { addOperatorOptions, type OperatorOptions } from './operator-options.ts';
import { withRecords } from './with-records.ts';

interface CheckOptions extends OperatorOptions {
  readonly connect: boolean;
  readonly table: readonly string[];
  readonly verbose: boolean;
}

const WIDTH = 80;

const ABOUT = `
Without --connect only the file is read. With it every table is described by
its database, without reading a row: what each column lands as and whether it
loses anything, by which key the rows are ordered and whether an index serves
that, permissions, what the modes need, and whether the columns keep to the
schema contract after the runs before. Those are in AWS, or with --local in the
folder of local runs; where neither can be seen, the contract is not checked.

Marks: ✓ fine, ! lands with a loss or at a price, ✗ would fail.

Examples:
  $ landfall check
  $ landfall check --connect --local ./landed
  $ landfall check --connect --source shop --table public.orders
  $ landfall check --connect --json > check.json

Exit codes: 0 nothing would fail, 1 some table would, 2 wrong usage or
configuration.`;

export function addCheck(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  const command = program.command('check').description('check the configuration, and every table against its database');
  addOperatorOptions(command)
    .option('--connect', 'describe every table in its database', false)
    .option('--source <name>', 'only this source')
    .option('--table <name>', 'only this table, with its columns; may be repeated', collect, [])
    .option('--verbose', 'show the columns of every table', false)
    .addHelpText('after', ABOUT)
    .action(async (options: CheckOptions) => exit(await check(options, console)));
}

async function check(options: CheckOptions, console: Console): Promise<ExitCode> {
  let config: LandfallConfig;
  try {
    config = await loadConfig(options.config, { base: originalBase(options) });
  } catch (thrown) {
    if (!(options.json && thrown instanceof InvalidConfigError)) throw thrown;
    writeDocument(problemDocument(options.config, thrown), console);
    return EXIT.usage;
  }
  const chosen = chooseTables(config, { source: options.source, tables: options.table });
  if (options.connect) return await checkDatabases(config, chosen, options, console);
  if (options.json) writeDocument(checkDocument(options.config, undefined), console);
  else printConfig(config, options, console);
  return EXIT.ok;
}

type Chosen = ReturnType<typeof chooseTables>;

async function checkDatabases(
  config: LandfallConfig,
  chosen: Chosen,
  options: CheckOptions,
  console: Console,
): Promise<ExitCode> {
  const sources = [...chosen.keys()].map((name) => config.sources.get(name)!);
  const { checks, problem } = await withRecords(options, sources, async ({ openSource, records }) => {
    const schemaOf = (source: string, table: string) =>
      records.ask((ledger) => ledger.readSchema(source, table), undefined);
    const { signal } = new AbortController();
    const checked = sources.map((source) => {
      const names = chosen.get(source.name);
      const tables = [...source.tables.values()].filter(
        ({ name, disabled }) => !disabled && (names === undefined || names.includes(name)),
      );
      return checkTables(source, tables, { openSource, schemaOf }, signal);
    });
    return { checks: await Promise.all(checked), problem: records.problem };
  });
  if (options.json) writeDocument(checkDocument(options.config, { checks, problem }), console);
  else {
    const showsColumns = options.verbose || options.table.length > 0;
    for (const each of checks) printCheck(each, showsColumns, console);
    if (problem !== undefined) {
      const note = `Schema contracts were not checked, as earlier runs are not known: ${problem.message}`;
      console.out.write(`\n${wrapped(note, WIDTH)}\n`);
    }
    printVerdict(checks, console);
  }
  return severities(checks).error > 0 ? EXIT.failed : EXIT.ok;
}

function printConfig(config: LandfallConfig, options: CheckOptions, { out }: Console): void {
  const tables = [...config.sources.values()].flatMap((source) => [...source.tables.values()]);
  const disabled = tables.filter((table) => table.disabled).length;
  const counted = [
    counts(config.sources.size, 'source'),
    counts(tables.length, 'table'),
    ...(disabled === 0 ? [] : [`${count(disabled)} of them disabled`]),
  ];
  out.write(`${styled('green', '✓', out)} ${pathShown(options.config)} is valid: ${counted.join(', ')}.\n`);
  out.write('Add --connect to check every table against its database.\n');
}

function printVerdict(checks: readonly SourceCheck[], { out }: Console): void {
  const { error, warning } = severities(checks);
  const tables = checks.reduce((sum, check) => sum + check.tables.length, 0);
  const errors = error === 0 ? styled('green', 'no errors', out) : styled('red', counts(error, 'error'), out);
  out.write(`\nChecked ${counts(tables, 'table')}: ${errors}, ${counts(warning, 'warning')}.\n`);
}

function counts(amount: number, noun: string): string {
  return `${count(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}

function writeDocument(document: object, { out }: Console): void {
  out.write(`${JSON.stringify(document, null, 2)}\n`);
}
