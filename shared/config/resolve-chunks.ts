import type { TableConfig } from './config.ts';
import type { ConfigPath } from './path.ts';
import type { ProblemReport } from './problems.ts';
import type { CheckedTable, TableEntry } from './table-entries.ts';

type ChunkKeys = Pick<CheckedTable, 'chunk_count' | 'chunk_size'>;

/**
 * Into what a table's key is cut. A table's own key wins over either of its source's, so that a default count does not
 * stand against an own size. Chunks are ranges of a key: a query that names none has none, whatever the defaults say.
 */
export function resolveChunks(
  { input, path }: TableEntry,
  defaults: CheckedTable,
  report: ProblemReport,
): TableConfig['chunks'] {
  checkOneOfBoth(input, path, report);
  if (input.sql === undefined || input.primary_key !== undefined) return chunksOf(input) ?? chunksOf(defaults);
  // A key that is there and wrong was reported itself.
  if (!report.hasWithin([...path, 'primary_key'])) reportWithoutKey(input, path, report);
  return undefined;
}

/** A count and a size at one level say two things of one table. */
export function checkOneOfBoth(keys: ChunkKeys, path: ConfigPath, report: ProblemReport): void {
  if (keys.chunk_count === undefined || keys.chunk_size === undefined) return;
  report.add([...path, 'chunk_size'], 'found chunk_size together with chunk_count; allowed: one of them', 'key');
}

function reportWithoutKey(keys: ChunkKeys, path: ConfigPath, report: ProblemReport): void {
  for (const key of ['chunk_count', 'chunk_size'] as const) {
    if (keys[key] === undefined) continue;
    report.add(
      [...path, key],
      `found ${key} together with sql and no primary_key; allowed: ${key} with sql and the primary_key of its rows, whose ranges the chunks are`,
      'key',
    );
  }
}

function chunksOf({ chunk_count: count, chunk_size: rows }: ChunkKeys): TableConfig['chunks'] {
  if (count !== undefined) return { count };
  return rows === undefined ? undefined : { rows };
}
