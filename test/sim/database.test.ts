import { describe, expect, it } from '@jest/globals';
import { COLLATIONS, type Collation } from './database/collation.ts';
import { type RowChange, TableHistory } from './database/table-history.ts';
import { boundOf, isInWindow, UPDATE_KEY } from './database/update-key.ts';

const KEYS: Readonly<Record<Collation, readonly string[]>> = {
  numeric: ['-2', '-10', '9', '10'],
  'case-insensitive': ['a1', 'B2', 'c3'],
  'from-the-right': ['a9', 'b1', 'a1'],
  descending: ['a', 'c', 'b'],
};

const tableOf = (collation: Collation) =>
  new TableHistory(
    't',
    [collation],
    KEYS[collation].map((key) => [key]),
  );
const keysOf = (table: TableHistory) => table.state().rows.map(({ key }) => key.join());

describe('the simulated database', () => {
  it.each(COLLATIONS)('orders keys as %s, which JavaScript does not', (collation) => {
    const keys = keysOf(tableOf(collation));
    expect(keys).toHaveLength(KEYS[collation].length);
    expect(keys).not.toEqual(keys.toSorted());
  });

  it('takes keys for one that its collation does not tell apart', () => {
    const table = new TableHistory('t', ['case-insensitive'], [['a'], ['A'], ['b']]);
    expect(keysOf(table)).toEqual(['a', 'b']);
  });

  it('knows what is within a range of keys', () => {
    const table = tableOf('numeric');
    const within = (from: string, inclusive: boolean, to: string) =>
      keysOf(table).filter((key) => table.isWithin([key], { from: { values: [from], inclusive }, to: [to] }));
    expect(within('-2', true, '10')).toEqual(['-2', '9']);
    expect(within('-2', false, '10')).toEqual(['9']);
  });

  it('keeps every state, and renews what it changes', () => {
    const table = tableOf('numeric');
    table.change(
      ({ key }) => key[0] !== '9',
      ({ key }) => key[0] === '10',
      [['11']],
    );
    expect(table.state(0).rows.map(({ key }) => key[0])).toEqual(['-10', '-2', '9', '10']);
    expect(keysOf(table)).toEqual(['-10', '-2', '10', '11']);
    const stampOf = (version: number) => table.state(version).rows.find(({ key }) => key[0] === '10')?.stamp;
    expect(stampOf(1)).not.toBe(stampOf(0));
    expect(table.lastingKeys()).toEqual([['-10'], ['-2'], ['10']]);
  });
});

describe('the versions of the simulated database', () => {
  const all = () => true;
  const none = () => false;
  const renewing = (...keys: readonly string[]): RowChange => ({
    keep: all,
    renew: ({ key }) => keys.includes(key[0]!),
    added: [],
  });
  const versionsOf = (table: TableHistory) => table.state().rows.map(({ version }) => Number(version) - 1_000_000);
  const boundAfter = (table: TableHistory, by: 'versions' | 'values', watermark: string | null, values = 0) =>
    boundOf(table, by, {
      by: 'update-key',
      column: UPDATE_KEY,
      lag: undefined,
      lookback: { values },
      watermark,
      seen: undefined,
    });

  it('are given in the order in which changes begin, and seen when they are committed', () => {
    const table = tableOf('numeric');
    const late = table.begin(renewing('9'));
    table.commit(table.begin({ ...renewing('9', '10'), added: [['11'], ['12']], oneVersion: true }));
    expect(versionsOf(table)).toEqual([2, 1, 3, 6, 6, 6]);
    expect(boundAfter(table, 'versions', null).upTo).toBe('1000004');
    table.commit(late);
    expect(versionsOf(table)).toEqual([2, 1, 5, 6, 6, 6]);
    expect(boundAfter(table, 'versions', null).upTo).toBe('1000006');
  });

  it('stay behind the greatest one there is, where that is what a bound is from', () => {
    const table = tableOf('numeric');
    table.change(({ key }) => key[0] !== '10', none, []);
    expect(boundAfter(table, 'versions', '1000002', 2)).toMatchObject({ upTo: '1000004', after: '1000000' });
    expect(boundAfter(table, 'values', '1000002')).toMatchObject({ upTo: '1000003', after: '1000002' });
    expect(boundAfter(table, 'values', '1000004')).toMatchObject({ after: null, lost: 'update-key-went-back' });
  });

  it('begin anew below all that were there before', () => {
    const table = tableOf('numeric');
    const undone = table.begin(renewing('9'));
    table.restart();
    table.commit(undone);
    expect(table.state().rows).toEqual([]);
    expect(boundAfter(table, 'values', '1000004')).toMatchObject({ upTo: null, lost: 'update-key-went-back' });
    table.change(all, none, [['1']]);
    expect(boundAfter(table, 'versions', '1000004')).toMatchObject({ upTo: '999001', lost: 'update-key-went-back' });
  });

  it('are missing from rows that have none, which land only where they are asked for', () => {
    const table = new TableHistory(
      't',
      ['numeric'],
      KEYS.numeric.map((key) => [key]),
      2,
    );
    const within = (nulls: boolean) =>
      table
        .state()
        .rows.filter((row) =>
          isInWindow(row, { by: 'update-key', column: UPDATE_KEY, after: '1000000', upTo: '1000001', nulls }),
        );
    expect([within(true).length, within(false).length]).toEqual([3, 1]);
    expect(boundAfter(table, 'values', null).hasNulls).toBe(true);
  });
});
