import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { FILE, linesOf, shopWith } from './config-text.ts';

const defaultsOf = (settings: string) => (settings === '' ? '' : `    defaults: {${settings}}\n`);
const mssqlWith = (tables: string, sourceLines = '') =>
  shopWith(tables, sourceLines).replace('dialect: postgres', 'dialect: mssql');
const tableOf = (text: string, name = 'a.b') => parseConfig(text, FILE).sources.get('shop')!.tables.get(name)!;
const UPDATE_KEY = 'the name of one column that grows with every change of a row, such as updated_at';

describe('an incremental table', () => {
  it('needs its update key only', () => {
    expect(tableOf(shopWith('a.b: {mode: incremental, update_key: updated_at}'))).toMatchObject({
      mode: 'incremental',
      updateKey: 'updated_at',
      lag: undefined,
      lookback: undefined,
      nulls: 'include-once',
      fullRefreshEveryMs: undefined,
      keepRuns: undefined,
      schemaContract: 'evolve',
    });
  });

  it.each([
    ['lag: 90s', { lag: { ms: 90_000 } }],
    ['lag: 0', { lag: { values: 0 } }],
    ['lag: snapshot', { lag: 'snapshot' }],
    ['lookback: 1000', { lookback: { values: 1000 } }],
    ['lookback: 0s', { lookback: { ms: 0 } }],
    ['nulls: skip', { nulls: 'skip' }],
    ['full_refresh_every: 1h', { fullRefreshEveryMs: 3_600_000 }],
    ['full_refresh_every: 365d', { fullRefreshEveryMs: 31_536_000_000 }],
    ['schema_contract: freeze', { schemaContract: 'freeze' }],
    ['where: x > 1', { where: 'x > 1' }],
    ['sql: select 1 as updated_at', { sql: 'select 1 as updated_at' }],
  ])('may have %s, itself or by the defaults where those may have it', (setting, expected) => {
    const own = tableOf(shopWith(`a.b: {mode: incremental, update_key: updated_at, ${setting}}`));
    expect(own).toMatchObject(expected);
    if (/^(where|sql)/.test(setting)) return;
    const defaults = defaultsOf(`mode: incremental, ${setting}`);
    expect(tableOf(shopWith('a.b: {update_key: updated_at}', defaults))).toEqual(own);
  });

  it('has what it says itself before what the defaults say', () => {
    const defaults = defaultsOf('lag: 1h, lookback: 5, nulls: skip, full_refresh_every: 1d, schema_contract: freeze');
    const own = 'lag: 0, lookback: 2d, nulls: include-once, full_refresh_every: 2d, schema_contract: evolve';
    expect(tableOf(shopWith(`a.b: {mode: incremental, update_key: id, ${own}}`, defaults))).toMatchObject({
      lag: { values: 0 },
      lookback: { ms: 172_800_000 },
      nulls: 'include-once',
      fullRefreshEveryMs: 172_800_000,
      schemaContract: 'evolve',
    });
  });

  it('is refused without an update key, whoever said that it is incremental', () => {
    expect(
      linesOf(shopWith('a.b:\n  mode: incremental\na.c:\n  select: [id]', defaultsOf('mode: incremental'))),
    ).toEqual([
      `9: sources.shop.tables."a.b".update_key: is missing with mode incremental; allowed: ${UPDATE_KEY}`,
      `11: sources.shop.tables."a.c".update_key: is missing with mode incremental of the defaults; allowed: ${UPDATE_KEY}`,
    ]);
  });

  it.each(['7', '[id]', '""', '" "', '"a\\nb"', 'null'])(
    'may not have the update key %s, which is told once',
    (key) => {
      expect(linesOf(shopWith(`a.b: {mode: incremental, update_key: ${key}}`))).toEqual([
        expect.stringMatching(
          /^8: sources\.shop\.tables\."a\.b"\.update_key: found .*; allowed: the name of one column/,
        ),
      ]);
    },
  );

  it('may not have its update key from the defaults', () => {
    expect(linesOf(shopWith('a.b: {mode: incremental, update_key: id}', defaultsOf('update_key: id')))).toEqual([
      expect.stringMatching(/^7: sources\.shop\.defaults\.update_key: found an unknown key; allowed: mode, lag, /),
    ]);
  });

  it('of SQL Server may not have the snapshot for its lag, nor may the defaults', () => {
    const problem =
      'found lag snapshot together with dialect mssql; allowed: a duration or a whole number (snapshot with dialect postgres only; an update_key of type rowversion needs no lag)';
    expect(
      linesOf(mssqlWith('a.b: {mode: incremental, update_key: rv, lag: snapshot}', defaultsOf('lag: snapshot'))),
    ).toEqual([`7: sources.shop.defaults.lag: ${problem}`, `9: sources.shop.tables."a.b".lag: ${problem}`]);
  });
});

describe('a table of change tracking', () => {
  it('needs nothing else, from itself or the defaults', () => {
    const own = tableOf(mssqlWith('a.b: {mode: change-tracking, full_refresh_every: 30d, select: [id, name]}'));
    expect(own).toMatchObject({
      mode: 'change-tracking',
      updateKey: undefined,
      lag: undefined,
      lookback: undefined,
      fullRefreshEveryMs: 2_592_000_000,
      keepRuns: undefined,
    });
    const defaults = defaultsOf('mode: change-tracking, full_refresh_every: 30d, lag: 5, nulls: skip, keep_runs: 3');
    expect(tableOf(mssqlWith('a.b: {select: [id, name]}', defaults))).toEqual(own);
  });

  it('is refused a query, a condition, a key and whatever is for update keys, all at once and where it stands', () => {
    const rest = ', which lands whole tables by the primary key of the catalog; allowed:';
    const tables = `a.b:
  mode: change-tracking
  where: x > 1
  primary_key: id
  update_key: rv
  lag: 5m
  lookback: 5m
  nulls: skip
  keep_runs: 3
q:
  mode: change-tracking
  sql: select 1 as id`;
    expect(linesOf(mssqlWith(tables)).map((line) => line.replace('sources.shop.tables.', ''))).toEqual([
      `10: "a.b".where: found where together with mode change-tracking${rest} where with mode full-refresh or incremental`,
      `11: "a.b".primary_key: found primary_key together with mode change-tracking${rest} primary_key with mode full-refresh or incremental`,
      '12: "a.b".update_key: found update_key together with mode change-tracking; allowed: update_key with mode incremental',
      '13: "a.b".lag: found lag together with mode change-tracking; allowed: lag with mode incremental',
      '14: "a.b".lookback: found lookback together with mode change-tracking; allowed: lookback with mode incremental',
      '15: "a.b".nulls: found nulls together with mode change-tracking; allowed: nulls with mode incremental',
      '16: "a.b".keep_runs: found keep_runs together with mode change-tracking; allowed: keep_runs with mode full-refresh',
      `19: q.sql: found sql together with mode change-tracking${rest} sql with mode full-refresh or incremental`,
    ]);
  });

  it('is refused at every query that has it from the defaults, but for those of another mode', () => {
    const tables = 'a.b:\nq: {sql: select 1}\nr: {sql: select 2, mode: full-refresh}\na.c: {where: x > 1}';
    expect(linesOf(mssqlWith(tables, defaultsOf('mode: change-tracking')))).toEqual([
      '10: sources.shop.tables.q.sql: found sql together with mode change-tracking of the defaults, which lands whole tables by the primary key of the catalog; allowed: sql with mode full-refresh or incremental',
      '12: sources.shop.tables."a.c".where: found where together with mode change-tracking of the defaults, which lands whole tables by the primary key of the catalog; allowed: where with mode full-refresh or incremental',
    ]);
  });

  it('is refused for PostgreSQL, and then what does not fit it is not told too', () => {
    const problem =
      'found mode change-tracking together with dialect postgres; allowed: full-refresh, incremental (change-tracking with dialect mssql only)';
    const tables = 'a.b: {mode: change-tracking, where: x > 1}\nq: {sql: select 1}\na.c: {lag: 5m}';
    expect(linesOf(shopWith(tables, defaultsOf('mode: change-tracking')))).toEqual([
      `7: sources.shop.defaults.mode: ${problem}`,
      `9: sources.shop.tables."a.b".mode: ${problem}`,
    ]);
  });
});

describe('a full-refresh table', () => {
  it('may keep its last runs, itself or by the defaults', () => {
    expect(tableOf(shopWith('a.b: {keep_runs: 1}')).keepRuns).toBe(1);
    expect(tableOf(shopWith('a.b:', defaultsOf('keep_runs: 1000'))).keepRuns).toBe(1000);
    expect(tableOf(shopWith('a.b: {keep_runs: 2}', defaultsOf('keep_runs: 9'))).keepRuns).toBe(2);
  });

  it('does not use what the defaults say for tables of other modes, and so do those', () => {
    const defaults = defaultsOf('lag: 5m, lookback: 1d, nulls: skip, full_refresh_every: 7d, keep_runs: 5');
    const text = shopWith('a.b:\na.c: {mode: incremental, update_key: id}', defaults);
    expect(tableOf(text)).toMatchObject({
      mode: 'full-refresh',
      lag: undefined,
      lookback: undefined,
      nulls: 'include-once',
      fullRefreshEveryMs: undefined,
      keepRuns: 5,
    });
    expect(tableOf(text, 'a.c')).toMatchObject({ lag: { ms: 300_000 }, nulls: 'skip', keepRuns: undefined });
  });

  it.each([
    ['update_key', 'id', 'incremental'],
    ['lag', '5m', 'incremental'],
    ['lookback', '5m', 'incremental'],
    ['nulls', 'include-once', 'incremental'],
    ['full_refresh_every', '7d', 'incremental or change-tracking'],
  ])('is refused %s: %s', (key, value, modes) => {
    const told = (mode: string) =>
      `found ${key} together with mode full-refresh${mode}; allowed: ${key} with mode ${modes}`;
    const line = (text: string) => linesOf(text).map((each) => each.split(`"a.b".${key}: `)[1]);
    expect(line(shopWith(`a.b: {${key}: ${value}}`))).toEqual([told(', the default')]);
    expect(line(shopWith(`a.b: {${key}: ${value}, mode: full-refresh}`))).toEqual([told('')]);
    expect(line(shopWith(`a.b: {${key}: ${value}}`, defaultsOf('mode: full-refresh')))).toEqual([
      told(' of the defaults'),
    ]);
  });

  it('is what every table of an original file is, whatever the defaults say', () => {
    const list = '- {table_name: employee, sql_query: select 1}';
    const original = '{Tables: [{table_name: employee, sql_query: select 1}]}';
    for (const mode of ['incremental', 'change-tracking']) {
      for (const tables of [list, original]) {
        const text = mssqlWith(tables, defaultsOf(`mode: ${mode}, lag: 5m, keep_runs: 4, schema_contract: freeze`));
        expect(tableOf(text, 'employee')).toMatchObject({
          mode: 'full-refresh',
          lag: undefined,
          keepRuns: 4,
          schemaContract: 'freeze',
        });
      }
    }
  });
});

describe('settings of changes', () => {
  const LAG =
    'a duration such as 5m or 36h, up to 365d, for moments; a whole number, 0 or more, for numbers; or snapshot, for postgres';
  const LOOKBACK = 'a duration such as 10m or 2d, up to 365d, for moments; or a whole number, 0 or more, for numbers';
  const REFRESH = 'a duration such as 36h or 7d, from 1h to 365d';

  it.each([
    ['lag', '366d', LAG],
    ['lag', '-5', LAG],
    ['lag', '1.5', LAG],
    ['lag', '"1000"', LAG],
    ['lag', '9007199254740992', LAG],
    ['lag', 'snapshots', LAG],
    ['lag', '[5m]', LAG],
    ['lookback', '8761h', LOOKBACK],
    ['lookback', 'snapshot', LOOKBACK],
    ['lookback', '5 weeks', LOOKBACK],
    ['nulls', 'include', 'include-once, skip'],
    ['full_refresh_every', '59m', REFRESH],
    ['full_refresh_every', '3599s', REFRESH],
    ['full_refresh_every', '366d', REFRESH],
    ['full_refresh_every', '7', REFRESH],
    ['keep_runs', '0', 'a whole number from 1 to 1000'],
    ['keep_runs', '1001', 'a whole number from 1 to 1000'],
    ['keep_runs', 'all', 'a whole number from 1 to 1000'],
    ['schema_contract', 'frozen', 'evolve, freeze'],
    ['mode', 'cdc', 'full-refresh, incremental, change-tracking'],
  ])('are refused out of their limits, in tables and in defaults: %s: %s', (key, value, rule) => {
    const lines = linesOf(shopWith(`a.b: {${key}: ${value}}`, defaultsOf(`${key}: ${value}`)));
    expect(lines.map((line) => line.split('; allowed: ')[1]?.replace(/ \(did you mean .*/, ''))).toEqual([rule, rule]);
  });

  it('are not told to be in want of a mode that is there and wrong', () => {
    const wrong = expect.stringMatching(/mode: found "incrementl"; allowed: .* \(did you mean "incremental"\?\)$/);
    expect(linesOf(shopWith('a.b: {mode: incrementl, update_key: id, lag: 5m}'))).toEqual([wrong]);
    expect(linesOf(shopWith('a.b: {update_key: id, lag: 5m}', defaultsOf('mode: incrementl')))).toEqual([wrong]);
  });

  it('are told for the mode of the table, though that of the defaults is wrong', () => {
    expect(linesOf(shopWith('a.b: {mode: full-refresh, lag: 5m}', defaultsOf('mode: incrementl')))).toEqual([
      expect.stringMatching(/^7: sources\.shop\.defaults\.mode: found "incrementl"/),
      expect.stringMatching(/^9: sources\.shop\.tables\."a\.b"\.lag: found lag together with mode full-refresh;/),
    ]);
  });
});
