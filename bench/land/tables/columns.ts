import { type BenchColumn, type BenchTable, type BenchValue, secondOf, two } from './table.ts';

interface Maker {
  readonly column: Omit<BenchColumn, 'name'>;
  readonly textOf: (id: number) => string;
}

/** The types that wide tables repeat. */
const MAKERS: readonly Maker[] = [
  { column: { kind: 'integer', mssql: { kind: 'int' }, postgres: 'integer' }, textOf: (id) => String(id % 9_973) },
  {
    column: { kind: 'text', mssql: { kind: 'varchar', length: 40 }, postgres: 'varchar(40)' },
    textOf: (id) => `code-${id % 5_003}`,
  },
  {
    column: {
      kind: 'decimal',
      scale: 2,
      mssql: { kind: 'decimal', precision: 12, scale: 2 },
      postgres: 'numeric(12,2)',
    },
    textOf: (id) => `${id % 100_000}.${two(id % 100)}`,
  },
  {
    column: { kind: 'text', mssql: { kind: 'nvarchar', length: 60 }, postgres: 'varchar(60)' },
    textOf: (id) => `Straße ${id % 211}`,
  },
  {
    column: { kind: 'moment', mssql: { kind: 'datetime2', scale: 3 }, postgres: 'timestamp(3)' },
    textOf: (id) => `${secondOf(id)}.${100 + (id % 900)}`,
  },
  {
    column: { kind: 'float', mssql: { kind: 'float' }, postgres: 'double precision' },
    textOf: (id) => `${id % 997}.5`,
  },
  {
    column: { kind: 'integer', mssql: { kind: 'bigint' }, postgres: 'bigint' },
    textOf: (id) => String(9_000_000_000 + id),
  },
];

interface Shape {
  readonly name: string;
  readonly title: string;
  readonly columnCount: number;
  /** One value in so many is there, the others are NULL. */
  readonly oneIn: number;
  readonly distinctRows: number;
  readonly share: number;
}

/** An id and further columns of seven types in turns. */
export function columnsTable({ name, title, columnCount, oneIn, distinctRows, share }: Shape): BenchTable {
  const id = {
    name: 'id',
    kind: 'integer',
    mssql: { kind: 'int', nullable: false },
    postgres: 'integer NOT NULL',
  } as const;
  const makers = Array.from({ length: columnCount - 1 }, (_, place) => MAKERS[place % MAKERS.length]!);
  return {
    name,
    title,
    columns: [id, ...makers.map(({ column }, place) => ({ name: `c${place + 2}`, ...column }))],
    valuesOf: (row) => [
      String(row),
      ...makers.map(({ textOf }, place): BenchValue => ((row + place * 7) % oneIn === 0 ? textOf(row + place) : null)),
    ],
    distinctRows,
    share,
    mostlyNull: oneIn > 2,
  };
}

/** 80 columns of which a row has eight. */
export const wide = columnsTable({
  name: 'wide',
  title: '80 columns, nine of ten values NULL',
  columnCount: 80,
  oneIn: 10,
  distinctRows: 20_000,
  share: 0.1,
});
