import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Dialect, SslConfig } from '../shared/config/config.ts';
import type { OriginalFileBase } from '../shared/config/original-file.ts';

/** Options of every command: which configuration, which folder, which form of the answer. */
export interface ConfigOptions {
  readonly config: string;
  readonly out: string;
  readonly source?: string;
  readonly json: boolean;
  readonly bucket?: string;
  readonly secret?: string;
  readonly dialect: string;
  readonly ssl: string;
}

/** Options of every command that runs a local fleet. */
export interface FleetOptions extends ConfigOptions {
  readonly table: readonly string[];
  readonly extractors: number;
}

const DEFAULT_EXTRACTORS = 4;

export function addFleetOptions(command: Command): Command {
  addPlaceOptions(command)
    .option('--source <name>', 'only this source')
    .option('--table <name>', 'only this table; may be repeated', collect, [])
    .addOption(
      new Option('--extractors <count>', 'tables of one source at once')
        .argParser(positive)
        .default(DEFAULT_EXTRACTORS),
    );
  return addFormOptions(command);
}

export function addConfigOptions(command: Command): Command {
  return addFormOptions(addPlaceOptions(command));
}

function addPlaceOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration', 'config/landfall.yaml')
    .option('--out <folder>', 'where the tables land, as plain files', './landed');
}

function addFormOptions(command: Command): Command {
  return command
    .option('--bucket <name>', 'for a file that holds only {"Tables": [...]}: the bucket')
    .option('--secret <reference>', 'for such a file: the secret, such as env:NAME or file:PATH')
    .option('--dialect <dialect>', 'for such a file: postgres or mssql', 'postgres')
    .option('--ssl <mode>', 'for such a file: verify-full, require or disable', 'verify-full')
    .option('--json', 'print one JSON document on standard output and nothing else', false);
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

function positive(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Expected a whole number from 1.');
}

/** What the command line says for an original's whole file; undefined when it says nothing. */
export function originalBase(options: ConfigOptions): OriginalFileBase | undefined {
  const { bucket, secret, source = 'original' } = options;
  if (bucket === undefined && secret === undefined) return undefined;
  return {
    origin: 'command line',
    target: { bucket: bucket ?? '' },
    // Unchecked here: whatever is wrong with these is found, and named, with the rest of the configuration.
    source: {
      name: source,
      dialect: options.dialect as Dialect,
      secret: secret ?? '',
      ssl: { mode: options.ssl as SslConfig['mode'] },
    },
  };
}
