import { describe, expect, it } from '@jest/globals';
import { requireUpdateKey, windowText } from '../../../../../shared/source/mssql/window/update-key.ts';
import { ORDERS, updateKey } from '../bound/columns.ts';

const window = (after: string | null, upTo: string | null, nulls = false) =>
  ({ by: 'update-key', column: 'c]', after, upTo, nulls }) as const;

describe('the rows of a window', () => {
  const AFTER = 'CAST(@after AS datetime2(7))';
  const UP_TO = 'CAST(@upTo AS datetime2(7))';
  it.each([
    ['a', 'b', false, `[c]]] > ${AFTER} AND [c]]] <= ${UP_TO}`],
    ['a', 'b', true, `([c]]] > ${AFTER} AND [c]]] <= ${UP_TO} OR [c]]] IS NULL)`],
    [null, 'b', false, `[c]]] <= ${UP_TO}`],
    [null, 'b', true, `([c]]] <= ${UP_TO} OR [c]]] IS NULL)`],
    [null, null, true, '[c]]] IS NULL'],
    [null, null, false, '1 = 0'],
    ['a', null, false, '1 = 0'],
  ])('behind %j up to %j, with nulls: %j', (after, upTo, nulls, condition) => {
    const text = windowText(updateKey('datetime2(7)'), window(after, upTo, nulls));
    const wanted = [
      ...(after === null || upTo === null ? [] : [{ name: 'after', kind: 'text', value: 'a' }]),
      ...(upTo === null ? [] : [{ name: 'upTo', kind: 'text', value: 'b' }]),
    ];
    expect(text).toEqual({ condition, parameters: wanted });
  });

  it.each([
    ['rowversion', 'CONVERT(binary(8), @upTo, 1)'],
    ['datetime', 'CONVERT(datetime, @upTo, 126)'],
    ['decimal(38,10)', 'CAST(@upTo AS decimal(38,10))'],
    ['nvarchar(9)', '@upTo'],
    ['varchar(9)', 'CAST(@upTo COLLATE Latin1_General_CI_AS AS varchar(9))'],
  ])('of %s are compared with a value of that type, the column alone on its side', (type, value) => {
    expect(windowText(updateKey(type), window(null, 'b')).condition).toBe(`[c]]] <= ${value}`);
  });
});

describe('a column as update key', () => {
  it.each([
    ['rowversion', 'versions'],
    ['date', 'moments'],
    ['datetime', 'moments'],
    ['smalldatetime', 'moments'],
    ['datetime2(0)', 'moments'],
    ['datetimeoffset(7)', 'moments'],
    ['tinyint', 'numbers'],
    ['bigint', 'numbers'],
    ['decimal(9,2)', 'numbers'],
    ['numeric(38,0)', 'numbers'],
    ['smallmoney', 'numbers'],
    ['time(7)', 'ordered'],
    ['nvarchar(20)', 'ordered'],
    ['uniqueidentifier', 'ordered'],
    ['varbinary(8)', 'ordered'],
  ])('of %s is of the kind %s', (type, kind) => {
    expect(updateKey(type).kind).toBe(kind);
  });

  it.each(['float', 'real', 'bit', 'sql_variant', 'xml', 'hierarchyid', 'text'])(
    'is refused when it is of %s',
    (type) => {
      const unusable = { code: 'UPDATE_KEY_UNUSABLE', retry: 'permanent' };
      expect(() => updateKey(type)).toThrow(expect.objectContaining(unusable));
      expect(() => updateKey(type)).toThrow(
        `\`update_key\` of shop.orders names "c]", whose type ${type} cannot tell what changed.`,
      );
    },
  );

  it('is refused when it is not there, with what is', () => {
    const columns = [{ name: 'a', type: 'int', collation: undefined, isNullable: false }];
    const refused = { code: 'COLUMN_NOT_FOUND', retry: 'permanent', remedy: 'Columns that exist: a.' };
    expect(() => requireUpdateKey(ORDERS, 'A', columns)).toThrow(expect.objectContaining(refused));
    expect(() => requireUpdateKey({ ...ORDERS, sql: 'SELECT 1 AS a' }, 'c', columns)).toThrow(
      'which the query does not have',
    );
  });
});
