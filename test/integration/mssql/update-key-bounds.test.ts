import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Source, SourceBound, UpdateKeyBoundRequest } from '../../../shared/source/source.ts';
import { startTestSqlServer, type TestSqlServer } from '../../support/tds-server/test-sql-server.ts';
import { updateKeyBound } from './bounds.ts';
import { keyedRows } from './keyed-walk.ts';
import { customQuery, sourceOn, wholeTable } from './suite-tables.ts';

/** What no real server lets a test do: to set its clock, its versions, and what it is. */
let server: TestSqlServer;
let source: Source;

beforeEach(async () => {
  server = await startTestSqlServer();
  const { host, port, user: username, password, database, caPem } = server;
  const ssl = { mode: 'verify-full', caPem } as const;
  const connection = { host, port, database, username, password, ssl, readOnlyIntent: false } as const;
  source = sourceOn({ connection: { ...connection, isolation: 'auto' } });
  server.clock.set('2026-03-10 12:00:00');
});
afterEach(async () => {
  await source.close();
  await server.close();
});

const table = (type: string): Promise<unknown> =>
  server.run(`CREATE TABLE dbo.t (n int NOT NULL PRIMARY KEY, k ${type} NULL)`);
const insert = (n: number, k: string): Promise<unknown> => server.run(`INSERT INTO dbo.t (n, k) VALUES (${n}, ${k})`);
const whole = () => wholeTable({ schema: 'dbo' }, 't');
const boundOf = async (request: Partial<UpdateKeyBoundRequest> = {}): Promise<SourceBound> =>
  await updateKeyBound(source, whole(), { column: 'k', ...request });
const seen = (newest: string, ageMs: number) => ({ newest, horizon: null, ageMs });

describe('a moment', () => {
  it.each<[string, string, string, Partial<UpdateKeyBoundRequest>, string | null]>([
    [
      'five minutes behind the newest',
      'datetime2(7)',
      "N'2026-03-10T11:00:00.1234567'",
      {},
      '2026-03-10T10:55:00.1234567',
    ],
    [
      'as far behind as it is told',
      'datetime2(3)',
      "N'2026-03-10T11:00:00.123'",
      { lag: { ms: 30 * 86_400_000 + 1_000 } },
      '2026-02-08T10:59:59.123',
    ],
    ['a day before the newest date', 'date', "N'2026-03-10'", {}, '2026-03-09'],
    ['whole minutes behind', 'smalldatetime', "N'2026-03-10T11:00:00'", { lag: { ms: 30_000 } }, '2026-03-10T10:59:00'],
    ['of its own ticks', 'datetime', "N'2026-03-10T11:00:00.003'", { lag: { ms: 1_000 } }, '2026-03-10T10:59:59.003'],
    [
      'in its own zone',
      'datetimeoffset(7)',
      "N'2026-03-10T11:00:00.1234567+05:30'",
      {},
      '2026-03-10T10:55:00.1234567+05:30',
    ],
    ['nothing before the first year', 'datetime2(7)', "N'0001-01-01T00:04:59'", {}, null],
    ['nothing before the first year of the type', 'smalldatetime', "N'1900-01-01T00:04:00'", {}, null],
    ['the first of the type', 'datetime', "N'1753-01-01T00:05:00'", {}, '1753-01-01T00:00:00.000'],
  ])('is bounded %s', async (_, type, value, request, upTo) => {
    await table(type);
    await insert(1, value);
    expect((await boundOf(request)).upTo).toBe(upTo);
  });

  it.each([
    ['datetime2(7)', "N'2026-03-11T02:00:00'", "N'2026-03-11T02:00:01'", '2026-03-11T02:00:00.0000000'],
    ['date', "N'2026-03-11'", "N'2026-03-12'", '2026-03-11'],
    ['datetimeoffset(0)', "N'2026-03-10T13:00:00+01:00'", "N'2026-03-10T12:00:01+00:00'", '2026-03-10T13:00:00+01:00'],
  ])('of %s that lies ahead of the clock does not count', async (type, past, future, newest) => {
    await table(type);
    await insert(1, past);
    await insert(2, future);
    await insert(3, "N'2999-12-31'");
    const bound = await boundOf({ lag: { ms: 0 } });
    expect([bound.newest, bound.upTo]).toEqual([newest, newest]);
    // The watermark stays when the clock is set back behind it, and nothing is lost.
    server.clock.set('2026-03-01 00:00:00');
    expect(await boundOf({ watermark: bound.upTo })).toMatchObject({ upTo: newest, newest: null, lost: undefined });
  });

  it('has settled when the lag has passed since it was the newest', async () => {
    await table('datetime2(0)');
    await insert(1, "N'2026-03-10T11:00:00'");
    const newest = '2026-03-10T11:00:00';
    const watermark = '2026-03-10T10:55:00';
    const upTo = async (ageMs: number): Promise<string | null> =>
      (await boundOf({ watermark, seen: seen(newest, ageMs) })).upTo;
    expect([await upTo(299_999), await upTo(300_000)]).toEqual([watermark, newest]);
    await insert(2, "N'2026-03-10T11:03:00'");
    expect(await upTo(300_000)).toBe(newest);
    await insert(3, "N'2026-03-10T11:30:00'");
    expect(await upTo(300_000)).toBe('2026-03-10T11:25:00');
  });

  it('has settled no further than the newest there is', async () => {
    await table('datetime2(0)');
    await insert(1, "N'2026-03-10T11:00:00'");
    const bound = await boundOf({ watermark: '2026-03-10T10:00:00', seen: seen('2026-03-10T11:30:00', 900_000) });
    expect(bound.upTo).toBe('2026-03-10T11:00:00');
  });

  it.each([
    ['2026-03-11 12:04:59', '2026-03-09'],
    ['2026-03-11 12:05:00', '2026-03-10'],
  ])('of a date has not settled before the day is over everywhere: at %s', async (clock, upTo) => {
    await table('date');
    await insert(1, "N'2026-03-10'");
    server.clock.set(clock);
    expect((await boundOf({ watermark: '2026-03-09', seen: seen('2026-03-10', 86_400_000) })).upTo).toBe(upTo);
  });

  it.each([
    ['datetime2(7)', '2026-03-10T10:00:00.0000001', { ms: 26 * 3_600_000 }, '2026-03-09T08:00:00.0000001'],
    ['date', '2026-03-10', { ms: 3_600_000 }, '2026-03-09'],
    ['datetime2(0)', '0001-01-01T00:59:59', { ms: 3_600_000 }, null],
  ])('of %s is read again as far as it looks back', async (type, watermark, lookback, after) => {
    await table(type);
    await insert(1, "N'2026-03-10T11:00:00'");
    expect(await boundOf({ watermark, lookback })).toMatchObject({ after, lost: undefined });
    expect(await boundOf({ lookback })).toMatchObject({ after: null });
  });
});

describe('a number', () => {
  it.each<[string, string, Partial<UpdateKeyBoundRequest>, object]>([
    ['int', '100', {}, { upTo: '100', lag: '0' }],
    ['int', '100', { lag: { values: 30 } }, { upTo: '70', lag: '30' }],
    ['int', '100', { lag: { values: 30 }, watermark: '90' }, { upTo: '90', after: '90' }],
    ['int', '100', { watermark: '90', lookback: { values: 15 } }, { upTo: '100', after: '75' }],
    ['int', '100', { lag: { values: 30 }, seen: seen('99', 9e9) }, { upTo: '70' }],
    ['tinyint', '100', { lag: { values: 101 } }, { upTo: null, newest: '100' }],
    ['bigint', '-9223372036854775800', { lag: { values: 8 } }, { upTo: '-9223372036854775808' }],
    ['bigint', '-9223372036854775800', { lag: { values: 9 } }, { upTo: null }],
    ['bigint', '9223372036854775807', { lag: { values: 9_007_199_254_740_991 } }, { upTo: '9214364837600034816' }],
    ['decimal(9,2)', '1000.55', { lag: { values: 1000 } }, { upTo: '0.55' }],
    ['decimal(3,3)', '0.999', { lag: { values: 1 } }, { upTo: '-0.001' }],
    ['decimal(38,30)', '1.5', { lag: { values: 9_007_199_254_740_991 } }, { upTo: null }],
    ['money', '5.0001', { lag: { values: 5 } }, { upTo: '0.0001' }],
  ])('of %s, %s with %j has its bound', async (type, value, request, expected) => {
    await table(type);
    await insert(1, value);
    expect(await boundOf(request)).toMatchObject(expected);
  });
});

describe('a watermark', () => {
  it('is lost when every value lies before it', async () => {
    await table('int');
    await insert(1, '5');
    const lost = { upTo: '5', after: null, lost: 'update-key-went-back' };
    expect(await boundOf({ watermark: '6', lookback: { values: 1 } })).toMatchObject(lost);
    expect(await boundOf({ watermark: '5' })).toMatchObject({ upTo: '5', after: '5', lost: undefined });
  });

  it.each(['int', 'datetime2(3)', 'nvarchar(30)'])('is lost when no row has a value of %s any more', async (type) => {
    await table(type);
    await insert(1, 'NULL');
    const watermark = type === 'int' ? '7' : '2026-03-10T10:00:00.000';
    expect(await boundOf({ watermark })).toMatchObject({
      upTo: null,
      after: null,
      newest: null,
      hasNulls: true,
      lost: 'update-key-went-back',
    });
    expect(await boundOf()).toMatchObject({ upTo: null, lost: undefined });
  });

  it('that is lost takes with it what was seen at its time', async () => {
    await table('datetime2(0)');
    await insert(1, "N'2026-03-10T11:00:00'");
    const bound = await boundOf({ watermark: '2026-03-10T11:30:00', seen: seen('2026-03-10T11:40:00', 900_000) });
    expect(bound).toMatchObject({ upTo: '2026-03-10T10:55:00', lost: 'update-key-went-back' });
  });
});

describe('a rowversion', () => {
  const numbers = async (after: string | null, upTo: string | null): Promise<unknown> => {
    const window = { by: 'update-key', column: 'k', after, upTo, nulls: false } as const;
    return (await keyedRows(source, { ...whole(), window })).numbers;
  };

  it('is bounded before the first transaction that still runs, so that no late commit is passed', async () => {
    await server.run('CREATE TABLE dbo.t (n int NOT NULL PRIMARY KEY, k rowversion NOT NULL)');
    const late = server.beginTransaction();
    late.run('INSERT INTO dbo.t (n) VALUES (1)');
    await server.run('INSERT INTO dbo.t (n) VALUES (2)');
    const first = await boundOf();
    expect(await numbers(null, first.upTo)).toEqual([]);
    late.commit();
    const second = await boundOf({ watermark: first.upTo });
    expect(await numbers(second.after, second.upTo)).toEqual(['1', '2']);
  });

  it('ahead of what the database has counted is an older state of it', async () => {
    await server.run('CREATE TABLE dbo.t (n int NOT NULL PRIMARY KEY, k rowversion NOT NULL)');
    await server.run('INSERT INTO dbo.t (n) VALUES (1)');
    const { upTo } = await boundOf();
    server.setRowVersion(BigInt(upTo!) - 1n);
    await expect(boundOf({ watermark: upTo })).rejects.toMatchObject({
      code: 'WATERMARK_AHEAD',
      retry: 'permanent',
      message: expect.stringContaining(upTo!),
      remedy: expect.stringContaining('landfall state reset --table dbo.t'),
    });
  });

  it('of a row that the database has not come to is refused', async () => {
    await server.run('CREATE TABLE dbo.t (n int NOT NULL PRIMARY KEY, k rowversion NOT NULL)');
    for (const n of [1, 2]) await server.run(`INSERT INTO dbo.t (n) VALUES (${n})`);
    server.setRowVersion(1n);
    const refused = { code: 'UPDATE_KEY_UNUSABLE', message: expect.stringMatching(/has 0x[0-9a-f]{16}: the database/) };
    await expect(boundOf()).rejects.toMatchObject(refused);
    const custom = updateKeyBound(source, customQuery('SELECT n, k FROM dbo.t'), { column: 'k' });
    await expect(custom).rejects.toMatchObject(refused);
  });

  it('is refused of a replica, which does not know what still runs', async () => {
    await server.run('CREATE TABLE dbo.t (n int NOT NULL PRIMARY KEY, k rowversion NOT NULL)');
    server.state.readOnly = true;
    await expect(boundOf()).rejects.toMatchObject({
      code: 'UPDATE_KEY_UNUSABLE',
      remedy: expect.stringContaining('read_only_intent: false'),
    });
  });
});
