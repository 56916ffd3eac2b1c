import type { Directions } from '../../../shared/alert/directions.ts';
import type { FailureStory } from '../../../shared/alert/failure-email.ts';
import type { FailureRecord, RunSummary, TableOutcome } from '../../../shared/core/records.ts';

export const RUN = '20261122T030000Z';

export const directions: Directions = {
  replayCommand: ['npx', 'landfall', 'replay'],
  logs: 'https://logs.example/landfall',
  objects: 's3://acme-data-lake/',
};

export const failure: FailureRecord = {
  version: 1,
  source: 'erp',
  table: 'dbo.Orders',
  run_id: RUN,
  failed_at: '2026-11-22T03:04:05.000Z',
  attempts: 1,
  error_class: 'SourceError',
  error_code: 'TABLE_NOT_FOUND',
  error_message:
    "Failed opening dbo.Orders: Invalid object name 'dbo.Orders'. (SQL Server error 208, state 1, class 16).",
  remedy: 'Correct the name in the configuration, or create the table, then replay it.',
  announced_at: null,
};

const LEDGER = 'raw/_landfall/runs/erp/';

export const story: FailureStory = {
  failingSince: undefined,
  lastLanded: null,
  others: 'run-end',
  reportKey: `${LEDGER}${RUN}/report.html`,
  failureKey: `${LEDGER}${RUN}/failures/dbo.Orders.json`,
};

export const lastLanded = {
  at: '2026-11-21T03:02:11.123Z',
  runId: '20261121T030000Z',
  manifestKey: `${LEDGER}20261121T030000Z/manifests/dbo.Orders.json`,
};

export const landed = (table: string, rows: number, bytes: number): TableOutcome => ({
  table,
  status: 'landed',
  rows,
  bytes,
  error_code: null,
  error_message: null,
  superseded_by: null,
});

export const superseded = (table: string, by: string | null): TableOutcome => ({
  ...landed(table, 0, 0),
  status: 'superseded',
  superseded_by: by,
});

export const empty = (table: string): TableOutcome => ({ ...landed(table, 0, 0), status: 'empty' });

export const failed = (table: string, code: string | null, message = `${table} is a long story`): TableOutcome => ({
  ...landed(table, 0, 0),
  status: 'failed',
  error_code: code,
  error_message: message,
});

export function summary(tables: readonly TableOutcome[]): RunSummary {
  return {
    version: 1,
    source: 'erp',
    run_id: RUN,
    ended_at: '2026-11-22T03:12:00.000Z',
    seconds: 719.96,
    tables,
  };
}

/** The failures of these tables, as the ledger has them. */
export function failuresOf(tables: readonly TableOutcome[], own: Partial<FailureRecord> = {}) {
  return new Map(
    tables
      .filter(({ status }) => status === 'failed')
      .map(({ table, error_code: code, error_message: message }) => [
        table,
        { ...failure, table, error_code: code ?? 'UNEXPECTED', error_message: message ?? '', ...own },
      ]),
  );
}
