import { describe, expect, it } from '@jest/globals';
import type { Decimal, Utf8 } from 'apache-arrow';
import {
  isKnownToBeOrdered,
  landsAsKeyText,
  mappingFor,
  type TypeMapping,
} from '../../../../shared/source/postgres/column-types.ts';

const NUMERIC = 1700;

function modifier(precision: number, scale: number): number {
  return ((precision << 16) | (scale & 0x7ff)) + 4;
}

/** Such as `Decimal[12e+2]`. */
function nameOf({ type }: TypeMapping): string {
  return (type as Decimal | Utf8).toString();
}

describe('numeric', () => {
  it.each([
    [12, 2, 'Decimal[12e+2]'],
    [38, 0, 'Decimal[38e0]'],
    [38, 38, 'Decimal[38e+38]'],
    [1, 0, 'Decimal[1e0]'],
    [3, -2, 'Decimal[5e0]'],
    [3, 5, 'Decimal[5e+5]'],
    [36, -2, 'Decimal[38e0]'],
    [37, -2, 'Utf8'],
    [39, 0, 'Utf8'],
    [3, 39, 'Utf8'],
    [1000, 1000, 'Utf8'],
    [1, -1000, 'Utf8'],
  ])('(%i,%i) lands as the narrowest exact type', (precision, scale, type) => {
    expect(nameOf(mappingFor(NUMERIC, modifier(precision, scale), false))).toBe(type);
  });

  it('without bounds is the server’s text', () => {
    const mapping = mappingFor(NUMERIC, -1, false);
    expect([nameOf(mapping), mapping.select('c1')]).toEqual(['Utf8', 'c1::text']);
  });
});

it.each([
  [25, false, 'c2'],
  [869, false, 'abbrev(c2)'],
  [600, false, 'c2::text'],
  [99_999, false, 'c2::text'],
  [99_999, true, 'c2'],
])('type %i (enum: %s) is selected as %s', (oid, isEnum, expression) => {
  expect(mappingFor(oid, -1, isEnum).select('c2')).toBe(expression);
});

it.each([
  ['int8', 20, true, true],
  ['text', 25, true, true],
  ['uuid', 2950, true, true],
  ['bytea', 17, true, true],
  ['numeric', NUMERIC, true, false],
  ['float8', 701, true, false],
  ['timestamptz', 1184, true, false],
  ['inet', 869, true, false],
  ['json', 114, false, false],
  ['xml', 142, false, false],
  ['a type of which only the server knows', 99_999, false, false],
])('%s has an order, and its landed value is exact: %i %s %s', (_, oid, ordered, exact) => {
  expect([isKnownToBeOrdered(oid), landsAsKeyText(oid)]).toEqual([ordered, exact]);
});
