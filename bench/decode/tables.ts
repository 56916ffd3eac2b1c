import { colMetadata, row } from '../../test/support/tds/tokens.ts';
import type { WireColumn, WireValue } from '../../test/support/tds/wire-types.ts';
import { narrow } from '../land/tables/narrow.ts';
import { orders } from '../land/tables/orders.ts';
import { type BenchTable as LandedTable, secondOf } from '../land/tables/table.ts';

export interface BenchTable {
  readonly columns: readonly WireColumn[];
  readonly valuesOf: (id: number) => WireValue[];
}

/** A table of the whole comparison, as SQL Server sends it. */
function onTheWire({ columns, valuesOf }: LandedTable): BenchTable {
  return { columns: columns.map(({ name, mssql }) => ({ name, type: mssql })), valuesOf };
}

const ORDERED_AT = orders.columns.findIndex(({ name }) => name === 'ordered_at');

/** Nothing is compared with PostgreSQL here, so that moments keep their seventh digit. */
const mixed: BenchTable = {
  ...onTheWire(orders),
  valuesOf: (id) => orders.valuesOf(id).with(ORDERED_AT, `${secondOf(id)}.123456${id % 10}`),
};

export const TABLES: Readonly<Record<string, BenchTable>> = { mixed, narrow: onTheWire(narrow) };

const BLOCK_ROWS = 2_000;

/** A response's beginning, and a block of rows that is sent again and again: nothing is encoded while the clock runs. */
export function encodeTable({ columns, valuesOf }: BenchTable): { head: Buffer; block: Buffer; blockRows: number } {
  const rows = Array.from({ length: BLOCK_ROWS }, (_, i) => row(columns, valuesOf(i + 1)));
  return { head: colMetadata(columns), block: Buffer.concat(rows), blockRows: BLOCK_ROWS };
}
