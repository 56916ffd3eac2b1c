import { describe, expect, it } from '@jest/globals';
import type { Temporal } from '../../../../../shared/config/config.ts';
import { isIntegerType, keyTypeOf, landsExactly } from '../../../../../shared/source/mssql/key/key-type.ts';

const compared = (type: string, collation?: string): string | undefined => keyTypeOf({ type, collation })?.value('@p');

describe('a parameter that a key is compared with', () => {
  it.each([
    ['bit', 'CAST(@p AS bit)'],
    ['bigint', 'CAST(@p AS bigint)'],
    ['decimal(38,10)', 'CAST(@p AS decimal(38,10))'],
    ['money', 'CAST(@p AS money)'],
    ['date', 'CAST(@p AS date)'],
    ['time(7)', 'CAST(@p AS time(7))'],
    ['datetime2(0)', 'CAST(@p AS datetime2(0))'],
    ['datetimeoffset(7)', 'CAST(@p AS datetimeoffset(7))'],
    ['datetime', 'CONVERT(datetime, @p, 126)'],
    ['smalldatetime', 'CONVERT(smalldatetime, @p, 126)'],
    ['uniqueidentifier', 'CAST(@p AS uniqueidentifier)'],
    ['binary(16)', 'CONVERT(varbinary(16), @p, 1)'],
    ['varbinary(max)', 'CONVERT(varbinary(max), @p, 1)'],
    ['rowversion', 'CONVERT(binary(8), @p, 1)'],
    ['nchar(10)', '@p'],
    ['nvarchar(max)', '@p'],
    ['float', '@p'],
    ['real', '@p'],
  ])('of %s is %s', (type, sql) => {
    expect(compared(type)).toBe(sql);
  });

  it.each(['char(10)', 'varchar(10)'])('of %s is of the column’s own collation', (type) => {
    const sql = 'CAST(@p COLLATE SQL_Latin1_General_CP1_CI_AS AS varchar(10))';
    expect(compared(type, 'SQL_Latin1_General_CP1_CI_AS')).toBe(sql);
    expect(compared(type)).toBeUndefined();
    expect(compared(type, 'x AS int); --')).toBeUndefined();
  });

  it('is a number itself only for floats', () => {
    const kinds = ['float', 'real', 'decimal(9,2)'].map((type) => keyTypeOf({ type, collation: undefined })?.parameter);
    expect(kinds).toEqual(['float', 'real', 'text']);
  });

  it.each([
    'text',
    'ntext',
    'image',
    'xml',
    'json',
    'vector(3)',
    'sql_variant',
    'hierarchyid',
    'geography',
    'geometry',
    'CLR type',
    'a type of mine',
    '',
  ])('does not exist for %s', (type) => {
    expect(compared(type, 'Latin1_General_CI_AS')).toBeUndefined();
  });
});

describe('what lands of a moment is exact', () => {
  it.each<[string, Temporal[]]>([
    ['datetime2(7)', ['text']],
    ['time(7)', ['text']],
    ['datetime', ['text']],
    ['smalldatetime', ['text']],
    ['datetimeoffset(7)', ['micros', 'nanos', 'text']],
    ['date', ['micros', 'nanos', 'text', 'utc']],
    ['int', ['micros', 'nanos', 'text', 'utc']],
  ])('%s with %j', (type, exact) => {
    const all: Temporal[] = ['micros', 'nanos', 'text', 'utc'];
    expect(all.filter((temporal) => landsExactly(type, temporal))).toEqual(exact);
  });
});

it('knows the types whose range can be cut into even steps', () => {
  const types = ['tinyint', 'smallint', 'int', 'bigint', 'bit', 'decimal(9,0)', 'date'];
  expect(types.filter(isIntegerType)).toEqual(['tinyint', 'smallint', 'int', 'bigint']);
});
