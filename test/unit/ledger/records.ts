import type {
  FailureRecord,
  LatestPointer,
  PartRecord,
  RemovedRecord,
  RunPlan,
  RunSummary,
  SchemaHistory,
  TableManifest,
  TableState,
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

/** The latest record of a table that landed whole in a run, in so many parts. */
export function latest(runId: string, table = 'public.orders', parts = 1): LatestPointer {
  return {
    version: 1,
    source: 'shop',
    table,
    run_id: runId,
    manifest: `manifest of ${runId}`,
    columns: [{ name: 'id', source_type: 'integer', landed_type: 'Int32' }],
    primary_key: ['id'],
    runs: [{ run_id: runId, parts }],
    entries: Array.from({ length: parts }, (_, index) => ({
      url: `s3://test-bucket/${table}/run_id=${runId}/part-000-0000${index}.parquet`,
      mandatory: true,
      meta: { content_length: 20, record_count: 2 },
    })),
  };
}

export function state(runId: string, watermark: string): TableState {
  return {
    version: 1,
    source: 'shop',
    table: 'public.orders',
    generation: 0,
    run_id: runId,
    mode: 'incremental',
    update_key: 'changed_at',
    type: 'timestamp with time zone',
    watermark,
    seen: null,
    epoch: null,
    query_hash: '0011223344556677',
    full_run_id: runId,
    full_at: '2026-11-22T03:00:00.000Z',
    history: [{ at: '2026-11-22T03:00:03.000Z', by: 'run', run_id: runId, watermark, full_because: 'first-run' }],
  };
}

export function schema(runId: string): SchemaHistory {
  const columns = [{ name: 'größe "', source_type: 'integer', landed_type: 'Int32' }];
  return {
    version: 1,
    source: 'shop',
    table: 'public.orders',
    run_id: runId,
    columns,
    restarts: false,
    history: [{ run_id: runId, at: '2026-11-22T03:00:03.000Z', columns, change: null }],
  };
}

export function removed(table: TableRef, done: boolean, removedAt = '2026-11-23T03:00:00.000Z'): RemovedRecord {
  return {
    version: 1,
    source: table.source,
    table: table.table,
    run_id: table.runId,
    removed_at: removedAt,
    parts: 3,
    bytes: 60,
    done,
  };
}

export function summary(seconds = 4): RunSummary {
  return { version: 1, source: 'shop', run_id: run.runId, ended_at: '2026-11-22T03:00:05.000Z', seconds, tables: [] };
}
