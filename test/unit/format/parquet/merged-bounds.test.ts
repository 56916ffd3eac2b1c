import { describe, expect, it } from '@jest/globals';
import { Bool, type DataType, Decimal, Float32, Float64, Int32, Int64, Uint32, Uint64, Utf8 } from 'apache-arrow';
import fc from 'fast-check';
import { boundsFinder } from '../../../../shared/format/parquet/bounds.ts';
import type { Bounds } from '../../../../shared/format/parquet/file-model.ts';
import { mergedBounds } from '../../../../shared/format/parquet/merged-bounds.ts';
import type { Cell } from '../arrow-columns.ts';
import { anyCell, anyTypes } from './random-columns.ts';
import { columnOf, pageOf } from './written-page.ts';

function boundsOf(type: DataType, cells: readonly Cell[]): Bounds | undefined {
  return boundsFinder(columnOf(type))(pageOf(type, cells), cells.length);
}

function merged(type: DataType, pages: readonly (readonly Cell[])[]): Bounds | undefined {
  return mergedBounds(
    columnOf(type),
    pages.map((cells) => boundsOf(type, cells)),
  );
}

function hexOf(bounds: Bounds | undefined): unknown {
  if (bounds === undefined) return undefined;
  return { ...bounds, min: Buffer.from(bounds.min).toString('hex'), max: Buffer.from(bounds.max).toString('hex') };
}

describe('bounds of a column chunk', () => {
  it.each<[DataType, Cell[][]]>([
    [new Bool(), [[true], [false]]],
    [new Int32(), [[-1], [1], [-2]]],
    [new Uint32(), [[1], [2 ** 32 - 1]]],
    [new Int64(), [[-1n], [1n]]],
    [new Uint64(), [[2n ** 63n], [1n]]],
    [new Float32(), [[-0.5], [Number.NEGATIVE_INFINITY], [2]]],
    [new Float64(), [[0], [-0], [-3]]],
    [new Decimal(0, 30, 128), [[-1n], [1n], [-(10n ** 29n)]]],
    [new Utf8(), [['b', 'c'], [''], ['d', 'c']]],
  ])('are those of all its pages: %s %j', (type, pages) => {
    expect(hexOf(merged(type, pages))).toEqual(hexOf(boundsOf(type, pages.flat())));
    expect(hexOf(merged(type, pages.toReversed()))).toEqual(hexOf(boundsOf(type, pages.flat())));
  });

  it.each(Object.keys(anyTypes))('of %s are those of any pages', (name) => {
    const type = anyTypes[name]!;
    const cells = anyCell(type).filter((cell) => cell !== null && !Number.isNaN(cell));
    const pages = fc.array(fc.array(cells, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(pages, (all) => {
        const whole = boundsOf(type, all.flat());
        const ofPages = merged(type, all);
        if (ofPages === undefined || whole === undefined) return;
        expect(Buffer.from(ofPages.min).equals(whole.min)).toBe(true);
        expect(Buffer.from(ofPages.max).equals(whole.max)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('say of each whether it is a value', () => {
    const bounds = merged(new Utf8(), [['a'.repeat(70)], ['b']])!;
    expect([bounds.isMinExact, bounds.isMaxExact]).toEqual([false, true]);
    const other = merged(new Utf8(), [['b'.repeat(70)], ['a']])!;
    expect([other.isMinExact, other.isMaxExact]).toEqual([true, false]);
  });

  it('are none when a page has none', () => {
    expect(merged(new Float64(), [[1], [Number.NaN]])).toBeUndefined();
    expect(merged(new Float64(), [[Number.NaN], [1]])).toBeUndefined();
  });
});
