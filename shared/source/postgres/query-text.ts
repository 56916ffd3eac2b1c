import type { TableQuery } from '../source.ts';

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The table as SQL names it, also for to_regclass(). */
export function qualifiedName(query: TableQuery): string {
  const table = quoteIdentifier(query.table);
  return query.schema === undefined ? table : `${quoteIdentifier(query.schema)}.${table}`;
}

/** The query as configured. `columns` are the names to read of a whole table; undefined reads all of them. */
export function baseQuery(query: TableQuery, columns: readonly string[] | undefined): string {
  if (query.sql !== undefined) return query.sql;
  const list = columns === undefined ? '*' : columns.map(quoteIdentifier).join(', ');
  const where = query.where === undefined ? '' : ` WHERE (\n${query.where}\n)`;
  return `SELECT ${list} FROM ${qualifiedName(query)}${where}`;
}

/** A query that tells its columns and reads no row. The query has lines of its own, as it may end in a comment. */
export function describeQuery(base: string): string {
  return `SELECT * FROM (\n${base}\n) AS t LIMIT 0`;
}

/** One column of COPY: where it stands in the base query and what is selected of it. */
export interface SelectedColumn {
  /** Place among the base query's columns, from 0. */
  readonly position: number;
  readonly select: (column: string) => string;
}

/**
 * The COPY of the selected columns. The column aliases make duplicate and empty names of the base query harmless,
 * and its own ORDER BY stays, as nothing outside sorts.
 */
export function copyQuery(base: string, columnCount: number, selected: readonly SelectedColumn[]): string {
  const aliases = Array.from({ length: columnCount }, (_, i) => alias(i)).join(', ');
  const list = selected.map((column) => column.select(alias(column.position))).join(', ');
  return `COPY (SELECT ${list} FROM (\n${base}\n) AS t(${aliases})) TO STDOUT (FORMAT binary)`;
}

function alias(position: number): string {
  return `c${position + 1}`;
}
