import { describe, expect, it } from '@jest/globals';
import { DEFAULT_SEEDS, seedOptions } from './options.ts';

describe('the options of npm run test:changes', () => {
  it('are those of the defaults, of one seed, or of many', () => {
    expect(seedOptions([])).toEqual(DEFAULT_SEEDS);
    expect(seedOptions(['--seed', '42'])).toMatchObject({ firstSeed: 42, seeds: 1 });
    expect(seedOptions(['--seeds', '50', '--dialect', 'mssql'])).toMatchObject({ seeds: 50, dialect: 'mssql' });
  });

  it.each([
    [['--seeds', 'many'], '--seeds is many'],
    [['--runs', '0'], '--runs is 0'],
    [['--dialect', 'oracle'], '--dialect is oracle'],
  ])('%j is refused', (words, message) => {
    expect(() => seedOptions(words)).toThrow(message);
  });
});
