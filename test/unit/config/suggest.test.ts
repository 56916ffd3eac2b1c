import { describe, expect, it } from '@jest/globals';
import { didYouMean, suggestion } from '../../../shared/config/suggest.ts';

describe('suggestion', () => {
  it.each([
    ['maxConcurrency', 'max_concurrency'],
    ['max-concurrency', 'max_concurrency'],
    ['maxconcurency', 'max_concurrency'],
    ['FORMAT', 'format'],
    ['fromat', 'format'],
    ['formt', 'format'],
    ['sq', 'sql'],
  ])('finds what %s was meant to be', (found, expected) => {
    expect(suggestion(found, ['sql', 'format', 'max_concurrency', 'object'])).toBe(expected);
  });

  it.each(['', 'x', 'timeout', 'a much longer text than any of the candidates'])('finds nothing near %s', (found) => {
    expect(suggestion(found, ['sql', 'format', 'max_concurrency', 'object'])).toBeUndefined();
  });

  it('says nothing about what is not text, or was right', () => {
    expect([didYouMean(7, ['7']), didYouMean('csv', ['csv']), didYouMean('cvs', ['csv'])]).toEqual([
      '',
      '',
      ' (did you mean "csv"?)',
    ]);
  });
});
