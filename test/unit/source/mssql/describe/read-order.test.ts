import { describe, expect, it } from '@jest/globals';
import type { OrderedIndex } from '../../../../../shared/source/mssql/catalog.ts';
import { isServedByIndex } from '../../../../../shared/source/mssql/describe/read-order.ts';

/** `a` and `-b`: the columns of a key, with a minus for the descending ones. */
function index(key: string, rest: Partial<OrderedIndex> & { included?: string[] } = {}): OrderedIndex {
  const columns = key.split(' ').map((each) => ({ name: each.replace('-', ''), isDescending: each.startsWith('-') }));
  const { included = [], ...given } = rest;
  const names = [...columns.map(({ name }) => name), ...included];
  return { isClustered: false, key: columns, columns: names, partitionColumn: undefined, ...given };
}

const clustered = (key: string, rest: Partial<OrderedIndex> = {}) => index(key, { isClustered: true, ...rest });
const ALL = ['a', 'b', 'v'];

describe('the clustered index', () => {
  it.each<[boolean, string, OrderedIndex, string[]]>([
    [true, 'of the same columns', clustered('a b'), ['a', 'b']],
    [true, 'that begins with them', clustered('a b'), ['a']],
    [true, 'from its end', clustered('-a -b'), ['a', 'b']],
    [false, 'in another order', clustered('b a'), ['a', 'b']],
    [false, 'with the column behind another', clustered('a b'), ['b']],
    [false, 'of fewer columns', clustered('a'), ['a', 'b']],
    [false, 'that goes both ways', clustered('a -b'), ['a', 'b']],
    [true, 'that goes both ways behind them', clustered('a -b'), ['a']],
    [true, 'in partitions by their first column', clustered('a b', { partitionColumn: 'a' }), ['a', 'b']],
    [false, 'in partitions by another column', clustered('a b', { partitionColumn: 'b' }), ['a', 'b']],
    [false, 'in partitions that go the other way', clustered('-a', { partitionColumn: 'a' }), ['a']],
  ])('serves (%p) an order %s', (isServed, _, serving, key) => {
    expect(isServedByIndex([serving], { key, columns: ALL, isFiltered: true })).toBe(isServed);
  });
});

describe('a nonclustered index', () => {
  const wanted = { key: ['k'], columns: ['k', 'v'], isFiltered: false };

  it.each<[boolean, string, OrderedIndex[]]>([
    [true, 'that includes what is read', [index('k', { included: ['v'] })]],
    [true, 'that ends with what is read', [index('k v')]],
    [true, 'that has it as the key of the clustered one', [clustered('v'), index('k')]],
    [false, 'that lacks a column', [index('k', { included: ['w'] })]],
    [false, 'that lacks a column of a clustered table', [clustered('w'), index('k')]],
    [false, 'of another order', [index('v', { included: ['k'] })]],
  ])('serves (%p) an order %s', (isServed, _, indexes) => {
    expect(isServedByIndex(indexes, wanted)).toBe(isServed);
  });

  it('may lack a column of the filter', () => {
    expect(isServedByIndex([index('k', { included: ['v'] })], { ...wanted, isFiltered: true })).toBe(false);
  });
});

it('nothing is served without an index', () => {
  expect(isServedByIndex([], { key: ['a'], columns: ALL, isFiltered: false })).toBe(false);
});
