import { describe, expect, it } from '@jest/globals';
import { expectKeyColumns, keyNames } from '../../../../shared/source/postgres/key-columns.ts';

const UNORDERED = { columns: ['a'], ordersRows: false };
const ORDERED = { columns: ['b', 'c'], ordersRows: true };

describe('the columns that order the rows', () => {
  it.each([
    ['those asked for', ['x'], [ORDERED], ['x']],
    ['none when none are asked for', [], [ORDERED], []],
    ["the first of the table's keys that can", undefined, [UNORDERED, ORDERED], ['b', 'c']],
    ['none when no key can', undefined, [UNORDERED], []],
  ])('are %s', (_, asked, keys, expected) => {
    expect(keyNames(asked, keys)).toEqual(expected);
  });

  it('must be there', () => {
    expect(() => expectKeyColumns(['a', 'b'], ['b', 'a'], 'shop.orders')).not.toThrow();
    expect(() => expectKeyColumns(['a', 'x', 'y'], ['a', 'b'], 'shop.orders')).toThrow(
      'The key of shop.orders names "x", "y", which it does not have.',
    );
  });
});
