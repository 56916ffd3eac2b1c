import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Decimal,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  TimestampMicrosecond,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow';
import type { Cell, Column } from '../../unit/format/arrow-columns.ts';
import { DOCUMENTED, DuckSession, documented } from './duckdb-session.ts';
import { type Columns, LandedLake } from './landed-lake.ts';

const ORDERS = { source: 'shop', table: 'public.orders' } as const;
const CUSTOMERS = { source: 'crm', table: 'dbo.customers' } as const;
/** The second one is later, though not by its spelling. */
const [FIRST, SECOND, THIRD] = ['20261122T030000Z', '20261122T030000.250Z', '20261123T030000Z'] as const;

const FROM_RECORD = documented('latest/shop/public.orders.json');
const FROM_SYMLINKS = documented('symlinks/shop/public.orders/manifest.txt');
const LANDED_VIEW = documented('VIEW orders_landed');
const ORDERS_VIEW = documented('VIEW orders AS');
const CUSTOMERS_VIEW = documented('VIEW customers AS');

const int = (...cells: Cell[]): Column => ({ type: new Int32(), cells });
const bigint = (...cells: Cell[]): Column => ({ type: new Int64(), cells });
const text = (...cells: Cell[]): Column => ({ type: new Utf8(), cells });
const decimal = (precision: number, scale: number, ...cells: Cell[]): Column => ({
  type: new Decimal(scale, precision, 128),
  cells,
});
/** Hours of a day. */
const hours = (...cells: (number | null)[]): Column => ({
  type: new TimestampMicrosecond(),
  cells: cells.map((hour) => (hour === null ? null : BigInt(Date.UTC(2026, 10, 22, hour)) * 1_000n)),
});

let lake: LandedLake;
let duckdb: DuckSession;

beforeEach(async () => {
  lake = await LandedLake.start();
  duckdb = await DuckSession.open(lake.folder);
});
afterEach(async () => {
  duckdb.close();
  await lake.close();
});

const landOrders = (runId: string, basedOn: string | null, ...parts: Columns[]) =>
  lake.land({ ...ORDERS, runId, basedOn, parts });

/** A table that lands whole, then twice in changes: wider types, a new column, a dropped one, rows read again. */
async function landOrdersThreeTimes(): Promise<void> {
  await landOrders(
    FIRST,
    null,
    { id: int(1, 2), name: text('one', 'two'), price: decimal(9, 2, 100n, 200n), changed_at: hours(1, 2) },
    { id: int(3), name: text('three'), price: decimal(9, 2, 300n), changed_at: hours(null) },
  );
  await landOrders(SECOND, FIRST, {
    id: bigint(2n, 5_000_000_000n),
    name: text('zwei', 'new'),
    price: decimal(12, 4, 22_222n, 55_555n),
    changed_at: hours(4, 5),
    note: text('changed', null),
  });
  await landOrders(THIRD, SECOND, {
    id: bigint(2n, 2n, 3n, 3n),
    price: decimal(12, 4, 30_000n, 30_001n, null, null),
    changed_at: hours(4, 3, 5, 6),
    note: text('again', 'older in its run', 'older in its run', 'dated'),
  });
}

const ordersNow = [
  { id: '1', name: 'one', price: '1.0000', changed_at: '2026-11-22 01:00:00', note: null },
  { id: '2', name: null, price: '3.0000', changed_at: '2026-11-22 04:00:00', note: 'again' },
  { id: '3', name: null, price: null, changed_at: '2026-11-22 06:00:00', note: 'dated' },
  { id: '5000000000', name: 'new', price: '5.5555', changed_at: '2026-11-22 05:00:00', note: null },
];

describe('docs/reading.md', () => {
  it('has the statements that are run here and no others', () => {
    expect(DOCUMENTED).toEqual([FROM_RECORD, FROM_SYMLINKS, LANDED_VIEW, ORDERS_VIEW, CUSTOMERS_VIEW]);
  });

  it.each([
    ['the record', [FROM_RECORD]],
    ['the list of symlinks', [FROM_RECORD.split('\n')[0]!, FROM_SYMLINKS]],
  ])('shows an incremental table by %s, one row a key, old parts beside new columns', async (_from, blocks) => {
    await landOrdersThreeTimes();
    for (const block of [...blocks, LANDED_VIEW, ORDERS_VIEW]) await duckdb.run(block);
    expect(await duckdb.rows('SELECT * FROM orders ORDER BY id')).toEqual(ordersNow);
    const landed = await duckdb.rows('SELECT count(*) AS rows, count(name) AS names FROM orders_landed');
    expect(landed).toEqual([{ rows: '9', names: '5' }]);
  });

  it('finds the run also in the name of a part, where runs share a folder', async () => {
    const template = '{source}/{table}/';
    const run = { ...ORDERS, template };
    const parts = (name: string) => [{ id: int(1), name: text(name), changed_at: hours(1) }];
    await lake.land({ ...run, runId: FIRST, basedOn: null, parts: parts('old') });
    await lake.land({ ...run, runId: SECOND, basedOn: FIRST, parts: parts('new') });
    for (const block of [FROM_RECORD, ORDERS_VIEW]) await duckdb.run(block);
    expect(await duckdb.rows('SELECT id, name FROM orders')).toEqual([{ id: 1, name: 'new' }]);
  });

  it('shows one committed state, whatever lands meanwhile', async () => {
    await landOrdersThreeTimes();
    for (const block of [FROM_RECORD, ORDERS_VIEW]) await duckdb.run(block);
    const whole = { id: bigint(9n), name: text('only'), price: decimal(12, 4, 1n), changed_at: hours(7) };
    const next = { ...ORDERS, runId: '20261124T030000Z', basedOn: null, parts: [whole] };
    await lake.landUncommitted(next);
    await duckdb.run(FROM_RECORD);
    expect(await duckdb.rows('SELECT * FROM orders ORDER BY id')).toEqual(ordersNow);
    await lake.land(next);
    expect(await duckdb.rows('SELECT * FROM orders ORDER BY id')).toEqual(ordersNow);
    for (const block of [FROM_SYMLINKS, ORDERS_VIEW]) await duckdb.run(block);
    expect(await duckdb.rows('SELECT id, name FROM orders')).toEqual([{ id: '9', name: 'only' }]);
  });

  it('shows a table of change tracking without what was deleted, and what was inserted again', async () => {
    const changes = (ops: string[], versions: bigint[], ids: number[], names: (string | null)[]) => [
      { _op: text(...ops), _version: bigint(...versions), id: int(...ids), name: text(...names) },
    ];
    const full = changes(['I', 'I', 'I'], [10n, 10n, 10n], [1, 2, 3], ['one', 'two', 'three']);
    await lake.land({ ...CUSTOMERS, runId: FIRST, basedOn: null, parts: full });
    const second = changes(['U', 'D', 'I', 'D'], [12n, 13n, 11n, 14n], [1, 2, 4, 5], ['eins', null, 'four', null]);
    await lake.land({ ...CUSTOMERS, runId: SECOND, basedOn: FIRST, parts: second });
    const third = changes(['I', 'D'], [15n, 16n], [2, 3], ['two again', null]);
    await lake.land({ ...CUSTOMERS, runId: THIRD, basedOn: SECOND, parts: third });
    await duckdb.run(FROM_RECORD.split('\n')[0]!);
    await duckdb.run(CUSTOMERS_VIEW);
    expect(await duckdb.rows('SELECT * FROM customers ORDER BY id')).toEqual([
      { id: 1, name: 'eins' },
      { id: 2, name: 'two again' },
      { id: 4, name: 'four' },
    ]);
  });

  it('gives no parts for an empty table', async () => {
    await landOrders(FIRST, null);
    for (const block of [FROM_RECORD, FROM_SYMLINKS]) {
      await duckdb.run(`SET VARIABLE orders_parts = 'not set';`);
      await duckdb.run(FROM_RECORD.split('\n')[0]!);
      await duckdb.run(block);
      expect(await duckdb.rows(`SELECT getvariable('orders_parts') AS parts`)).toEqual([{ parts: null }]);
    }
  });
});

describe('the merged columns of the record', () => {
  const of = (type: Column['type'], cell: Cell): Column => ({ type, cells: [cell] });
  const drifts: [Column, Column, string, string][] = [
    [of(new Int16(), 1), of(new Int32(), 2), 'Int32', 'INTEGER'],
    [of(new Int64(), 1n), of(new Int32(), 2), 'Int64', 'BIGINT'],
    [int(1), decimal(9, 2, 200n), 'Decimal[12e+2]', 'DECIMAL(12,2)'],
    [bigint(1n), decimal(22, 3, 2_000n), 'Decimal[22e+3]', 'DECIMAL(22,3)'],
    [decimal(10, 2, 1n), decimal(10, 4, 2n), 'Decimal[12e+4]', 'DECIMAL(12,4)'],
    [of(new Float32(), 1.5), of(new Float64(), 2.5), 'Float64', 'DOUBLE'],
    [
      of(new TimestampMillisecond(), 1_000n),
      of(new TimestampMicrosecond(), 2_000_000n),
      'Timestamp<MICROSECOND>',
      'TIMESTAMP',
    ],
  ];

  it('have the types that a reader finds in old and new parts together', async () => {
    const side = (place: 0 | 1) =>
      Object.fromEntries(drifts.map((drift, index): [string, Column] => [`c${index}`, drift[place]]));
    await landOrders(FIRST, null, { id: int(1), ...side(0), dropped: text('x') });
    await landOrders(SECOND, FIRST, { id: int(2), ...side(1), added: text('y') });
    const { columns } = (await lake.ledger.readLatest(ORDERS.source, ORDERS.table))!;
    const landed = ['Int32', ...drifts.map((drift) => drift[2]), 'Utf8', 'Utf8'];
    expect(columns.map((column) => column.landed_type)).toEqual(landed);
    for (const block of [FROM_RECORD, LANDED_VIEW]) await duckdb.run(block);
    const described = await duckdb.rows('DESCRIBE orders_landed');
    expect(described.map((column) => column.column_name)).toEqual(columns.map(({ name }) => name));
    const found = ['INTEGER', ...drifts.map((drift) => drift[3]), 'VARCHAR', 'VARCHAR'];
    expect(described.map((column) => column.column_type)).toEqual(found);
    expect(await duckdb.rows('SELECT id, dropped, added FROM orders_landed ORDER BY id')).toEqual([
      { id: 1, dropped: 'x', added: null },
      { id: 2, dropped: null, added: 'y' },
    ]);
  });
});
