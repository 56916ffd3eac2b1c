import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { distinctNames, selectPositions } from '../../../shared/source/column-names.ts';

describe('names of landed columns', () => {
  it('are distinct and non-empty, and the first of each stays as it is', () => {
    const name = fc.oneof(fc.constantFrom('', 'a', 'a_2', '?column?', 'column_1', 'column_2'), fc.string());
    fc.assert(
      fc.property(fc.array(name, { maxLength: 20 }), (names) => {
        const distinct = distinctNames(names);
        expect(new Set(distinct).size).toBe(names.length);
        expect(distinct).not.toContain('');
        names.forEach((original, i) => {
          if (
            original !== '' &&
            original !== '?column?' &&
            names.indexOf(original) === i &&
            !/^column_\d+$/.test(original)
          ) {
            expect(distinct[i]).toBe(original);
          }
        });
      }),
    );
  });
});

describe('select', () => {
  const names = ['id', 'name', 'city'];

  it.each([
    [[], [0, 1, 2]],
    [
      ['city', 'id'],
      [2, 0],
    ],
    [['-name'], [0, 2]],
    [['id', 'name', '-name'], [0]],
    [['id', 'id'], [0]],
  ])('%j takes columns %j', (select, positions) => {
    expect(selectPositions(names, select, 't')).toEqual(positions);
  });

  it('names every unknown column and those that exist', () => {
    expect(() => selectPositions(names, ['age', '-size', 'id'], 'shop.t')).toThrow(
      expect.objectContaining({
        code: 'COLUMN_NOT_FOUND',
        retry: 'permanent',
        message: '`select` of shop.t names "age", "size", which the table does not have.',
        remedy: 'Columns that exist: id, name, city.',
      }),
    );
  });

  it('may not leave nothing', () => {
    expect(() => selectPositions(names, ['-id', '-name', '-city'], 't')).toThrow(
      expect.objectContaining({ code: 'NO_COLUMNS' }),
    );
  });
});
