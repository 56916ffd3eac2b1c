import { expect, it } from '@jest/globals';
import {
  foreignVersionStatement,
  versionBoundStatement,
} from '../../../../../shared/source/mssql/bound/version-bound.ts';
import { ORDERS, updateKey } from './columns.ts';

const BOUND = '(SELECT CAST(CAST(MIN_ACTIVE_ROWVERSION() AS bigint) - 1 AS binary(8)) AS [upTo]) AS [landfall bound]';

it('the bound lies before the first version that is active', () => {
  expect(versionBoundStatement(ORDERS, updateKey('rowversion'), null)).toEqual({
    sql:
      'SELECT [upTo], 0 AS [isAhead], 0 AS [hasNulls],' +
      ` (SELECT TOP (1) [c]]] FROM [shop].[orders] WHERE [c]]] > @@DBTS) AS [beyond] FROM ${BOUND}`,
    parameters: [],
  });
});

it('a watermark is compared as the binary value that it is', () => {
  const version = '0x00000000000007d1';
  const query = { ...ORDERS, where: 'x = 1' };
  expect(versionBoundStatement(query, updateKey('rowversion', true), version)).toEqual({
    sql:
      'SELECT [upTo], CASE WHEN [upTo] < CONVERT(binary(8), @watermark, 1) THEN 1 ELSE 0 END AS [isAhead],' +
      ' CASE WHEN EXISTS (SELECT 1 FROM [shop].[orders] WHERE (\nx = 1\n) AND [c]]] IS NULL) THEN 1 ELSE 0 END AS [hasNulls],' +
      ` (SELECT TOP (1) [c]]] FROM [shop].[orders] WHERE (\nx = 1\n) AND [c]]] > @@DBTS) AS [beyond] FROM ${BOUND}`,
    parameters: [{ name: 'watermark', kind: 'text', value: version }],
  });
});

it('a version is foreign that the database has not given at a second look either', () => {
  expect(foreignVersionStatement(updateKey('rowversion'), '0x00000000000007d1')).toEqual({
    sql: 'SELECT CASE WHEN CONVERT(binary(8), @version, 1) > @@DBTS THEN 1 ELSE 0 END AS [isForeign]',
    parameters: [{ name: 'version', kind: 'text', value: '0x00000000000007d1' }],
  });
});
