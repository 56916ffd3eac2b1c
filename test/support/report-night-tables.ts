import { reportModel } from '../../shared/flow/report-model.ts';
import type { RunDetail, TableDetail } from '../../shared/flow/run-detail.ts';
import type { RunReport } from '../../shared/report/model.ts';
import {
  attempt,
  failed,
  landed,
  NIGHT_ENDED_MS,
  nightsBefore,
  REPLAY_COMMAND,
  runOf,
  SCRIPT_NAME,
  summaryOf,
  superseded,
} from './report-night.ts';

const LOST = 'Read ECONNRESET: the connection to erp-db.cluster.internal:1433 was closed by the server.';
const LOST_REMEDY = 'See whether the database restarted or failed over, then replay.';
const RENAMED = "Invalid column name 'shipped_on'.";
const RENAMED_REMEDY = 'Correct the column in `select` or `sql` of the table, deploy, then replay.';

const AWAY = ['Invoices', 'InvoiceLines', 'Payments', 'Ledger', 'LedgerEntries', 'Suppliers', 'PurchaseOrders'];
const QUIET = [
  'Customers',
  'Addresses',
  'Products',
  'ProductPrices',
  'Warehouses',
  'StockLevels',
  'Employees',
  'Departments',
  'Currencies',
  'Countries',
  'TaxRates',
  'Discounts',
  'Carriers',
];

/** 30 tables: the database goes away for a while, a column was renamed, and the largest table has eight chunks. */
export function nightTables(): TableDetail[] {
  const quiet = QUIET.map((name, index) =>
    landed({
      table: `dbo.${name}`,
      at: 3 + index * 17,
      seconds: 4 + ((index * 13) % 29),
      rows: 900 + index ** 3 * 411,
    }),
  );
  const away = AWAY.map((name, index) =>
    failed(`dbo.${name}`, 250 + index * 9, 'CONNECTION_LOST', LOST, LOST_REMEDY, 4),
  );
  return [
    landed({
      table: 'dbo.Orders',
      at: 2,
      seconds: 610,
      rows: 48210377,
      chunks: 8,
      partsOfChunk: 5,
      columns: [
        {
          name: 'OrderId',
          source_type: 'bigint',
          landed_type: 'Int64',
        },
        {
          name: 'ShippedAt',
          source_type: 'datetime2(7)',
          landed_type: 'Timestamp<MICROSECOND>',
        },
      ],
      lossyValues: { ShippedAt: 2113 },
      retries: [
        attempt('dbo.Orders', 155, 'CONNECTION_LOST', { chunk: 2 }),
        attempt('dbo.Orders', 131, 'DEADLOCK', { chunk: 5 }),
      ],
    }),
    landed({
      table: 'dbo.OrderLines',
      at: 12,
      seconds: 402,
      rows: 31994120,
      partsOfChunk: 9,
      columns: [
        {
          name: 'Quantity',
          source_type: 'numeric(50,4)',
          landed_type: 'Utf8',
        },
      ],
    }),
    landed({
      table: 'dbo.Shipments',
      at: 431,
      seconds: 188,
      rows: 2_204_518,
      retries: [attempt('dbo.Shipments', 371, 'LOCK_TIMEOUT')],
    }),
    landed({ table: 'dbo.Prices', at: 95, seconds: 12, rows: 2_048 }),
    landed({ table: 'dbo.Returns', at: 140, seconds: 3, rows: 0 }),
    landed({ table: 'dbo.Complaints', at: 160, seconds: 2, rows: 0 }),
    landed({ table: SCRIPT_NAME, at: 180, seconds: 8, rows: 1_204 }),
    ...quiet,
    ...away,
    failed('dbo.Deliveries', 40, 'COLUMN_NOT_FOUND', RENAMED, RENAMED_REMEDY),
    failed('dbo.DeliveryLines', 62, 'COLUMN_NOT_FOUND', RENAMED, RENAMED_REMEDY),
    superseded('dbo.Audit', '20261122T021500Z'),
  ];
}

export const NIGHT_HISTORY = {
  'dbo.Prices': [41_000, 41_210, null, 41_877, 42_003],
  'dbo.Returns': [120, 131, 98, 144, 127],
  'dbo.Complaints': [0, 3, 0, 0, 1],
  'dbo.Invoices': [810_422, 812_090, 815_777, 818_004, 820_551],
} as const;

export function nightRun(): RunDetail {
  const tables = nightTables();
  return runOf(tables, summaryOf(tables));
}

export function nightReport(run: RunDetail = nightRun()): RunReport {
  return reportModel(run, {
    before: nightsBefore(nightTables(), NIGHT_HISTORY),
    directions: { replayCommand: REPLAY_COMMAND },
    nowMs: NIGHT_ENDED_MS,
  });
}
