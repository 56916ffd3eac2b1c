import { describe, expect, it } from '@jest/globals';
import { printStatus, statusDocument } from '../../../cli/status-report.ts';
import type { RunDetail, TableDetail } from '../../../shared/flow/run-detail.ts';

const RUN = { source: 'erp', runId: '20261122T030000Z' };
const PLANNED_AT = '2026-11-22T03:00:01.000Z';
const NOW_MS = Date.parse('2026-11-22T05:00:01.000Z');

function detail(table: string, standing: TableDetail['standing'], given: Partial<TableDetail> = {}): TableDetail {
  return {
    ...RUN,
    table,
    standing,
    rows: 0,
    bytes: 0,
    attempts: 0,
    startedAt: undefined,
    endedAt: undefined,
    chunks: { total: 1, ended: 0 },
    failedAttempts: [],
    manifest: undefined,
    failure: undefined,
    superseded: undefined,
    ...given,
  };
}

function failed(table: string, code: string): TableDetail {
  const failure = {
    version: 1 as const,
    source: 'erp',
    table,
    run_id: RUN.runId,
    failed_at: '2026-11-22T04:00:01.000Z',
    attempts: 5,
    error_class: 'SourceError',
    error_code: code,
    error_message: 'no',
    remedy: '',
    announced_at: null,
  };
  return detail(table, 'failed', { failure, attempts: 5, endedAt: failure.failed_at });
}

function run(tables: readonly TableDetail[]): RunDetail {
  const plan = { version: 1 as const, source: 'erp', run_id: RUN.runId, scheduled_time: '', planned_at: PLANNED_AT };
  return { ...RUN, plan: { ...plan, tables: [] }, summary: undefined, tables };
}

function shown(tables: readonly TableDetail[]): string {
  let text = '';
  const out = { write: (piece: string) => (text += piece) };
  printStatus(run(tables), NOW_MS, { out, err: out });
  return text;
}

const TABLES = [
  detail('dbo.Orders', 'landed', {
    rows: 1_234_567,
    bytes: 45_600_000,
    attempts: 1,
    startedAt: PLANNED_AT,
    endedAt: '2026-11-22T03:00:13.500Z',
  }),
  detail('dbo.Lines', 'reading', { rows: 500, bytes: 9_000, attempts: 1, startedAt: '2026-11-22T04:30:01.000Z' }),
  detail('dbo.Later', 'queued'),
  failed('dbo.Gone', 'TABLE_NOT_FOUND'),
  failed('dbo.Lost', 'TABLE_NOT_FOUND'),
];

describe('the status of a run', () => {
  it('counts its tables, and has a line for each and a cause for those that failed', () => {
    expect(shown(TABLES)).toBe(`erp, run 20261122T030000Z: 1 landed, 1 reading, 1 queued, 2 failed
  planned 2h ago, not ended
  table       stands        rows     size  seconds  tries     age
  dbo.Orders  landed   1,234,567  45.6 MB     12.5      1  1h 59m
  dbo.Lines   reading        500   9.0 kB        -      1     30m
  dbo.Later   queued           0   0.0 kB        -      0       -
  dbo.Gone    failed           0   0.0 kB        -      5      1h
  dbo.Lost    failed           0   0.0 kB        -      5      1h
  ✗ TABLE_NOT_FOUND
    dbo.Gone, dbo.Lost
`);
  });

  it('keeps to 80 columns whatever a table is called, and of many that failed', () => {
    const many = Array.from({ length: 40 }, (_, index) => failed(`dbo.Table${index}`, 'LOGIN_REFUSED'));
    const text = shown([detail(`dbo.${'Name'.repeat(40)}`, 'retrying', { rows: 1_234_567_890 }), ...many]);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain('dbo.Table39');
  });

  it('is a document for a program', () => {
    const { tables } = statusDocument(run(TABLES));
    expect(tables[0]).toMatchObject({ table: 'dbo.Orders', standing: 'landed', seconds: 12.5, error_code: null });
    expect(tables[3]).toMatchObject({ standing: 'failed', seconds: null, error_code: 'TABLE_NOT_FOUND' });
  });
});
