import { describe, expect, it } from '@jest/globals';
import { brokenRows, type LandedWindow, lateRows, passedOver, type StateRule } from './state-rule.ts';
import { TableLog } from './table-log.ts';

const BOUND: StateRule = { promised: 'bound', nulls: 'include-once', isComplete: true };

function window(runId: string, readAfter: bigint | null, upTo: bigint | null, takenAfter: number): LandedWindow {
  return { runId, isFull: readAfter === null, readAfter, upTo, takenAfter };
}

/** A full run behind commit 2 up to key 20, and one of changes behind commit 4 up to key 40. */
const CHAIN = [window('a', null, 20n, 2), window('b', 20n, 40n, 4)];

/** Row 1 was there before the full run and changed after it, row 2 was deleted, row 3 came late, row 4 has no key. */
function changedTable(): TableLog {
  const log = new TableLog();
  log.record('1', { commit: 1, text: 'one', key: 10n });
  log.record('2', { commit: 1, text: 'two', key: 11n });
  log.record('4', { commit: 1, text: 'four', key: null });
  log.record('1', { commit: 3, text: 'one again', key: 30n });
  log.record('2', { commit: 4, text: null, key: null });
  log.record('3', { commit: 5, text: 'three', key: 35n });
  return log;
}

const RIGHT: readonly (readonly [string, string])[] = [
  ['1', 'one again'],
  ['2', 'two'],
  ['3', 'three'],
  ['4', 'four'],
];
const without = (id: string) => new Map(RIGHT.filter(([each]) => each !== id));
const withRow = (id: string, text: string) => new Map([...RIGHT, [id, text] as const]);

describe('the rule of a rebuilt state', () => {
  it('holds for what must be there and what may', () => {
    expect(brokenRows(changedTable(), new Map(RIGHT), CHAIN, BOUND)).toEqual([]);
    expect(brokenRows(changedTable(), without('2'), CHAIN, BOUND)).toEqual([]);
  });

  it.each([
    ['a row up to the bound that is not there', without('1')],
    ['one that came late and is not there', without('3')],
    ['one without a key that the full run found', without('4')],
    ['a row as it was before', withRow('1', 'one')],
    ['a row that never was', withRow('5', 'five')],
    ['values that a row never had', withRow('2', 'too')],
  ])('is broken by %s', (_, rebuilt) => {
    expect(brokenRows(changedTable(), rebuilt, CHAIN, BOUND)).not.toEqual([]);
  });

  it('is broken by a row that was deleted before the table last landed whole', () => {
    const chain = [window('c', null, 40n, 5)];
    expect(brokenRows(changedTable(), new Map(RIGHT), chain, BOUND)).toEqual([expect.stringContaining('row 2 is two')]);
    expect(brokenRows(changedTable(), without('2'), chain, BOUND)).toEqual([]);
  });

  it('leaves late rows to the next run where that is all that is promised', () => {
    const rule: StateRule = { ...BOUND, promised: 'next-run' };
    expect(brokenRows(changedTable(), without('3'), CHAIN, rule)).toEqual([]);
    expect(brokenRows(changedTable(), without('3'), [...CHAIN, window('c', 30n, 40n, 5)], rule)).toHaveLength(1);
  });

  it('leaves out what no window covers behind its commit, and counts it', () => {
    const rule: StateRule = { ...BOUND, promised: 'covered' };
    const chain = [...CHAIN, window('c', 40n, 50n, 6)];
    expect(brokenRows(changedTable(), without('3'), chain, rule)).toEqual([]);
    expect(passedOver(changedTable(), without('3'), chain)).toEqual(['3']);
    expect(brokenRows(changedTable(), without('1'), chain, rule)).toHaveLength(1);
  });

  it('of change tracking wants every delete that was committed before the bound', () => {
    const rule: StateRule = { ...BOUND, promised: 'tracked' };
    expect(brokenRows(changedTable(), without('2'), CHAIN, rule)).toEqual([]);
    expect(brokenRows(changedTable(), new Map(RIGHT), CHAIN, rule)).toEqual([
      expect.stringMatching(/row 2.*expected none/),
    ]);
  });

  it('wants no row without a key where they are skipped', () => {
    const rule: StateRule = { ...BOUND, nulls: 'skip' };
    expect(brokenRows(changedTable(), new Map(RIGHT), CHAIN, rule)).toEqual([expect.stringContaining('row 4')]);
    expect(brokenRows(changedTable(), without('4'), CHAIN, rule)).toEqual([]);
  });

  it('wants a full run at the beginning of the chain', () => {
    expect(brokenRows(changedTable(), new Map(RIGHT), CHAIN.slice(1), BOUND)).toHaveLength(1);
    expect(brokenRows(changedTable(), new Map(RIGHT), [], BOUND)).toHaveLength(1);
  });

  it('tells which rows have not landed in the end', () => {
    expect(lateRows(changedTable(), new Map(RIGHT))).toEqual([]);
    expect(lateRows(changedTable(), without('3'))).toEqual([expect.stringContaining('row 3')]);
  });
});
