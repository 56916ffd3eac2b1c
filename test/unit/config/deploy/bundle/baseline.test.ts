import { describe, expect, it } from '@jest/globals';
import { percent, readBaseline, sizeOf, sizeProblems } from '../../../../../config/deploy/bundle/baseline.ts';
import { BUNDLE_KINDS } from '../../../../../config/deploy/bundle/kinds.ts';

const BEFORE = { codeBytes: 600_000, modules: 600 };

describe('the size of a bundle', () => {
  it('is that of its code', () => {
    const files = new Map([
      ['index.mjs', new Uint8Array(10)],
      ['index.mjs.map', new Uint8Array(99)],
    ]);
    expect(sizeOf({ kind: 'scheduler', files, modules: new Map([['handlers/scheduler.ts', 5]]) })).toEqual({
      codeBytes: 10,
      modules: 1,
    });
  });

  it('may grow by 15 %', () => {
    expect(sizeProblems('scheduler', { codeBytes: 690_000, modules: 690 }, BEFORE)).toEqual([]);
    expect(sizeProblems('scheduler', { codeBytes: 100, modules: 1 }, BEFORE)).toEqual([]);
  });

  it('is a problem beyond, in bytes and in modules', () => {
    expect(sizeProblems('scheduler', { codeBytes: 690_001, modules: 900 }, BEFORE)).toEqual([
      'scheduler has 690001 bytes of code, +15.0 % more than the 600000 agreed on',
      'scheduler has 900 modules, +50.0 % more than the 600 agreed on',
    ]);
  });

  it('is a problem when nobody agreed on it', () => {
    expect(sizeProblems('scheduler', BEFORE, undefined)).toEqual(['scheduler is not in the baseline']);
  });
});

it('the baseline knows every kind of bundle', () => {
  expect([...readBaseline().keys()].sort()).toEqual([...BUNDLE_KINDS].sort());
});

it.each([
  [0, '+0.0 %'],
  [0.1234, '+12.3 %'],
  [-0.05, '-5.0 %'],
  [-0.0001, '-0.0 %'],
])('a growth of %d is %s', (growth, text) => {
  expect(percent(growth)).toBe(text);
});
