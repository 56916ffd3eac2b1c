import { describe, expect, it } from '@jest/globals';
import { columnNames, tableColumns } from '../../../../../shared/source/mssql/catalog.ts';
import { answering } from './answering.ts';

function column(name: string, typeName: string, rest: object = {}): object {
  const flags = { isNullable: false, isIdentity: false, isComputed: false, isSparse: false, isColumnSet: false };
  const sizes = { maxLength: 4, precision: 0, scale: 0 };
  return { name, typeName, declaredType: typeName, ...sizes, collation: null, ...flags, isHidden: 0, ...rest };
}

describe('the columns of a table', () => {
  it.each([
    ['int', {}, 'int'],
    ['bigint', { maxLength: 8 }, 'bigint'],
    ['decimal', { precision: 38, scale: 10 }, 'decimal(38,10)'],
    ['numeric', { precision: 5, scale: 0 }, 'numeric(5,0)'],
    ['money', { precision: 19, scale: 4 }, 'money'],
    ['float', { precision: 53 }, 'float'],
    ['datetime', { precision: 23, scale: 3 }, 'datetime'],
    ['datetime2', { precision: 27, scale: 7 }, 'datetime2(7)'],
    ['datetimeoffset', { scale: 0 }, 'datetimeoffset(0)'],
    ['time', { scale: 3 }, 'time(3)'],
    ['char', { maxLength: 10 }, 'char(10)'],
    ['varchar', { maxLength: -1 }, 'varchar(max)'],
    ['nchar', { maxLength: 20 }, 'nchar(10)'],
    ['nvarchar', { maxLength: 100 }, 'nvarchar(50)'],
    ['nvarchar', { maxLength: -1 }, 'nvarchar(max)'],
    ['binary', { maxLength: 8 }, 'binary(8)'],
    ['varbinary', { maxLength: -1 }, 'varbinary(max)'],
    ['timestamp', { maxLength: 8 }, 'rowversion'],
    ['text', { maxLength: 16 }, 'text'],
    ['xml', { maxLength: -1 }, 'xml'],
    ['sql_variant', { maxLength: 8_016 }, 'sql_variant'],
    ['hierarchyid', { maxLength: 892 }, 'hierarchyid'],
  ])('%s with %j is %s', async (typeName, rest, type) => {
    const { query } = answering([column('c', typeName, rest)]);
    expect(await tableColumns(query, '[t]')).toEqual([
      {
        name: 'c',
        type,
        declaredType: undefined,
        collation: undefined,
        isNullable: false,
        isIdentity: false,
        isComputed: false,
        isHidden: false,
      },
    ]);
  });

  it('tell flags, collation and the alias type they were declared with', async () => {
    const alias = { declaredType: 'Flag', collation: 'Latin1_General_CI_AS', maxLength: 1, isNullable: true };
    const { query, asked } = answering([column('c', 'char', alias), column('id', 'int', { isIdentity: true })]);
    expect(await tableColumns(query, '[t]')).toMatchObject([
      { type: 'char(1)', declaredType: 'Flag', collation: 'Latin1_General_CI_AS', isNullable: true },
      { name: 'id', isIdentity: true },
    ]);
    expect(asked[0]!.bind).toEqual({ table: '[t]' });
  });
});

describe('the names of the columns', () => {
  const TEMPORAL = [
    column('id', 'int'),
    column('from', 'datetime2', { isHidden: 1 }),
    column('to', 'datetime2', { isHidden: 1 }),
  ];

  it('are those of SELECT *', async () => {
    expect(columnNames(await tableColumns(answering(TEMPORAL).query, '[t]'))).toEqual(['id']);
    expect(columnNames(await tableColumns(answering([]).query, '[missing]'))).toEqual([]);
  });

  it('have hidden columns that are asked for by name', async () => {
    expect(columnNames(await tableColumns(answering(TEMPORAL).query, '[t]'), ['to', 'nothing'])).toEqual(['id', 'to']);
  });

  it('do not know what a server before 2016 does not know', async () => {
    expect(columnNames(await tableColumns(answering([column('id', 'int', { isHidden: null })]).query, '[t]'))).toEqual([
      'id',
    ]);
  });

  it('lack sparse columns only behind a column set', async () => {
    const sparse = [column('id', 'int'), column('s', 'int', { isSparse: true })];
    const set = column('all', 'xml', { isColumnSet: true });
    expect(columnNames(await tableColumns(answering(sparse).query, '[t]'))).toEqual(['id', 's']);
    expect(columnNames(await tableColumns(answering([...sparse, set]).query, '[t]'))).toEqual(['id', 'all']);
  });
});
