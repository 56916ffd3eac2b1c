import type {
  FailureRecord,
  LatestPointer,
  PartRecord,
  RunPlan,
  RunSummary,
  TableManifest,
} from '../../../shared/core/records.ts';
import type { TableRef } from '../../../shared/ledger/ledger.ts';

export const run = { source: 'shop', runId: '20261122T030000Z' };
export const orders: TableRef = { ...run, table: 'public.orders' };

export function plan(tables: readonly string[] = ['public.orders'], source = 'shop', runId = run.runId): RunPlan {
  return {
    version: 1,
    source,
    run_id: runId,
    scheduled_time: '2026-11-22T03:00:00.000Z',
    planned_at: '2026-11-22T03:00:01.000Z',
    tables: tables.map((table) => ({
      table,
      folder: `${table}/`,
      format: 'csv',
      compression: 'none',
      on_empty: 'skip',
    })),
  };
}

export function part(attemptId: string, sequence = 0): PartRecord {
  return {
    version: 1,
    key: 'shop/orders/part-000-00000.csv',
    attempt_id: attemptId,
    chunk: 0,
    sequence,
    rows: 2,
    bytes: 20,
    checksum_crc32: 'y/Q5Jg==',
    schema_hash: 'f06367ac0aefb0e5',
    columns: [{ name: 'größe "', source_type: 'integer', landed_type: 'Int32' }],
    primary_key: ['id'],
    ordered_by: ['id'],
    query_hash: '0011223344556677',
    first_key: ['1'],
    last_key: ['2'],
    ends_chunk: true,
    consistency: 'snapshot',
    read_id: `${attemptId}-0`,
    read_at: '2026-11-22T03:00:01.500Z',
    lossy_values: {},
    started_at: '2026-11-22T03:00:02.000Z',
    read_seconds: 0.25,
  };
}

export function manifest(table: TableRef, attempts = 1): TableManifest {
  return {
    version: 1,
    status: 'landed',
    source: table.source,
    table: table.table,
    run_id: table.runId,
    scheduled_time: '2026-11-22T03:00:00.000Z',
    committed_at: '2026-11-22T03:00:03.000Z',
    attempts,
    folder: 'shop/orders/',
    format: 'csv',
    compression: 'none',
    rows: 2,
    bytes: 20,
    consistency: 'snapshot',
    schema_hash: 'f06367ac0aefb0e5',
    columns: [],
    primary_key: [],
    ordered_by: [],
    chunks: 1,
    lossy_values: {},
    parts: [part('attempt-1')],
  };
}

export function failure(table: TableRef, attempts = 3): FailureRecord {
  return {
    version: 1,
    source: table.source,
    table: table.table,
    run_id: table.runId,
    failed_at: '2026-11-22T03:00:04.000Z',
    attempts,
    error_class: 'SourceError',
    error_code: 'TABLE_NOT_FOUND',
    error_message: 'relation "public.orders" does not exist',
    remedy: 'Correct the table name.',
    announced_at: null,
  };
}

export function latest(runId: string, table = 'public.orders'): LatestPointer {
  return { version: 1, source: 'shop', table, run_id: runId, manifest: `manifest of ${runId}` };
}

export function summary(seconds = 4): RunSummary {
  return { version: 1, source: 'shop', run_id: run.runId, ended_at: '2026-11-22T03:00:05.000Z', seconds, tables: [] };
}
