import { describe, expect, it } from '@jest/globals';
import { COLLATIONS, type Collation } from './database/collation.ts';
import { TableHistory } from './database/table-history.ts';

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
