import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Dialect, SslConfig } from '../shared/config/config.ts';
import type { OriginalFileBase } from '../shared/config/original-file.ts';

/** What an original's whole file does not say. */
export interface OriginalFileOptions {
  readonly source?: string;
  readonly bucket?: string;
  readonly secret?: string;
  readonly dialect: string;
  readonly ssl: string;
}

/** Options of a run on one machine. */
export interface FleetOptions extends OriginalFileOptions {
  readonly config: string;
  readonly out: string;
  readonly json: boolean;
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

function addPlaceOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration', 'config/landfall.yaml')
    .option('--out <folder>', 'where the tables land, as plain files', './landed');
}

function addFormOptions(command: Command): Command {
  return addOriginalFileOptions(command).option(
    '--json',
    'print one JSON document on standard output and nothing else',
    false,
  );
}

export function addOriginalFileOptions(command: Command): Command {
  return command
    .option('--bucket <name>', 'for a file that holds only {"Tables": [...]}: the bucket')
    .option('--secret <reference>', 'for such a file: the secret, such as env:NAME or file:PATH')
    .option('--dialect <dialect>', 'for such a file: postgres or mssql', 'postgres')
    .option('--ssl <mode>', 'for such a file: verify-full, require or disable', 'verify-full');
}

/** For an option that may be repeated. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

/** @throws InvalidArgumentError for anything but a whole number from 1 */
export function positive(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Expected a whole number from 1.');
}

/** What the command line says for an original's whole file; undefined when it says nothing. */
export function originalBase(options: OriginalFileOptions): OriginalFileBase | undefined {
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
