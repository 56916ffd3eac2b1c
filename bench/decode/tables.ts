import { colMetadata, row } from '../../test/support/tds/tokens.ts';
import type { WireColumn, WireValue } from '../../test/support/tds/wire-types.ts';

export interface BenchTable {
  readonly columns: readonly WireColumn[];
  readonly valuesOf: (id: number) => WireValue[];
}

const STATES = ['new', 'paid', 'picked', 'shipped', 'delivered', 'returned'];

const two = (value: number): string => String(value).padStart(2, '0');

function momentOf(id: number): string {
  const day = `2026-${two((id % 12) + 1)}-${two((id % 28) + 1)}`;
  return `${day} ${two(id % 24)}:${two(id % 60)}:${two((id * 7) % 60)}`;
}

/** An order as shops have it: ten columns of nine types, some 160 bytes a row on the wire. */
const mixed: BenchTable = {
  columns: [
    { name: 'id', type: { kind: 'int', nullable: false } },
    { name: 'customer_id', type: { kind: 'bigint' } },
    { name: 'reference', type: { kind: 'uniqueidentifier' } },
    { name: 'number', type: { kind: 'varchar', length: 20 } },
    { name: 'state', type: { kind: 'varchar', length: 12 } },
    { name: 'total', type: { kind: 'decimal', precision: 18, scale: 2 } },
    { name: 'shipping', type: { kind: 'money' } },
    { name: 'ordered_at', type: { kind: 'datetime2', scale: 7 } },
    { name: 'shipped_at', type: { kind: 'datetime2', scale: 3 } },
    { name: 'remark', type: { kind: 'nvarchar', length: 200 } },
  ],
  valuesOf: (id) => [
    String(id),
    String(9_000_000_000 + id * 7),
    `886B623E-2F82-7F4B-1C77-${String(id).padStart(12, '0')}`,
    `SO-2026-${String(id).padStart(7, '0')}`,
    STATES[id % STATES.length]!,
    `${(id * 37) % 100_000}.${two(id % 100)}`,
    `${id % 50}.${two(id % 90)}00`,
    `${momentOf(id)}.123456${id % 10}`,
    id % 4 === 0 ? null : `${momentOf(id + 9)}.${100 + (id % 900)}`,
    id % 9 === 0 ? null : `Bitte Bestellung ${id} beim Nachbarn Müller abgeben`,
  ],
};

const narrow: BenchTable = {
  columns: [
    { name: 'id', type: { kind: 'int', nullable: false } },
    { name: 'value', type: { kind: 'int' } },
  ],
  valuesOf: (id) => [String(id), String((id * 31) % 100_003)],
};

export const TABLES: Readonly<Record<string, BenchTable>> = { mixed, narrow };

const BLOCK_ROWS = 2_000;

/** A response's beginning, and a block of rows that is sent again and again: nothing is encoded while the clock runs. */
export function encodeTable({ columns, valuesOf }: BenchTable): { head: Buffer; block: Buffer; blockRows: number } {
  const rows = Array.from({ length: BLOCK_ROWS }, (_, i) => row(columns, valuesOf(i + 1)));
  return { head: colMetadata(columns), block: Buffer.concat(rows), blockRows: BLOCK_ROWS };
}
