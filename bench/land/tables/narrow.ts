import type { BenchTable } from './table.ts';

/** Two integers: what a row costs by itself. */
export const narrow: BenchTable = {
  name: 'narrow',
  title: '2 integers',
  columns: [
    { name: 'id', kind: 'integer', mssql: { kind: 'int', nullable: false }, postgres: 'integer NOT NULL' },
    { name: 'value', kind: 'integer', mssql: { kind: 'int' }, postgres: 'integer' },
  ],
  valuesOf: (id) => [String(id), String((id * 31) % 100_003)],
  distinctRows: 100_000,
  share: 1,
};
