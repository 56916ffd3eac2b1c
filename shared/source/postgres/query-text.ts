import { SourceError } from '../../core/errors.ts';
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

/**
 * Distinct names for the landed columns: a name that was there before gets `_2`, `_3`, …; a column without a name,
 * or with PostgreSQL's `?column?`, becomes `column_` and its place from 1.
 */
export function distinctNames(names: readonly string[]): string[] {
  const wanted = names.map((name, i) => (name === '' || name === '?column?' ? `column_${i + 1}` : name));
  const taken = new Set<string>();
  const reserved = new Set(wanted);
  return wanted.map((name) => {
    let distinct = name;
    for (let n = 2; taken.has(distinct); n++) {
      const candidate = `${name}_${n}`;
      if (!reserved.has(candidate)) distinct = candidate;
    }
    taken.add(distinct);
    return distinct;
  });
}

/**
 * Positions of the columns that `select` wants, in its order; entries with a leading `-` are left out instead.
 * @throws SourceError when it names a column that does not exist, or leaves none.
 */
export function selectPositions(names: readonly string[], select: readonly string[], table: string): number[] {
  const excluded = select.filter((name) => name.startsWith('-')).map((name) => name.slice(1));
  const included = select.filter((name) => !name.startsWith('-'));
  const unknown = [...included, ...excluded].filter((name) => !names.includes(name));
  if (unknown.length > 0) throw unknownColumns(unknown, names, table);
  const wanted = included.length > 0 ? included : names;
  const positions = wanted.filter((name) => !excluded.includes(name)).map((name) => names.indexOf(name));
  if (positions.length === 0) {
    throw new SourceError('NO_COLUMNS', `Table ${table} has no column left to land.`, {
      retry: 'permanent',
      remedy: 'Name at least one column in `select`, or disable the table.',
    });
  }
  return [...new Set(positions)];
}

function unknownColumns(unknown: readonly string[], names: readonly string[], table: string): SourceError {
  const quoted = unknown.map((name) => `"${name}"`).join(', ');
  return new SourceError('COLUMN_NOT_FOUND', `\`select\` of ${table} names ${quoted}, which the table does not have.`, {
    retry: 'permanent',
    remedy: `Columns that exist: ${names.join(', ')}.`,
  });
}
