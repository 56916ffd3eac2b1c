import type { SourceConfig } from '../shared/config/config.ts';
import { tableKey } from '../shared/config/table-key.ts';
import { ConfigError } from '../shared/core/errors.ts';
import { catalogFinder } from '../shared/flow/find-in-catalog.ts';
import type { CatalogTable } from '../shared/source/source.ts';

/** Which tables of a catalog somebody means. */
export interface TablePatterns {
  /** `orders`, `public.orders`, or with `*` for any characters. */
  readonly table: readonly string[];
  readonly schema: readonly string[];
  readonly all: boolean;
}

/** A table of the catalog, and how it stands to the configuration. */
export interface FoundTable extends CatalogTable {
  /** The key that it has or would have under `tables`; undefined for a name that no key can have. */
  readonly key: string | undefined;
  readonly isConfigured: boolean;
}

export function foundTables(source: SourceConfig, catalog: readonly CatalogTable[]): FoundTable[] {
  const find = catalogFinder(source.dialect, catalog);
  const whole = [...source.tables.values()].filter(({ sql }) => sql === undefined);
  const configured = new Map(whole.map((table) => [find(table), table.name]));
  return catalog.map((table) => ({
    ...table,
    key: configured.get(table) ?? tableKey({ schema: table.schema, table: table.name }),
    isConfigured: configured.has(table),
  }));
}

/**
 * Those of the schemas and of the patterns; all of them without either.
 * @throws ConfigError NO_TABLE_MATCHES for a schema or a pattern without any table
 */
export function matching(found: readonly FoundTable[], { table, schema }: TablePatterns): FoundTable[] {
  const unknown = [
    ...schema.filter((name) => !found.some((each) => each.schema === name)).map((name) => `schema "${name}"`),
    ...table.filter((pattern) => tablesNamed(found, pattern).length === 0).map((pattern) => `"${pattern}"`),
  ];
  if (unknown.length > 0) {
    throw new ConfigError('NO_TABLE_MATCHES', `The database has no table for ${unknown.join(', ')}.`, {
      remedy: 'landfall discover lists the tables that its user may see.',
    });
  }
  const named = new Set(table.flatMap((pattern) => tablesNamed(found, pattern)));
  return found.filter(
    (each) => (schema.length === 0 || schema.includes(each.schema)) && (table.length === 0 || named.has(each)),
  );
}

/** Those that a pattern names as it is written; else, whatever their upper and lower case. */
export function tablesNamed(found: readonly FoundTable[], pattern: string): FoundTable[] {
  const exact = found.filter((table) => isNamed(table, regularExpression(pattern, '')));
  return exact.length > 0 ? exact : found.filter((table) => isNamed(table, regularExpression(pattern, 'i')));
}

function isNamed({ schema, name, key }: FoundTable, pattern: RegExp): boolean {
  return [name, `${schema}.${name}`, key].some((text) => text !== undefined && pattern.test(text));
}

function regularExpression(pattern: string, flags: string): RegExp {
  const escaped = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('.*')}$`, `s${flags}`);
}

/**
 * Which of the found tables are to be added. Whoever names a table by its whole name means it, be it a view or not
 * readable yet; what a wider choice takes is a table that may be read.
 */
export function chosenToAdd(found: readonly FoundTable[], patterns: TablePatterns): FoundTable[] {
  const { table, schema, all } = patterns;
  const names = table.filter((pattern) => !pattern.includes('*'));
  const named = new Set(names.flatMap((name) => tablesNamed(found, name)));
  const wide = all || schema.length > 0 || names.length < table.length ? matching(found, wider(patterns)) : [];
  const fit = new Set(wide.filter(({ kind, isReadable }) => kind === 'table' && isReadable));
  return found.filter((each) => !each.isConfigured && each.key !== undefined && (named.has(each) || fit.has(each)));
}

/** The patterns without the whole names. */
function wider({ table, ...others }: TablePatterns): TablePatterns {
  return { ...others, table: table.filter((pattern) => pattern.includes('*')) };
}
