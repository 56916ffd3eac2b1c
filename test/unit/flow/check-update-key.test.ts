import { describe, expect, it } from '@jest/globals';
import type { Dialect, Lag } from '../../../shared/config/config.ts';
import { updateKeyFindings } from '../../../shared/flow/check-update-key.ts';

function codes(dialect: Dialect, type: string, lag?: Lag, updateKey = 'changed', sql?: string): string[] {
  const columns = [{ name: 'changed', source_type: type, landed_type: '' }];
  const table = { name: 'public.t', sql, updateKey, lag, lookback: undefined };
  return updateKeyFindings(table, dialect, columns).map(({ code }) => code);
}

const MINUTES: Lag = { ms: 300_000 };
const NUMBERS: Lag = { values: 5 };

describe('the update key of a table', () => {
  it.each<[Dialect, string, Lag | undefined]>([
    ['postgres', 'timestamp with time zone', MINUTES],
    ['postgres', 'timestamp(3) without time zone', undefined],
    ['postgres', 'date', MINUTES],
    ['postgres', 'bigint', NUMBERS],
    ['postgres', 'bigint', 'snapshot'],
    ['postgres', 'numeric(12,2)', NUMBERS],
    ['postgres', 'xid8', MINUTES],
    ['postgres', 'a_domain', MINUTES],
    ['postgres', 'text', undefined],
    ['mssql', 'rowversion', undefined],
    ['mssql', 'datetime2(7)', MINUTES],
    ['mssql', 'decimal(12,2)', NUMBERS],
  ])('may be of %s a %s with the lag %j', (dialect, type, lag) => {
    expect(codes(dialect, type, lag)).toEqual([]);
  });

  it.each<[Dialect, string, Lag | undefined]>([
    ['postgres', 'real', undefined],
    ['postgres', 'double precision', undefined],
    ['postgres', 'json', undefined],
    ['postgres', 'bigint', MINUTES],
    ['postgres', 'timestamp with time zone', NUMBERS],
    ['postgres', 'text', NUMBERS],
    ['mssql', 'float', undefined],
    ['mssql', 'bit', undefined],
    ['mssql', 'xml', undefined],
    ['mssql', 'int', MINUTES],
    ['mssql', 'nvarchar(50)', MINUTES],
  ])('may not be of %s a %s with the lag %j', (dialect, type, lag) => {
    expect(codes(dialect, type, lag)).toEqual(['UPDATE_KEY_UNUSABLE']);
  });

  it('may be xmin of a whole table of PostgreSQL alone', () => {
    expect(codes('postgres', 'text', undefined, 'xmin')).toEqual([]);
    expect(codes('postgres', 'text', undefined, 'xmin', 'select 1')).toEqual(['COLUMN_NOT_FOUND']);
    expect(codes('mssql', 'int', undefined, 'xmin')).toEqual(['COLUMN_NOT_FOUND']);
  });
});
