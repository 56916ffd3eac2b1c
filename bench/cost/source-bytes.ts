import { nbcRow, row } from '../../test/support/tds/tokens.ts';
import type { Dialect } from '../land/sources/login.ts';
import type { BenchColumn, BenchTable, BenchValue } from '../land/tables.ts';

/** So many rows, or so many bytes of them, tell how large the others are. */
const SAMPLED_ROWS = 1_000;
const SAMPLED_BYTES = 2_000_000;

/** Bytes of a row as the database sends it, on average over the first rows of a table. */
export function rowBytes(dialect: Dialect, table: BenchTable): number {
  const sizeOf = dialect === 'mssql' ? tdsBytes : copyBytes;
  let [rows, bytes] = [0, 0];
  while (rows < Math.min(SAMPLED_ROWS, table.distinctRows) && bytes < SAMPLED_BYTES) {
    rows += 1;
    bytes += sizeOf(table, table.valuesOf(rows));
  }
  return bytes / rows;
}

function tdsBytes({ columns, mostlyNull }: BenchTable, values: readonly BenchValue[]): number {
  const encode = mostlyNull === true ? nbcRow : row;
  return encode(
    columns.map(({ name, mssql }) => ({ name, type: mssql })),
    values,
  ).length;
}

/**
 * A number of columns, then a length and a value for each of them.
 * @see https://www.postgresql.org/docs/18/sql-copy.html, the binary format
 */
function copyBytes({ columns }: BenchTable, values: readonly BenchValue[]): number {
  return values.reduce((sum, value, place) => sum + 4 + (value === null ? 0 : valueBytes(columns[place]!, value)), 2);
}

function valueBytes({ kind, postgres }: BenchColumn, value: string): number {
  switch (kind) {
    case 'integer':
      return postgres.startsWith('bigint') ? 8 : 4;
    case 'float':
    case 'moment':
      return 8;
    case 'uuid':
      return 16;
    case 'decimal':
      return decimalBytes(value);
    case 'binary':
      return value.length / 2;
    case 'text':
      return Buffer.byteLength(value);
  }
}

/** Four counters of 16 bits, then groups of four digits on either side of the point. */
function decimalBytes(value: string): number {
  const [whole = '', behind = ''] = value.replace('-', '').split('.');
  return 8 + 2 * (Math.ceil(whole.length / 4) + Math.ceil(behind.length / 4));
}
