import type { TableQuery } from '../../source.ts';
import { keyNotFound, typeUnusable } from './key-errors.ts';
import { type KeyType, keyTypeOf } from './key-type.ts';

/** A column as the catalog has it, or as the result of a query describes it. */
export interface DescribedColumn {
  readonly name: string;
  /** As SQL writes it: decimal(12,2), nvarchar(50), rowversion. */
  readonly type: string;
  readonly collation: string | undefined;
  readonly isNullable: boolean;
}

/** One of the columns that order the rows. */
export interface KeyColumn extends DescribedColumn {
  readonly compared: KeyType;
}

/**
 * The columns of a key that a user named, or that a run has frozen.
 * @throws SourceError COLUMN_NOT_FOUND and KEY_UNUSABLE, for good.
 */
export function requireKey(
  query: TableQuery,
  names: readonly string[],
  columns: readonly DescribedColumn[],
): KeyColumn[] {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const missing = names.filter((name) => !byName.has(name));
  if (missing.length > 0) throw keyNotFound(query, missing, columns);
  return names.map((name) => {
    const column = byName.get(name)!;
    const compared = keyTypeOf(column);
    if (compared === undefined) throw typeUnusable(query, column);
    return { ...column, compared };
  });
}

/** The columns of a key that the catalog has; none when its types cannot order the rows of every read alike. */
export function usableKey(names: readonly string[], columns: readonly DescribedColumn[]): KeyColumn[] {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const key = names.flatMap((name) => {
    const column = byName.get(name);
    const compared = column && keyTypeOf(column);
    return column === undefined || compared === undefined ? [] : [{ ...column, compared }];
  });
  return key.length === names.length ? key : [];
}
