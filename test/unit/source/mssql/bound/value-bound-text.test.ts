import { expect, it } from '@jest/globals';
import { type Distance, momentDistance, numberDistance } from '../../../../../shared/source/mssql/bound/distance.ts';
import {
  type ValueBoundInput,
  valueBoundStatement,
} from '../../../../../shared/source/mssql/bound/value-bound-text.ts';
import { ORDERS, updateKey } from './columns.ts';

const DISTANT: Distance = { before: (value) => `before(${value})` };
const statement = (input: Partial<ValueBoundInput> & Pick<ValueBoundInput, 'column'>) =>
  valueBoundStatement({
    query: ORDERS,
    lag: numberDistance('int', 0),
    lagMs: 0,
    lookback: undefined,
    watermark: null,
    settled: undefined,
    ...input,
  });

it('the first bound is the newest value less the lag', () => {
  expect(statement({ column: updateKey('int'), lag: DISTANT })).toEqual({
    sql:
      'SELECT [newest], [lagged] AS [upTo], [lost], 0 AS [hasNulls]' +
      ' FROM (SELECT [newest], before([newest]) AS [lagged], 0 AS [lost]' +
      ' FROM (SELECT MAX([c]]]) AS [newest] FROM [shop].[orders]) AS [landfall newest]) AS [landfall bound]',
    parameters: [],
  });
});

it('a later one is never before the watermark, unless that is lost', () => {
  const column = updateKey('varchar(9)', true);
  const query = { ...ORDERS, where: 'x = 1 -- one' };
  const where = ' WHERE (\nx = 1 -- one\n)';
  const watermark = 'CAST(@watermark COLLATE Latin1_General_CI_AS AS varchar(9))';
  expect(statement({ query, column, watermark: "o'b", lookback: DISTANT })).toEqual({
    sql:
      `SELECT [newest], CASE WHEN [lost] = 1 THEN [lagged] WHEN [lagged] > ${watermark} THEN [lagged]` +
      ` ELSE ${watermark} END AS [upTo], [lost],` +
      ` CASE WHEN EXISTS (SELECT 1 FROM [shop].[orders]${where} AND [c]]] IS NULL) THEN 1 ELSE 0 END AS [hasNulls],` +
      ` before(${watermark}) AS [after]` +
      ` FROM (SELECT [newest], [newest] AS [lagged], CASE WHEN [newest] >= ${watermark} THEN 0 ELSE 1 END AS [lost]` +
      ` FROM (SELECT MAX([c]]]) AS [newest] FROM [shop].[orders]${where}) AS [landfall newest]) AS [landfall bound]`,
    parameters: [{ name: 'watermark', kind: 'text', value: "o'b" }],
  });
});

it('a moment ahead of the clock counts for nothing, but that the watermark is not lost', () => {
  const column = updateKey('datetimeoffset(7)');
  const lag = momentDistance('datetimeoffset(7)', 1_000);
  const cast = (parameter: string): string => `CAST(@${parameter} AS datetimeoffset(7))`;
  const settled = cast('settled');
  const watermark = cast('watermark');
  const kept = `CASE WHEN [lagged] >= ${settled} THEN [lagged] WHEN ${settled} < [newest] THEN ${settled} ELSE [newest] END`;
  expect(statement({ column, lag, lagMs: 1_000, watermark: 'w', settled: 's' })).toEqual({
    sql:
      `SELECT [newest], CASE WHEN [lost] = 1 THEN [lagged] WHEN ${kept} > ${watermark} THEN ${kept}` +
      ` ELSE ${watermark} END AS [upTo], [lost], 0 AS [hasNulls]` +
      ` FROM (SELECT [newest], ${lag.before('[newest]')} AS [lagged],` +
      ` CASE WHEN [newest] >= ${watermark} THEN 0` +
      ` WHEN EXISTS (SELECT 1 FROM [shop].[orders] WHERE [c]]] >= ${watermark}) THEN 0 ELSE 1 END AS [lost]` +
      ' FROM (SELECT MAX([c]]]) AS [newest] FROM [shop].[orders]' +
      ' WHERE [c]]] <= CAST(SYSDATETIMEOFFSET() AS datetimeoffset(7))) AS [landfall newest]) AS [landfall bound]',
    parameters: [
      { name: 'watermark', kind: 'text', value: 'w' },
      { name: 'settled', kind: 'text', value: 's' },
    ],
  });
});

it.each(['datetime', 'smalldatetime', 'datetime2(0)', 'date'])(
  'a %s without a zone has the clock farthest ahead',
  (type) => {
    const { sql } = statement({ column: updateKey(type) });
    expect(sql).toContain(` WHERE [c]]] <= CAST(DATEADD(hour, 14, SYSUTCDATETIME()) AS ${type}))`);
  },
);

it('a date has not settled while it lasts, in the zone farthest behind', () => {
  const { sql } = statement({ column: updateKey('date'), lag: DISTANT, lagMs: 300_000, settled: '2026-01-01' });
  const date = 'CAST(@settled AS date)';
  expect(sql).toContain(
    `SELECT [newest], CASE WHEN [lagged] >= ${date} THEN [lagged]` +
      ` WHEN ${date} >= CAST(DATEADD(millisecond, -43500000, SYSUTCDATETIME()) AS date) THEN [lagged]` +
      ` WHEN ${date} < [newest] THEN ${date} ELSE [newest] END AS [upTo], [lost]`,
  );
});

it('of a custom query the bound is that of its rows', () => {
  const query = { ...ORDERS, sql: 'SELECT 1 AS c -- one;', where: 'not of a query' };
  expect(statement({ query, column: updateKey('bigint', true) }).sql).toBe(
    'SELECT [newest], [lagged] AS [upTo], [lost],' +
      ' CASE WHEN EXISTS (SELECT 1 FROM (\nSELECT 1 AS c -- one\n) AS [landfall] WHERE [c]]] IS NULL) THEN 1 ELSE 0 END AS [hasNulls]' +
      ' FROM (SELECT [newest], [newest] AS [lagged], 0 AS [lost]' +
      ' FROM (SELECT MAX([c]]]) AS [newest] FROM (\nSELECT 1 AS c -- one\n) AS [landfall]) AS [landfall newest]) AS [landfall bound]',
  );
});
