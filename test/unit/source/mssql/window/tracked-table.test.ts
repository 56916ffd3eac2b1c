import { expect, it } from '@jest/globals';
import { checkTrackedColumns, expectWholeTable } from '../../../../../shared/source/mssql/window/tracked-table.ts';
import { ORDERS } from '../bound/columns.ts';

it('a filter or a query of one has no changes that are known', () => {
  expect(() => expectWholeTable(ORDERS)).not.toThrow();
  for (const part of [{ sql: 'SELECT 1 AS a' }, { where: 'a = 1' }]) {
    expect(() => expectWholeTable({ ...ORDERS, ...part })).toThrow('not a whole table');
  }
});

it('a deleted row needs its key', () => {
  expect(() => checkTrackedColumns(ORDERS, ['a', 'b', 'c'], ['b', 'a'])).not.toThrow();
  const refused = { code: 'KEY_UNUSABLE', retry: 'permanent', remedy: expect.stringContaining('`select`') };
  expect(() => checkTrackedColumns(ORDERS, ['a'], ['b', 'a', 'c'])).toThrow(expect.objectContaining(refused));
  expect(() => checkTrackedColumns(ORDERS, ['a'], ['b', 'a', 'c'])).toThrow('leaves out "b", "c" of the primary key');
});

it.each(['_op', '_Version', '_OP'])('a column %s stands in the way of what change tracking adds', (name) => {
  const refused = { code: 'COLUMN_NAME_TAKEN', remedy: expect.stringContaining(`select: ["-${name}"]`) };
  expect(() => checkTrackedColumns(ORDERS, ['a', name], ['a'])).toThrow(expect.objectContaining(refused));
});
