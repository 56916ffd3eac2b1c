import { describe, expect, it } from '@jest/globals';
import { summaryEmail } from '../../../shared/alert/summary-email.ts';
import type { RunSummary, TableOutcome } from '../../../shared/core/records.ts';

const landed = (table: string, rows: number, bytes: number): TableOutcome => ({
  table,
  status: 'landed',
  rows,
  bytes,
  error_code: null,
  error_message: null,
  superseded_by: null,
});
const superseded = (table: string, by: string | null): TableOutcome => ({
  ...landed(table, 0, 0),
  status: 'superseded',
  superseded_by: by,
});
const empty = (table: string): TableOutcome => ({ ...landed(table, 0, 0), status: 'empty' });
const failed = (table: string, code: string | null): TableOutcome => ({
  ...landed(table, 0, 0),
  status: 'failed',
  error_code: code,
  error_message: 'a long story',
});

function summary(tables: readonly TableOutcome[]): RunSummary {
  return {
    version: 1,
    source: 'shop',
    run_id: '20261122T030000Z',
    ended_at: '2026-11-22T03:02:00.000Z',
    seconds: 119.96,
    tables,
  };
}

describe('summaryEmail', () => {
  it('counts, and names failed tables first', () => {
    const tables = [
      landed('public.orders', 1_234_567, 98_765_432),
      empty('public.notes'),
      failed('public.gone', 'TABLE_NOT_FOUND'),
    ];
    const email = summaryEmail(summary(tables));
    expect(email.subject).toBe('Landfall: shop run 20261122T030000Z: 1 of 3 tables failed');
    expect(email.body).toBe(`Source:   shop
Run:      20261122T030000Z
Ended at: 2026-11-22T03:02:00.000Z
Seconds:  120.0
Landed:   1
Empty:    1
Failed:   1
Rows:     1,234,567
Bytes:    98,765,432

failed  public.gone  TABLE_NOT_FOUND
landed  public.orders  1,234,567 rows
empty   public.notes  0 rows
`);
  });

  it('lists tables that another run had behind those that failed, with that run', () => {
    const tables = [
      landed('public.orders', 5, 50),
      superseded('public.events', '20261121T030000Z'),
      failed('public.gone', 'TABLE_NOT_FOUND'),
    ];
    const email = summaryEmail(summary(tables));
    expect(email.subject).toBe('Landfall: shop run 20261122T030000Z: 1 of 3 tables failed');
    expect(email.body).toBe(`Source:     shop
Run:        20261122T030000Z
Ended at:   2026-11-22T03:02:00.000Z
Seconds:    120.0
Landed:     1
Empty:      0
Superseded: 1
Failed:     1
Rows:       5
Bytes:      50

failed      public.gone  TABLE_NOT_FOUND
superseded  public.events  run 20261121T030000Z had it
landed      public.orders  5 rows
`);
  });

  it('does not say that all landed when another run had one of them', () => {
    const other = superseded('b', '20261121T030000Z');
    expect(summaryEmail(summary([landed('a', 1, 1), other])).subject).toMatch(/: 1 of 2 tables superseded$/);
    expect(summaryEmail(summary([other])).subject).toMatch(/: the table was superseded$/);
    expect(summaryEmail(summary([superseded('b', null)])).body).toContain('superseded  b  run unknown had it');
  });

  it('says that all landed when all landed or were empty', () => {
    const { subject } = summaryEmail(summary([landed('a', 1, 1), empty('b')]));
    expect(subject).toBe('Landfall: shop run 20261122T030000Z: all 2 tables landed');
  });

  it('counts one table as one', () => {
    expect(summaryEmail(summary([landed('a', 1, 1)])).subject).toMatch(/: the table landed$/);
    expect(summaryEmail(summary([failed('a', 'X')])).subject).toMatch(/: the table failed$/);
  });

  it('says so when a failure has no code', () => {
    expect(summaryEmail(summary([failed('a', null)])).body).toMatch(/^failed {2}a {2}unknown error$/m);
  });

  it('lists fifty tables, every failed one before any other', () => {
    const tables = [
      ...Array.from({ length: 60 }, (_, index) => landed(`ok${index}`, 1, 1)),
      ...Array.from({ length: 3 }, (_, index) => failed(`bad${index}`, 'X')),
    ];
    const lines = summaryEmail(summary(tables)).body.trimEnd().split('\n').slice(10);
    expect(lines.slice(0, 4)).toEqual(['failed  bad0  X', 'failed  bad1  X', 'failed  bad2  X', 'landed  ok0  1 rows']);
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe("and 13 more in the run's summary.json");
  });
});
