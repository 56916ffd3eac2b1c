import { columnsTable, wide } from './tables/columns.ts';
import { narrow } from './tables/narrow.ts';
import { orders } from './tables/orders.ts';
import type { BenchTable } from './tables/table.ts';
import { documents, texts } from './tables/texts.ts';

export type { BenchColumn, BenchTable, BenchValue, ColumnKind } from './tables/table.ts';
export { rowsOf, unitRowsOf } from './tables/table.ts';

/** The tables of the comparison, in the order of the report. */
export const TABLES: readonly BenchTable[] = [orders, narrow, wide, texts, documents];

const COLUMNS_NAME = /^columns_(\d{1,3})$/;

/** A table by its name; `columns_<n>` is one of n columns, without NULLs, as the scale series uses it. */
export function tableNamed(name: string): BenchTable {
  const columnCount = Number(COLUMNS_NAME.exec(name)?.[1] ?? 0);
  if (columnCount > 1) {
    return columnsTable({
      name,
      title: `${columnCount} columns`,
      columnCount,
      oneIn: 1,
      distinctRows: 2_000,
      share: 1,
    });
  }
  const found = TABLES.find((table) => table.name === name);
  if (found === undefined) {
    throw new Error(`There is no table "${name}"; there are ${TABLES.map((table) => table.name).join(', ')}.`);
  }
  return found;
}
