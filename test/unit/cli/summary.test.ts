import { describe, expect, it } from '@jest/globals';
import { exitCodeOf, printSummary } from '../../../cli/summary.ts';
import type { TableReport } from '../../../local/run/report.ts';

const LANDED: TableReport = {
  source: 'erp',
  run_id: '20261122T030000Z',
  table: 'dbo.Orders',
  status: 'landed',
  rows: 5_000,
  bytes: 1_500_000,
  parts: ['lake/part-000-00000.parquet'],
  consistency: 'snapshot',
  superseded_by: null,
  lossy_values: [],
};

function summaryOf(...tables: TableReport[]): string {
  let text = '';
  const out = { write: (piece: string) => (text += piece) };
  printSummary(tables, 1.25, 'landed/', { out, err: out });
  return text;
}

describe('the summary of a run', () => {
  it('says what landed and where', () => {
    const empty: TableReport = { ...LANDED, table: 'dbo.None', status: 'empty', rows: 0, bytes: 0, parts: [] };
    expect(summaryOf(LANDED, empty)).toBe('1 landed, 1 empty; 5,000 rows, 1.5 MB in 1.3 s\nin landed/\n');
    expect(exitCodeOf([LANDED, empty])).toBe(0);
  });

  it('says which values lost something, how many, and which setting keeps it', () => {
    const lossy: TableReport = {
      ...LANDED,
      lossy_values: [
        { column: 'shipped_at', source_type: 'datetime2(7)', values: 2_113 },
        { column: 'name', source_type: 'nvarchar(50)', values: 2 },
        { column: 'closed_at', source_type: 'time(7)', values: 1 },
      ],
    };
    const text = summaryOf(LANDED, lossy);
    expect(text.split('\n').slice(2)).toEqual([
      '',
      '! erp dbo.Orders',
      '  2,113 values of shipped_at, 1 value of closed_at lost the 7th digit of a',
      '  second; temporal: nanos or temporal: text keeps it',
      '  2 values of name held half of a surrogate pair, which UTF-8 cannot hold;',
      '  U+FFFD landed in its place',
      '',
    ]);
    expect(exitCodeOf([lossy])).toBe(0);
  });

  it('shows one key of a table of many parts, and says when several statements read it', () => {
    const parts = Array.from({ length: 1_214 }, (_, sequence) => `lake/run/part-000-${sequence}.parquet`);
    const several: TableReport = { ...LANDED, parts, consistency: 'per-part' };
    expect(summaryOf(several).split('\n').slice(2)).toEqual([
      '',
      '  erp dbo.Orders: 1,214 parts',
      '    lake/run/part-000-0.parquet',
      '    and 1,213 more',
      '    read by several statements, each at a moment of its own',
      '',
    ]);
    expect(summaryOf({ ...several, consistency: 'snapshot' })).not.toContain('statements');
    expect(summaryOf({ ...LANDED, consistency: 'per-part' })).toContain('erp dbo.Orders: 1 part\n');
  });

  it('says which run had a table that was superseded, and takes it for no failure', () => {
    const superseded: TableReport = {
      ...LANDED,
      status: 'superseded',
      rows: 0,
      bytes: 0,
      parts: [],
      consistency: null,
      superseded_by: '20261121T030000Z',
    };
    expect(summaryOf(LANDED, superseded)).toBe(
      `1 landed, 0 empty, 1 superseded; 5,000 rows, 1.5 MB in 1.3 s
in landed/

– erp dbo.Orders: superseded
  Run 20261121T030000Z is at work on it or has landed it; this run landed
  nothing of it.
`,
    );
    expect(exitCodeOf([LANDED, superseded])).toBe(0);
  });

  it('says why a table landed whole where its changes would have done, unless that was meant', () => {
    const whole: TableReport = { ...LANDED, full_because: 'update-key-went-back' };
    expect(summaryOf(whole)).toContain('\n! erp dbo.Orders: landed whole (update-key-went-back)\n');
    for (const meant of ['first-run', 'scheduled'] as const) {
      expect(summaryOf({ ...LANDED, full_because: meant })).not.toContain('whole');
    }
  });

  it('takes a table without an outcome for a failure', () => {
    const unfinished: TableReport = { ...LANDED, status: 'unfinished', rows: 0, bytes: 0, parts: [] };
    expect(summaryOf(unfinished)).toContain('✗ erp dbo.Orders: UNFINISHED');
    expect(exitCodeOf([LANDED, unfinished])).toBe(1);
  });

  it('says why a table failed', () => {
    const error = { code: 'TABLE_NOT_FOUND', message: 'There is no dbo.Gone.', remedy: 'Check its name.' };
    const failed: TableReport = { ...LANDED, table: 'dbo.Gone', status: 'failed', rows: 0, bytes: 0, parts: [], error };
    expect(summaryOf(LANDED, failed)).toMatch(
      /^1 landed, 0 empty, 1 failed; .*\nin landed\/\n\n✗ erp dbo\.Gone: TABLE_NOT_FOUND\n {2}There is no dbo\.Gone\.\n {2}Check its name\.\n$/,
    );
    expect(exitCodeOf([LANDED, failed])).toBe(1);
  });
});
