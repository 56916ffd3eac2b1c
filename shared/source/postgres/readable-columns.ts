import { SourceError } from '../../core/errors.ts';
import { selectPositions } from '../column-names.ts';
import type { TableQuery } from '../source.ts';
import { qualifiedName } from './query-text.ts';
import type { ReadSession } from './read-session.ts';

/**
 * The server says no more than "permission denied for table" when it is one column that the user may not read.
 * Of a custom query, and of a table that is not there or of which no column may be read, it says enough itself.
 * @throws SourceError PERMISSION_DENIED with the names of the columns.
 */
export async function expectReadableColumns(session: ReadSession, query: TableQuery): Promise<void> {
  if (query.sql !== undefined) return;
  const columns = await session.run(() => columnRights(session, query));
  const names = columns.map((column) => column.name);
  const denied = new Set(columns.filter((column) => !column.mayRead).map((column) => column.name));
  if (denied.size === columns.length) return;
  const selected = selectPositions(names, query.select, query.name).map((position) => names[position]!);
  const wanted = [...new Set([...selected, ...(query.key ?? [])])].filter((name) => denied.has(name));
  if (wanted.length === 0) return;
  const quoted = wanted.map((name) => `"${name}"`).join(', ');
  const [columnWord, them] = wanted.length === 1 ? ['column', 'it'] : ['columns', 'them'];
  throw new SourceError(
    'PERMISSION_DENIED',
    `Failed ${session.where}: permission denied for ${columnWord} ${quoted}.`,
    {
      retry: 'permanent',
      remedy: `Grant the source's user SELECT on ${them}, or leave ${them} out: \`select: [${excluded(wanted)}]\`.`,
    },
  );
}

function excluded(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(`-${name}`)).join(', ');
}

async function columnRights(session: ReadSession, query: TableQuery): Promise<{ name: string; mayRead: boolean }[]> {
  return await session.catalog<{ name: string; mayRead: boolean }>(
    `SELECT attname::text AS name, has_column_privilege(attrelid, attnum, 'SELECT') AS "mayRead"
       FROM pg_catalog.pg_attribute
      WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped
      ORDER BY attnum`,
    [qualifiedName(query)],
  );
}
