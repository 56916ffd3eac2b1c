import { describe, expect, it } from '@jest/globals';
import { primaryKey } from '../../../../../shared/source/mssql/catalog.ts';
import { answering } from './answering.ts';

function keyColumn(indexId: number, name: string, rest: object = {}): object {
  const plain = { isPrimaryKey: false, maxLength: 4, isNullable: false, isComputed: false, isPersisted: null };
  return { indexId, name, ...plain, ...rest };
}

const PRIMARY = { isPrimaryKey: true };

describe('the key of a table', () => {
  it.each([
    ['none without a unique index', [], []],
    [
      'the primary key in its order, though another is narrower',
      [keyColumn(1, 'x'), keyColumn(3, 'b', PRIMARY), keyColumn(3, 'a', PRIMARY)],
      ['b', 'a'],
    ],
    ['the index of fewest columns', [keyColumn(1, 'a'), keyColumn(1, 'b'), keyColumn(2, 'c')], ['c']],
    ['of as many columns the one of fewest bytes', [keyColumn(2, 'a', { maxLength: 16 }), keyColumn(5, 'b')], ['b']],
    ['of as many bytes the older one', [keyColumn(4, 'late'), keyColumn(1, 'clustered')], ['clustered']],
    ['no index with a nullable column', [keyColumn(1, 'a'), keyColumn(1, 'b', { isNullable: true })], []],
    [
      'the next one when the narrowest is nullable',
      [keyColumn(1, 'n', { isNullable: true }), keyColumn(2, 'a'), keyColumn(2, 'b')],
      ['a', 'b'],
    ],
    ['no computed column that is not persisted', [keyColumn(1, 'c', { isComputed: true, isPersisted: false })], []],
    ['a persisted computed column', [keyColumn(1, 'c', { isComputed: true, isPersisted: true })], ['c']],
    [
      'a primary key over a computed column, which the server has checked',
      [keyColumn(1, 'c', { ...PRIMARY, isComputed: true, isPersisted: false })],
      ['c'],
    ],
  ])('is %s', async (_, rows, names) => {
    const { query, asked } = answering(rows);
    expect(await primaryKey(query, '[dbo].[t]')).toEqual(names);
    expect(asked).toHaveLength(1);
    expect(asked[0]!.bind).toEqual({ table: '[dbo].[t]' });
  });
});
