import { describe, expect, it } from '@jest/globals';
import { Bool, type DataType, Decimal, Float64, Int32, Int64, Utf8 } from 'apache-arrow';
import fc from 'fast-check';
import { hashOf } from '../../../../shared/format/parquet/byte-ranges.ts';
import { Dictionary } from '../../../../shared/format/parquet/dictionary.ts';
import type { Cell } from '../arrow-columns.ts';
import { anyCell, anyTypes, plainBytes } from './random-columns.ts';
import { columnOf, pageOf, valuesOf } from './written-page.ts';

const MAX_BYTES = 1024 * 1024;

function dictionaryOf(type: DataType, maxBytes = MAX_BYTES): Dictionary {
  return new Dictionary(columnOf(type), maxBytes);
}

/** The numbers that stand for a page's values; undefined when the page stays as it is. */
function indicesOf(dictionary: Dictionary, type: DataType, cells: readonly Cell[]): number[] | undefined {
  const indices = new Int32Array(16_384).fill(-1);
  return dictionary.encode(pageOf(type, cells), cells.length, indices)
    ? [...indices.subarray(0, cells.length)]
    : undefined;
}

const repeated = <Item>(items: readonly Item[], times: number) => Array.from({ length: times }, () => items).flat();
const numbers = (count: number, first = 0) => Array.from({ length: count }, (_, index) => first + index);

describe('a dictionary', () => {
  it('numbers values in the order in which they come', () => {
    const dictionary = dictionaryOf(new Utf8());
    const cells = repeated(['b', '', 'a'], 4);
    expect(indicesOf(dictionary, new Utf8(), cells)).toEqual(repeated([0, 1, 2], 4));
    expect(indicesOf(dictionary, new Utf8(), ['a', 'c', 'b'])).toEqual([2, 3, 0]);
    expect(dictionary.count).toBe(4);
    expect(valuesOf(dictionary.entries).equals(plainBytes(new Utf8(), ['b', '', 'a', 'c']))).toBe(true);
  });

  it('pays when values repeat four times on the first page, and may grow on later ones', () => {
    const type = new Int32();
    expect(indicesOf(dictionaryOf(type), type, repeated(numbers(5), 4))).toEqual(repeated(numbers(5), 4));
    const other = dictionaryOf(type);
    expect(indicesOf(other, type, [...repeated(numbers(5), 3), ...numbers(4), 77])).toBeUndefined();
    expect(other.count).toBe(0);
    const growing = dictionaryOf(type);
    indicesOf(growing, type, repeated([1], 4));
    expect(indicesOf(growing, type, numbers(3000))).toEqual([1, 0, ...numbers(2998, 2)]);
  });

  it('takes one value alone', () => {
    expect(indicesOf(dictionaryOf(new Int32()), new Int32(), [7])).toEqual([0]);
    expect(indicesOf(dictionaryOf(new Utf8()), new Utf8(), [''])).toEqual([0]);
  });

  it('keeps no entry of a page for which it did not pay any longer', () => {
    const type = new Int32();
    const dictionary = dictionaryOf(type, 400);
    expect(indicesOf(dictionary, type, repeated(numbers(90), 4))).toEqual(repeated(numbers(90), 4));
    expect(indicesOf(dictionary, type, numbers(101))).toBeUndefined();
    expect(dictionary.count).toBe(90);
    expect(valuesOf(dictionary.entries).equals(plainBytes(type, numbers(90)))).toBe(true);
  });

  it('has at most 32,768 entries', () => {
    const type = new Int32();
    const dictionary = dictionaryOf(type);
    indicesOf(dictionary, type, [0, 0, 0, 0]);
    expect(indicesOf(dictionary, type, numbers(16_384))).toEqual(numbers(16_384));
    expect(indicesOf(dictionary, type, numbers(16_384, 16_384))).toEqual(numbers(16_384, 16_384));
    expect(dictionary.count).toBe(32_768);
    expect(indicesOf(dictionary, type, numbers(100))).toEqual(numbers(100));
    expect(indicesOf(dictionary, type, [32_768])).toBeUndefined();
    expect(dictionary.count).toBe(32_768);
  });

  it('has at most the given bytes', () => {
    const type = new Utf8();
    const dictionary = dictionaryOf(type, 100);
    expect(indicesOf(dictionary, type, repeated(['x'.repeat(46), 'y'.repeat(46)], 4))).toHaveLength(8);
    expect(indicesOf(dictionary, type, [''])).toBeUndefined();
  });

  it('tells values apart that have one hash', () => {
    const [one, other] = sameHash();
    const dictionary = dictionaryOf(new Int64());
    expect(indicesOf(dictionary, new Int64(), repeated([one, other], 4))).toEqual(repeated([0, 1], 4));
    const many = numbers(400).map(BigInt);
    expect(indicesOf(dictionary, new Int64(), [...many, other, one])).toEqual([...numbers(400, 2), 1, 0]);
  });

  it('keeps zeros of either sign and every kind of NaN', () => {
    const dictionary = dictionaryOf(new Float64());
    expect(indicesOf(dictionary, new Float64(), repeated([0, -0, Number.NaN], 4))).toEqual(repeated([0, 1, 2], 4));
  });

  it.each(Object.keys(anyTypes).filter((name) => Dictionary.isFor(columnOf(anyTypes[name]!))))(
    'has every value of %s, page after page',
    (name) => {
      const type = anyTypes[name]!;
      const page = fc.array(
        anyCell(type).filter((cell) => cell !== null),
        { minLength: 1, maxLength: 200 },
      );
      fc.assert(
        fc.property(fc.array(page, { minLength: 1, maxLength: 5 }), (pages) => {
          const dictionary = dictionaryOf(type);
          expect(indicesOf(dictionary, type, repeated(pages[0]!.slice(0, 1), 4))).toEqual([0, 0, 0, 0]);
          const indices = pages.map((cells) => indicesOf(dictionary, type, cells)!);
          const entries: Cell[] = [];
          for (const [index, numbersOfPage] of indices.entries()) {
            for (const [at, entry] of numbersOfPage.entries()) entries[entry] = pages[index]![at]!;
          }
          expect(dictionary.count).toBe(entries.length);
          expect(valuesOf(dictionary.entries).equals(plainBytes(type, entries))).toBe(true);
          const distinct = new Set(entries.map((cell) => plainBytes(type, [cell]).toString('hex')));
          expect(distinct.size).toBe(entries.length);
          for (const [index, cells] of pages.entries()) {
            const decoded = indices[index]!.map((entry) => entries[entry]!);
            expect(plainBytes(type, decoded).equals(plainBytes(type, cells))).toBe(true);
          }
        }),
        { numRuns: 15 },
      );
    },
  );

  it('is not for booleans', () => {
    expect(Dictionary.isFor(columnOf(new Bool()))).toBe(false);
    for (const type of [new Int64(), new Utf8(), new Decimal(2, 30, 128)]) {
      expect(Dictionary.isFor(columnOf(type))).toBe(true);
    }
  });
});

/** Two numbers with one hash, found as birthdays are. */
function sameHash(): [bigint, bigint] {
  const seen = new Map<number, bigint>();
  const value = new BigInt64Array(1);
  const view = new DataView(value.buffer);
  for (let number = 1; ; number += 1) {
    view.setInt32(0, Math.imul(number, 0x9e3779b1));
    view.setInt32(4, Math.imul(number ^ (number >>> 7), 0x85ebca77));
    const hash = hashOf(view, 0, 8);
    const other = seen.get(hash);
    if (other !== undefined) return [other, value[0]!];
    seen.set(hash, value[0]!);
  }
}
