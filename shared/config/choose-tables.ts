import { ConfigError } from '../core/errors.ts';
import type { LandfallConfig } from './config.ts';
import { requireSource } from './require-source.ts';

export interface TableChoice {
  /** Undefined for every source of the configuration. */
  readonly source: string | undefined;
  /** Empty for every table that is not disabled. */
  readonly tables: readonly string[];
}

/**
 * Which tables of which source somebody means; undefined for all of a source's.
 * @throws ConfigError for a name that no enabled table has, or no source
 */
export function chooseTables(
  config: LandfallConfig,
  choice: TableChoice,
): ReadonlyMap<string, readonly string[] | undefined> {
  const sources = choice.source === undefined ? [...config.sources.values()] : [requireSource(config, choice.source)];
  if (choice.tables.length === 0) return new Map(sources.map((source) => [source.name, undefined]));
  const known = (table: string) => sources.some((source) => source.tables.get(table)?.disabled === false);
  const unknown = choice.tables.filter((table) => !known(table));
  if (unknown.length > 0) {
    const available = sources.flatMap((source) => [...source.tables.values()].filter(({ disabled }) => !disabled));
    throw new ConfigError(
      'TABLE_NOT_CONFIGURED',
      `There is no enabled table ${unknown.map((table) => `"${table}"`).join(', ')}; ` +
        `the configuration has: ${available.map(({ name }) => name).join(', ')}.`,
    );
  }
  const perSource = sources.map((source): [string, string[]] => [
    source.name,
    choice.tables.filter((table) => source.tables.get(table)?.disabled === false),
  ]);
  return new Map(perSource.filter(([, tables]) => tables.length > 0));
}
