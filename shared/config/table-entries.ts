import type { ConfigPath } from './path.ts';
import type { CheckedInput, DeepPartial } from './shape.ts';
import type { TableInput } from './table-schema.ts';

export type CheckedTable = DeepPartial<TableInput>;
export type CheckedSource = NonNullable<NonNullable<CheckedInput['sources']>[string]>;

/** A table as one of the three forms of `tables` has it. */
export interface TableEntry {
  readonly name: string;
  /** Of the table's settings. */
  readonly path: ConfigPath;
  /** Of the value that names the table, and whether that is a key or a value. */
  readonly namePath: ConfigPath;
  readonly nameAt: 'key' | 'value';
  readonly input: CheckedTable;
}

/** One list, whether `tables` is a mapping, an original's list or an original's whole file. */
export function tableEntries(tables: CheckedSource['tables'], path: ConfigPath): TableEntry[] {
  if (tables === undefined) return [];
  if (Array.isArray(tables)) return originalEntries(tables, path);
  if (Array.isArray(tables.Tables)) return originalEntries(tables.Tables, [...path, 'Tables']);
  return Object.entries(tables as Record<string, CheckedTable | null>).map(([name, input]) => {
    const ownPath = [...path, name];
    return { name, path: ownPath, namePath: ownPath, nameAt: 'key', input: input ?? {} };
  });
}

type OriginalList = Extract<NonNullable<CheckedSource['tables']>, readonly unknown[]>;

function originalEntries(list: OriginalList, path: ConfigPath): TableEntry[] {
  return list.flatMap((entry, index): TableEntry[] => {
    if (entry?.table_name === undefined) return [];
    const ownPath = [...path, index];
    return [
      {
        name: entry.table_name,
        path: ownPath,
        namePath: [...ownPath, 'table_name'],
        nameAt: 'value',
        // A query that is missing was reported; with any other in its place the name is still checked as a query's.
        // An original lands all rows in every run, whatever the defaults want of other tables.
        input: { sql: entry.sql_query ?? 'select', mode: 'full-refresh' },
      },
    ];
  });
}
