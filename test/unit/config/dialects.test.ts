import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { FILE, linesOf, shopWith } from './config-text.ts';

const mssqlWith = (tables: string, sourceLines = '') =>
  shopWith(tables, sourceLines).replace('dialect: postgres', 'dialect: mssql');
const erpOf = (text: string) => parseConfig(text, FILE).sources.get('shop')!;
const dialectOf = (dialect: string) => shopWith('a.b:').replace('dialect: postgres', `dialect: ${dialect}`);

describe('the dialect', () => {
  it('may be mssql, with defaults of its own', () => {
    const source = erpOf(mssqlWith('dbo.Orders:'));
    expect(source).toMatchObject({
      dialect: 'mssql',
      port: undefined,
      isolation: 'auto',
      readOnlyIntent: false,
      stallTimeoutMs: 120_000,
      maxValueBytes: 67_108_864,
    });
    expect(source.tables.get('dbo.Orders')).toMatchObject({ schema: 'dbo', table: 'Orders', temporal: 'micros' });
  });

  it.each([
    ['sqlserver', 'mssql'],
    ['SQL Server', 'mssql'],
    ['sqlserver-se', 'mssql'],
    ['tsql', 'mssql'],
    ['msssql', 'mssql'],
    ['pg', 'postgres'],
    ['PostgreSQL', 'postgres'],
    ['aurora-postgresql', 'postgres'],
  ])('is not %s: %s was meant', (found, meant) => {
    expect(linesOf(dialectOf(found))).toEqual([
      `5: sources.shop.dialect: found "${found}"; allowed: postgres, mssql (did you mean "${meant}"?)`,
    ]);
  });

  it('has no suggestion for what is neither', () => {
    expect(linesOf(dialectOf('oracle'))).toEqual(['5: sources.shop.dialect: found "oracle"; allowed: postgres, mssql']);
  });
});

describe('a source of SQL Server', () => {
  it.each(['auto', 'snapshot', 'read-committed', 'read-uncommitted'])('may be read under %s', (isolation) => {
    expect(erpOf(mssqlWith('a.b:', `    isolation: ${isolation}\n`)).isolation).toBe(isolation);
  });

  it('may ask for a readable secondary', () => {
    expect(erpOf(mssqlWith('a.b:', '    read_only_intent: true\n')).readOnlyIntent).toBe(true);
  });

  it.each(['micros', 'nanos', 'text', 'utc'])('may land times as %s', (temporal) => {
    const text = mssqlWith(`a.own: {temporal: ${temporal}}\na.other:`, '    defaults: {temporal: text}\n');
    expect(erpOf(text).tables.get('a.own')?.temporal).toBe(temporal);
    expect(erpOf(text).tables.get('a.other')?.temporal).toBe('text');
  });

  it('may land the tables of an original file so too', () => {
    const list = '- {table_name: employee, sql_query: select 1}';
    expect(erpOf(mssqlWith(list, '    defaults: {temporal: nanos}\n')).tables.get('employee')?.temporal).toBe('nanos');
  });

  it.each([
    [
      'isolation: read_commited',
      'isolation: found "read_commited"; allowed: auto, snapshot, read-committed, read-uncommitted (did you mean "read-committed"?)',
    ],
    [
      'isolation: serializable',
      'isolation: found "serializable"; allowed: auto, snapshot, read-committed, read-uncommitted',
    ],
    ['read_only_intent: "yes"', 'read_only_intent: found "yes"; allowed: true or false'],
    [
      'defaults: {temporal: micro}',
      'defaults.temporal: found "micro"; allowed: micros, nanos, text, utc (did you mean "micros"?)',
    ],
  ])('may not have %s', (line, expected) => {
    expect(linesOf(mssqlWith('a.b:', `    ${line}\n`))).toEqual([`7: sources.shop.${expected}`]);
  });
});

describe('a source of PostgreSQL', () => {
  it('is refused what only SQL Server has, all of it at once', () => {
    const lines = '    isolation: auto\n    read_only_intent: false\n    defaults: {temporal: micros}\n';
    expect(linesOf(shopWith('a.b: {temporal: utc}\na.c:', lines))).toEqual([
      '7: sources.shop.isolation: found isolation together with dialect postgres, which always reads one repeatable-read snapshot; allowed: with dialect mssql only',
      '8: sources.shop.read_only_intent: found read_only_intent together with dialect postgres; allowed: with dialect mssql only (for a replica of PostgreSQL, give its host)',
      '9: sources.shop.defaults.temporal: found temporal together with dialect postgres, whose times land with every digit; allowed: with dialect mssql only',
      '11: sources.shop.tables."a.b".temporal: found temporal together with dialect postgres, whose times land with every digit; allowed: with dialect mssql only',
    ]);
  });

  it('is not what a source of a wrong dialect is taken for', () => {
    const text = shopWith('a.b: {temporal: utc}', '    isolation: snapshot\n');
    expect(linesOf(text.replace('dialect: postgres', 'dialect: sqlserver'))).toHaveLength(1);
    expect(linesOf(text.replace('    dialect: postgres\n', ''))).toHaveLength(1);
  });
});

describe('limits of both dialects', () => {
  it.each([
    ['5s', 5_000],
    ['120s', 120_000],
    ['10m', 600_000],
    ['600 s', 600_000],
  ])('take a stall of %s', (duration, expectedMs) => {
    for (const text of [shopWith, mssqlWith].map((sourceWith) =>
      sourceWith('a.b:', `    stall_timeout: ${duration}\n`),
    )) {
      expect(erpOf(text).stallTimeoutMs).toBe(expectedMs);
    }
  });

  it.each(['120', '4s', '601s', '11m', '2h', '1.5m', '-5s', 's', '""', '2m30s', '99999999999s'])(
    'refuse a stall of %s',
    (duration) => {
      expect(linesOf(mssqlWith('a.b:', `    stall_timeout: ${duration}\n`))).toEqual([
        `7: sources.shop.stall_timeout: found ${/^(\d+|"")$/.test(duration) ? duration : `"${duration}"`}; allowed: a duration such as 120s or 2m, from 5s to 10m`,
      ]);
    },
  );

  it.each([
    ['64KiB', 65_536],
    ['65536', 65_536],
    ['1GiB', 1_073_741_824],
  ])('take values of %s', (size, expectedBytes) => {
    for (const text of [shopWith, mssqlWith].map((sourceWith) =>
      sourceWith('a.b:', `    max_value_bytes: ${size}\n`),
    )) {
      expect(erpOf(text).maxValueBytes).toBe(expectedBytes);
    }
  });

  it.each(['65535', '1073741825', '2GiB', '64MB', '0', '-1', '1.5MiB'])('refuse values of %s', (size) => {
    expect(linesOf(mssqlWith('a.b:', `    max_value_bytes: ${size}\n`))).toEqual([
      expect.stringMatching(
        /^7: sources\.shop\.max_value_bytes: found .*; allowed: a whole number of bytes or a size such as 64MiB, from 64KiB to 1GiB$/,
      ),
    ]);
  });
});
