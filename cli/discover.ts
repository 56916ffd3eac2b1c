import type { Command } from 'commander';
import type { LandfallConfig, SourceConfig } from '../shared/config/config.ts';
import { loadConfig } from '../shared/config/load-config.ts';
import { requireSource } from '../shared/config/require-source.ts';
import { ConfigError } from '../shared/core/errors.ts';
import { withCatalog } from '../shared/flow/with-catalog.ts';
import { canAsk } from './confirm.ts';
import type { Console } from './console.ts';
import { discoverDocument, printAdded, printCatalog } from './discover-report.ts';
import { type AddedTable, writeTables } from './discover-write.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { collect, originalBase } from './fleet-options.ts';
import { addOperatorOptions, type OperatorOptions } from './operator-options.ts';
import { Questions } from './questions.ts';
import {
  chosenToAdd,
  type FoundTable,
  foundTables,
  matching,
  type TablePatterns,
  tablesNamed,
} from './table-patterns.ts';
import { withRecords } from './with-records.ts';

interface DiscoverOptions extends OperatorOptions, TablePatterns {
  /** Undefined for the only one. */
  readonly source?: string;
  readonly write: boolean;
}

const ABOUT = `
Rows and sizes are the estimates of the catalog; no row is read. --write adds
the chosen tables to the file, in place and with its comments: those that
--table or --schema name, with --all every table that may be read, and at a
terminal without any of them it asks. Views are listed, and added only when a
--table names them. The password is read where "secret" says.

Examples:
  $ landfall discover
  $ landfall discover --schema public --table 'order*'
  $ landfall discover --write --all
  $ landfall discover --write --source erp --table dbo.Orders \\
      --table 'sales.*'

Exit codes: 0 done, 1 the database refused or failed, 2 wrong usage or
configuration, or a file that cannot be added to.`;

export function addDiscover(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  const command = program.command('discover').description('list the tables of a database, and add them to the file');
  addOperatorOptions(command)
    .option('--source <name>', 'the source; needed when there are several')
    .option('--schema <name>', 'only this schema; may be repeated', collect, [])
    .option('--table <pattern>', "only these, such as orders, public.orders or 'sales.*'; may be repeated", collect, [])
    .option('--write', 'add the chosen tables to the configuration', false)
    .option('--all', 'with --write: every table that may be read', false)
    .addHelpText('after', ABOUT)
    .action(async (options: DiscoverOptions) => exit(await discover(options, console)));
}

async function discover(options: DiscoverOptions, console: Console): Promise<ExitCode> {
  const config = await loadConfig(options.config, { base: originalBase(options) });
  const source = sourceOf(config, options.source);
  const catalog = await withRecords(options, [source], ({ openSource }) =>
    withCatalog(source, { openSource }, new AbortController().signal, async ({ tables }) => tables),
  );
  const all = foundTables(source, catalog);
  const found = matching(all, options);
  const added = options.write ? await add(found, source, options, console) : [];
  if (options.json) {
    console.out.write(`${JSON.stringify(discoverDocument(source, found, added), null, 2)}\n`);
  } else if (options.write) printAdded(added, options.config, source, console);
  else printCatalog(source, found, console);
  return EXIT.ok;
}

function sourceOf(config: LandfallConfig, name: string | undefined): SourceConfig {
  if (name !== undefined) return requireSource(config, name);
  const [only, ...others] = config.sources.values();
  if (only !== undefined && others.length === 0) return only;
  const names = [...config.sources.keys()].join(', ');
  throw new ConfigError('SOURCE_UNCLEAR', `The configuration has several sources: ${names}.`, {
    remedy: 'Name one with --source.',
  });
}

async function add(
  found: readonly FoundTable[],
  source: SourceConfig,
  options: DiscoverOptions,
  console: Console,
): Promise<AddedTable[]> {
  const isChosen = options.all || options.table.length > 0 || options.schema.length > 0;
  const patterns = isChosen ? options : await askForTables(found, source, console);
  const chosen = chosenToAdd(found, patterns);
  return await writeTables(options.config, source, chosen);
}

/** Shows what there is, and asks which of it. @throws ConfigError where nobody can answer */
async function askForTables(
  found: readonly FoundTable[],
  source: SourceConfig,
  console: Console,
): Promise<TablePatterns> {
  if (!canAsk(console)) {
    throw new ConfigError(
      'TABLES_NOT_CHOSEN',
      'Nothing says which tables to add, and there is no terminal to ask at.',
      {
        remedy: 'Choose them with --table or --schema, or take all that may be read with --all.',
      },
    );
  }
  printCatalog(source, found, { ...console, out: console.err });
  const questions = new Questions(console);
  try {
    return await questions.ask<TablePatterns>({
      title: 'Tables to add',
      about: 'Names or patterns with commas between them, such as public.orders, sales.*; or all. Nothing: none.',
      preset: '',
      read: (text) => {
        const table = text.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
        if (table.length === 1 && /^all$/i.test(table[0]!)) return { answer: { table: [], schema: [], all: true } };
        const unknown = table.filter((pattern) => tablesNamed(found, pattern).length === 0);
        if (unknown.length === 0) return { answer: { table, schema: [], all: false } };
        return { allowed: `the names of tables above; none is ${unknown.join(', ')}` };
      },
    });
  } finally {
    questions.close();
  }
}
