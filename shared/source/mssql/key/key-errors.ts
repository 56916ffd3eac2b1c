import { SourceError } from '../../../core/errors.ts';
import type { TableQuery } from '../../source.ts';
import type { DescribedColumn } from './key-columns.ts';

const KEY_REMEDY = 'Name other columns in `primary_key`, or leave it out.';

/** For a key that names columns which the table does not have. */
export function keyNotFound(
  query: TableQuery,
  missing: readonly string[],
  columns: readonly DescribedColumn[],
): SourceError {
  const quoted = missing.map((name) => `"${name}"`).join(', ');
  const message = `\`primary_key\` of ${query.name} names ${quoted}, which the ${nounOf(query)} does not have.`;
  return new SourceError('COLUMN_NOT_FOUND', message, {
    retry: 'permanent',
    remedy: `Columns that exist: ${columns.map(({ name }) => name).join(', ')}.`,
  });
}

/** For a key that names a column whose type the server cannot order, or not take back as text. */
export function typeUnusable(query: TableQuery, { name, type }: DescribedColumn): SourceError {
  return new SourceError(
    'KEY_UNUSABLE',
    `\`primary_key\` of ${query.name} names "${name}", whose type ${type} cannot order the rows.`,
    { retry: 'permanent', remedy: KEY_REMEDY },
  );
}

/** For a range of rows where nothing orders them. */
export function keyMissing({ name }: TableQuery): SourceError {
  return new SourceError('KEY_UNUSABLE', `${name} is to be read from a key on, but has no key that orders its rows.`, {
    retry: 'permanent',
    remedy: 'Was its primary key dropped while a run was at work on it? Run the table again.',
  });
}

/** For a row whose key cannot go back to the server. */
export function keyValueUnusable(where: string, column: string, found: string): SourceError {
  return new SourceError('KEY_UNUSABLE', `Failed ${where}: the key column "${column}" holds ${found}.`, {
    retry: 'permanent',
    remedy: KEY_REMEDY,
  });
}

function nounOf({ sql }: TableQuery): string {
  return sql === undefined ? 'table' : 'query';
}

/** For a custom query that runs, and whose columns the server still cannot tell. */
export function notDescribed({ name }: TableQuery): SourceError {
  return new SourceError(
    'KEY_UNUSABLE',
    `The server cannot tell the columns of ${name}, which are to order or to choose its rows.`,
    {
      retry: 'permanent',
      remedy: KEY_REMEDY,
    },
  );
}

/** The same failure, with what a key wants of a custom `sql`. */
export function notNestable(error: unknown): unknown {
  if (!(error instanceof SourceError) || error.retry !== 'permanent') return error;
  const { code, message, retry, cause } = error;
  const remedy =
    'With `primary_key` or `update_key` the `sql` becomes a derived table: it must be one SELECT that names every column ' +
    'once and has neither WITH nor ORDER BY.';
  return new SourceError(code, message, { retry, remedy, cause });
}
