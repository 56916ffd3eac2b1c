import { describe, expect, it } from '@jest/globals';
import { usableKey } from '../../../../shared/source/mssql/key/key-columns.ts';
import type { ReadPlan } from '../../../../shared/source/mssql/read-plan.ts';
import { columnsStatement, rowsStatement, wantedRows } from '../../../../shared/source/mssql/rows-statement.ts';
import { SurveyText } from '../../../../shared/source/mssql/survey/survey-text.ts';
import { windowText } from '../../../../shared/source/mssql/window/update-key.ts';
import { ORDERS, updateKey } from './bound/columns.ts';

const KEY = usableKey(['id'], [{ name: 'id', type: 'int', collation: undefined, isNullable: false }]);
const chosen = windowText(updateKey('int'), { by: 'update-key', column: 'c]', after: '5', upTo: '9', nulls: true });
const CHOSEN = '([c]]] > CAST(@after AS int) AND [c]]] <= CAST(@upTo AS int) OR [c]]] IS NULL)';
const PARAMETERS = [
  { name: 'after', kind: 'text', value: '5' },
  { name: 'upTo', kind: 'text', value: '9' },
];
const FROM = { name: 'from1', kind: 'text', value: '3' };

const plan = (rest: Partial<ReadPlan> = {}): ReadPlan => ({
  query: { ...ORDERS, range: { from: { values: ['3'], inclusive: true } } },
  columns: ['name'],
  primaryKey: ['id'],
  key: KEY,
  parts: [{ name: 'id', isHidden: true }],
  chosen,
  ...rest,
});
const unordered = { key: [], parts: [], columns: undefined };

describe('the rows of an update key', () => {
  it('are those of the range, the window and the filter, whether the column lands or not', () => {
    const query = { ...plan().query, where: 'x = 1 -- one' };
    expect(rowsStatement(plan({ query }))).toEqual({
      sql:
        'SELECT [name], [id] AS [landfall key 1] FROM [shop].[orders]' +
        ` WHERE (\nx = 1 -- one\n) AND [id] >= CAST(@from1 AS int) AND ${CHOSEN} ORDER BY [id]`,
      parameters: [FROM, ...PARAMETERS],
    });
  });

  it('of a custom query are those of a derived table, in any order or in one', () => {
    const query = { ...ORDERS, sql: 'SELECT * FROM a -- all;' };
    expect(rowsStatement(plan({ ...unordered, query }))).toEqual({
      sql: `SELECT * FROM (\nSELECT * FROM a -- all\n) AS [landfall] WHERE ${CHOSEN}`,
      parameters: PARAMETERS,
    });
    expect(rowsStatement(plan({ ...unordered, query, chosen: undefined })).sql).toBe(query.sql);
    expect(columnsStatement(plan({ ...unordered, query }))).toEqual({
      sql: 'SELECT TOP (0) * FROM (\nSELECT * FROM a -- all\n) AS [landfall]',
      parameters: [],
    });
    expect(columnsStatement(plan({ ...unordered, query, chosen: undefined }))).toBeUndefined();
  });

  it('are what a survey asks about', () => {
    const where = ` WHERE [id] >= CAST(@from1 AS int) AND ${CHOSEN}`;
    const parameters = [FROM, ...PARAMETERS];
    expect(wantedRows(plan())).toEqual({ from: '[shop].[orders]', where, parameters });
    const text = new SurveyText(plan());
    expect(text.count()).toEqual({ sql: `SELECT COUNT_BIG(*) AS [rows] FROM [shop].[orders]${where}`, parameters });
    expect(text.sampledKeys(7, 100).sql).toBe(
      'SELECT [id] FROM (SELECT [id], ROW_NUMBER() OVER (ORDER BY [id]) AS [landfall row]' +
        ` FROM [shop].[orders] TABLESAMPLE SYSTEM (100 ROWS)${where}) AS [landfall keys]` +
        ' WHERE [landfall row] % 7 = 0 ORDER BY [id]',
    );
  });
});

it('the changes of a table are what a survey asks about', () => {
  const window = { by: 'change-tracking', after: '12', upTo: '15' } as const;
  const text = new SurveyText(plan({ query: { ...ORDERS, window }, chosen: undefined }));
  const parameters = [{ name: 'after', kind: 'bigint', value: '12' }];
  expect(text.extremes()).toEqual({
    sql:
      'SELECT MIN([id]) AS [least], MAX([id]) AS [greatest]' +
      ' FROM CHANGETABLE(CHANGES [shop].[orders], @after) AS [landfall]',
    parameters,
  });
});

it('a range of what nothing orders is refused', () => {
  expect(() => rowsStatement(plan({ key: [], parts: [] }))).toThrow(expect.objectContaining({ code: 'KEY_UNUSABLE' }));
});
