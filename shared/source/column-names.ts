import { SourceError } from '../core/errors.ts';

/**
 * Distinct names for the landed columns: a name that was there before gets `_2`, `_3`, …; a column without a name
 * (PostgreSQL calls it `?column?`) becomes `column_` and its place from 1.
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
