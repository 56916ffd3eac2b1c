import { describe, expect, it } from '@jest/globals';
import type { KeyRange } from '../../../../../shared/core/key.ts';
import { usableKey } from '../../../../../shared/source/mssql/key/key-columns.ts';
import type { ReadPlan } from '../../../../../shared/source/mssql/read-plan.ts';
import { changedKeys, trackedStatement } from '../../../../../shared/source/mssql/window/tracked-text.ts';
import { ORDERS } from '../bound/columns.ts';

const AT = { name: 'at]', type: 'datetime2(7)', collation: undefined, isNullable: false };
const ID = { name: 'id', type: 'int', collation: undefined, isNullable: false };

/** A table with the key (at], id), the first of which has more digits than land. */
const plan = (range: KeyRange = {}, key = ['at]', 'id']): ReadPlan => ({
  query: { ...ORDERS, range },
  columns: ['name', 'id', 'at]'],
  primaryKey: ['at]', 'id'],
  key: usableKey(key, [AT, ID]),
  parts: key.map((name) => ({ name, isHidden: name === 'at]' })),
  chosen: undefined,
});
const UP_TO = { name: 'upTo', kind: 'bigint', value: '12' };
const AFTER = { name: 'after', kind: 'bigint', value: '9007199254740993' };
const all = { by: 'change-tracking', after: null, upTo: '12' } as const;
const changes = { by: 'change-tracking', after: AFTER.value, upTo: '9007199254740999' } as const;

const FROM_ALL = 'FROM [shop].[orders] AS t';
const SELECT_ALL = "CAST(N'I' AS nchar(1)) AS [_op], @upTo AS [_version], t.[name], t.[id], t.[at]]]";
const FROM_CHANGES =
  'FROM CHANGETABLE(CHANGES [shop].[orders], @after) AS c LEFT JOIN [shop].[orders] AS t ON t.[at]]] = c.[at]]] AND t.[id] = c.[id]';
const SELECT_CHANGES =
  'CAST(c.[SYS_CHANGE_OPERATION] AS nchar(1)) AS [_op], c.[SYS_CHANGE_VERSION] AS [_version], t.[name], c.[id], c.[at]]]';
const RANGE: KeyRange = { from: { values: ['x', '7'], inclusive: false }, to: ['z', '9'] };
const BOUNDS = [
  { name: 'from1', kind: 'text', value: 'x' },
  { name: 'from2', kind: 'text', value: '7' },
  { name: 'to1', kind: 'text', value: 'z' },
  { name: 'to2', kind: 'text', value: '9' },
];

function condition(table: string): string {
  const [at, id] = [`${table}[at]]]`, `${table}[id]`];
  const moment = (name: string): string => `CAST(@${name} AS datetime2(7))`;
  const number = (name: string): string => `CAST(@${name} AS int)`;
  return (
    `${at} >= ${moment('from1')} AND (${at} > ${moment('from1')} OR (${at} = ${moment('from1')} AND ${id} > ${number('from2')}))` +
    ` AND ${at} <= ${moment('to1')} AND (${at} < ${moment('to1')} OR (${at} = ${moment('to1')} AND ${id} < ${number('to2')}))`
  );
}

describe('all of a table', () => {
  it('comes as inserts of one version, in the order of the key', () => {
    expect(trackedStatement(plan(), all)).toEqual({
      sql: `SELECT ${SELECT_ALL}, t.[at]]] AS [landfall key 1] ${FROM_ALL} ORDER BY t.[at]]], t.[id]`,
      parameters: [UP_TO],
    });
  });

  it('is cut by its key', () => {
    expect(trackedStatement(plan(RANGE), all)).toEqual({
      sql: `SELECT ${SELECT_ALL}, t.[at]]] AS [landfall key 1] ${FROM_ALL} WHERE ${condition('t.')} ORDER BY t.[at]]], t.[id]`,
      parameters: [UP_TO, ...BOUNDS],
    });
  });

  it('comes in any order when nothing orders it', () => {
    expect(trackedStatement(plan({}, []), all).sql).toBe(`SELECT ${SELECT_ALL} ${FROM_ALL}`);
  });

  it('tells its columns without a row', () => {
    const statement = { sql: `SELECT TOP (0) ${SELECT_ALL} ${FROM_ALL}`, parameters: [UP_TO] };
    expect(trackedStatement(plan(RANGE), all, true)).toEqual(statement);
  });
});

describe('the changes of a table', () => {
  it('have their key from the change, and the rest from the row, if there is one', () => {
    expect(trackedStatement(plan(), changes)).toEqual({
      sql: `SELECT ${SELECT_CHANGES}, c.[at]]] AS [landfall key 1] ${FROM_CHANGES} ORDER BY c.[at]]], c.[id]`,
      parameters: [AFTER],
    });
  });

  it('are cut by the key of the change', () => {
    expect(trackedStatement(plan(RANGE), changes)).toEqual({
      sql: `SELECT ${SELECT_CHANGES}, c.[at]]] AS [landfall key 1] ${FROM_CHANGES} WHERE ${condition('c.')} ORDER BY c.[at]]], c.[id]`,
      parameters: [AFTER, ...BOUNDS],
    });
  });

  it('tell their columns without a row', () => {
    const statement = { sql: `SELECT TOP (0) ${SELECT_CHANGES} ${FROM_CHANGES}`, parameters: [AFTER] };
    expect(trackedStatement(plan(RANGE), changes, true)).toEqual(statement);
  });

  it('are counted and sampled by their keys alone', () => {
    const from = 'CHANGETABLE(CHANGES [shop].[orders], @after) AS [landfall]';
    expect(changedKeys(plan(), AFTER.value)).toEqual({ from, where: '', parameters: [AFTER] });
    expect(changedKeys(plan(RANGE), AFTER.value)).toEqual({
      from,
      where: ` WHERE ${condition('')}`,
      parameters: [AFTER, ...BOUNDS],
    });
  });
});
