import { type BenchTable, secondOf, two } from './table.ts';

const STATES = ['new', 'paid', 'picked', 'shipped', 'delivered', 'returned'];

/** An order as shops have it: ten columns of nine types, some 180 bytes a row on the wire of SQL Server. */
export const orders: BenchTable = {
  name: 'orders',
  title: '10 mixed columns',
  columns: [
    { name: 'id', kind: 'integer', mssql: { kind: 'int', nullable: false }, postgres: 'integer NOT NULL' },
    { name: 'customer_id', kind: 'integer', mssql: { kind: 'bigint' }, postgres: 'bigint' },
    { name: 'reference', kind: 'uuid', mssql: { kind: 'uniqueidentifier' }, postgres: 'uuid' },
    { name: 'number', kind: 'text', mssql: { kind: 'varchar', length: 20 }, postgres: 'varchar(20)' },
    { name: 'state', kind: 'text', mssql: { kind: 'varchar', length: 12 }, postgres: 'varchar(12)' },
    decimal('total', 18, 2),
    { name: 'shipping', kind: 'decimal', scale: 4, mssql: { kind: 'money' }, postgres: 'numeric(19,4)' },
    { name: 'ordered_at', kind: 'moment', mssql: { kind: 'datetime2', scale: 7 }, postgres: 'timestamp' },
    { name: 'shipped_at', kind: 'moment', mssql: { kind: 'datetime2', scale: 3 }, postgres: 'timestamp(3)' },
    { name: 'remark', kind: 'text', mssql: { kind: 'nvarchar', length: 200 }, postgres: 'varchar(200)' },
  ],
  valuesOf: (id) => [
    String(id),
    String(9_000_000_000 + id * 7),
    `886B623E-2F82-7F4B-1C77-${String(id).padStart(12, '0')}`,
    `SO-2026-${String(id).padStart(7, '0')}`,
    STATES[id % STATES.length]!,
    `${(id * 37) % 100_000}.${two(id % 100)}`,
    `${id % 50}.${two(id % 90)}00`,
    // A seventh digit other than 0 would be rounded by PostgreSQL and be cut by Landfall.
    `${secondOf(id)}.${123_456 + (id % 10)}0`,
    id % 4 === 0 ? null : `${secondOf(id + 9)}.${100 + (id % 900)}`,
    id % 9 === 0 ? null : `Bitte Bestellung ${id} beim Nachbarn Müller abgeben`,
  ],
  distinctRows: 100_000,
  share: 1,
};

function decimal(name: string, precision: number, scale: number): BenchTable['columns'][number] {
  const mssql = { kind: 'decimal', precision, scale } as const;
  return { name, kind: 'decimal', scale, mssql, postgres: `numeric(${precision},${scale})` };
}
