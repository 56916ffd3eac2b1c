import type { SourceConfig } from '../shared/config/config.ts';
import { withTables } from '../shared/config/edit-tables.ts';
import { editConfigFile } from './config-file.ts';
import type { FoundTable } from './table-patterns.ts';

/** A table that was added to the file, and what its user may want to know of it. */
export interface AddedTable {
  readonly key: string;
  readonly hints: readonly string[];
}

/** Adds the tables to the file, each with no settings of its own. @throws ConfigError as `editConfigFile` does */
export async function writeTables(
  path: string,
  { name: source }: SourceConfig,
  chosen: readonly FoundTable[],
): Promise<AddedTable[]> {
  const added = chosen.flatMap((table) =>
    table.key === undefined ? [] : [{ key: table.key, hints: hintsFor(table) }],
  );
  const keys = added.map(({ key }) => key);
  await editConfigFile(path, (text) => withTables(text, path, source, keys));
  return added;
}

function hintsFor({ kind, isReadable, changeTracking, primaryKey }: FoundTable): string[] {
  return [
    ...(isReadable ? [] : ['its user may not read it yet']),
    ...(kind === 'view' ? ['a view: without `primary_key` it lands in one file'] : []),
    ...(kind === 'table' && primaryKey.length === 0
      ? ['no primary key: without `primary_key` it lands in one file']
      : []),
    ...(changeTracking === true
      ? ['change tracking is on: `mode: change-tracking` lands what changed, deletes too']
      : []),
  ];
}
