import { duckRow } from '../../../test/support/duckdb.ts';
import type { OutputForm } from '../subjects/subject.ts';
import type { BenchTable } from '../tables.ts';
import { canonicalSql, relationSql } from './canonical.ts';

/** Rows, and checksums that do not depend on their order. */
export interface RowSums {
  readonly rows: number;
  /** Of whole rows. */
  readonly checksum: string;
  /** Of each column alone, to say where rows differ. */
  readonly columns: readonly string[];
}

const REFERENCE: OutputForm = { format: 'json-lines', binary: 'hex', compression: 'none' };

/** What an output of so many rows must have, from the reference of distinct rows. */
export async function expectedSums(table: BenchTable, rowCount: number, referencePath: string): Promise<RowSums> {
  const distinct = Math.min(rowCount, table.distinctRows);
  const turns = Math.floor(rowCount / distinct);
  const times = `(${turns} + CASE WHEN CAST(id AS BIGINT) <= ${rowCount % distinct} THEN 1 ELSE 0 END)`;
  return await sumsOf(table, REFERENCE, referencePath, times);
}

/** What an output has. */
export async function outputSums(table: BenchTable, form: OutputForm, path: string): Promise<RowSums> {
  return await sumsOf(table, form, path, '1');
}

/** How an output differs from its source, in a sentence; undefined when it does not. */
export function difference(expected: RowSums, found: RowSums, { columns }: BenchTable): string | undefined {
  if (found.rows !== expected.rows) return `It has ${found.rows} rows of ${expected.rows}.`;
  if (found.checksum === expected.checksum) return undefined;
  const differing = columns.filter((_, place) => found.columns[place] !== expected.columns[place]);
  if (differing.length === 0) return 'Its values stand in other rows than the source has them.';
  return `Its values differ from the source in ${differing.map(({ name }) => name).join(', ')}.`;
}

async function sumsOf(table: BenchTable, form: OutputForm, path: string, times: string): Promise<RowSums> {
  const cells = table.columns.map((column, place) => `${canonicalSql(column, form.binary)} AS v${place}`);
  const names = table.columns.map((_, place) => `v${place}`);
  const sum = (hashed: string) => `CAST(sum(CAST(hash(${hashed}) AS HUGEINT) * times) AS VARCHAR)`;
  const wholeRow = names.map((name) => `coalesce(${name}, '~')`).join(', ');
  const row = await duckRow(
    `SELECT CAST(sum(times) AS VARCHAR) AS row_count, ${sum(`concat_ws('|', ${wholeRow})`)} AS whole,
       ${names.map((name, place) => `${sum(name)} AS s${place}`).join(', ')}
     FROM (SELECT ${cells.join(', ')}, ${times} AS times FROM ${relationSql(path, form, table)})`,
  );
  return {
    rows: Number(row.row_count ?? 0),
    checksum: String(row.whole),
    columns: names.map((_, place) => String(row[`s${place}`])),
  };
}
