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
export function baseQuery(query: TableQuery, columns: readonly string[] | undefined, sampling = ''): string {
  if (query.sql !== undefined) return query.sql;
  const list = columns === undefined ? '*' : columns.map(quoteIdentifier).join(', ');
  const where = query.where === undefined ? '' : ` WHERE (\n${query.where}\n)`;
  return `SELECT ${list} FROM ${qualifiedName(query)}${sampling}${where}`;
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

/** Which rows a query gives and in what order, in the words of SQL; empty texts for all in any order. */
export interface RowOrder {
  readonly condition: string;
  readonly orderBy: string;
}

const ANY_ORDER: RowOrder = { condition: '', orderBy: '' };

/**
 * The query of the selected columns. The column aliases make duplicate and empty names of the base query harmless,
 * and its own ORDER BY stays when nothing outside sorts.
 */
export function rowsQuery(
  base: string,
  columnCount: number,
  selected: readonly SelectedColumn[],
  order: RowOrder = ANY_ORDER,
): string {
  const list = selected.map((column) => column.select(columnAlias(column.position))).join(', ');
  const orderBy = order.orderBy === '' ? '' : ` ORDER BY ${order.orderBy}`;
  return `SELECT ${list} FROM ${filteredTable(base, columnCount, order.condition)}${orderBy}`;
}

export function copyQuery(rows: string): string {
  return `COPY (${rows}) TO STDOUT (FORMAT binary)`;
}

/** The base query as an item of FROM, its columns named by their places. It has lines of its own. */
export function derivedTable(base: string, columnCount: number): string {
  const aliases = Array.from({ length: columnCount }, (_, i) => columnAlias(i)).join(', ');
  return `(\n${base}\n) AS t(${aliases})`;
}

/** The derived table without the rows that do not meet the condition; an empty one keeps all. */
export function filteredTable(base: string, columnCount: number, condition: string): string {
  return `${derivedTable(base, columnCount)}${condition === '' ? '' : ` WHERE ${condition}`}`;
}

/** Name of a column of the derived table; places count from 0. */
export function columnAlias(position: number): string {
  return `c${position + 1}`;
}

/**
 * A column of the derived table in WHERE and ORDER BY. Without the table's name ORDER BY would take the output column of
 * the same name, which may be the text of it.
 */
export function columnReference(position: number): string {
  return `t.${columnAlias(position)}`;
}
