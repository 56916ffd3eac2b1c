import type { TableQuery } from '../source.ts';
import { resultColumns } from './catalog.ts';
import type { DescribedColumn } from './key/key-columns.ts';
import { notDescribed, notNestable } from './key/key-errors.ts';
import { sourceText } from './query-text.ts';
import type { ReadSession } from './read-session.ts';

/**
 * Columns of a custom `sql`, and of what is no table or view of the database, such as a synonym.
 * @throws SourceError with the reason why the server does not take it.
 */
export async function describedColumns(session: ReadSession, query: TableQuery): Promise<DescribedColumn[]> {
  const sql = `SELECT TOP (0) * FROM ${sourceText(query)}`;
  const columns = await session.run(() => resultColumns(session.catalog, sql));
  if (columns !== undefined) return columns;
  try {
    // Only a query that is run tells its own error.
    await session.run(() => session.connection.runBatch(sql));
  } catch (error) {
    throw query.sql === undefined ? error : notNestable(error);
  }
  throw notDescribed(query);
}
