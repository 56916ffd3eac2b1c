import { describe, expect, it } from '@jest/globals';
import {
  Binary,
  Bool,
  DataType,
  DateDay,
  Decimal,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import fc from 'fast-check';
import { boundsFinder } from '../../../../shared/format/parquet/bounds.ts';
import type { Bounds } from '../../../../shared/format/parquet/file-model.ts';
import type { Cell } from '../arrow-columns.ts';
import { anyCell, anyTypes, plainBytes } from './random-columns.ts';
import { columnOf, pageOf } from './written-page.ts';

function boundsOf(type: DataType, cells: readonly Cell[]): Bounds | undefined {
  return boundsFinder(columnOf(type))(pageOf(type, cells), cells.filter((cell) => cell !== null).length);
}

/** As the statistics have a value: without a length. */
function stored(type: DataType, cell: Cell): string {
  const bytes = plainBytes(type, [cell]);
  return bytes.toString('hex', typeof cell === 'string' || cell instanceof Uint8Array ? 4 : 0);
}

function expectBounds(type: DataType, cells: readonly Cell[], min: Cell, max: Cell): void {
  for (const order of [cells, cells.toReversed()]) {
    const bounds = boundsOf(type, order)!;
    expect(Buffer.from(bounds.min).toString('hex')).toBe(stored(type, min));
    expect(Buffer.from(bounds.max).toString('hex')).toBe(stored(type, max));
    expect([bounds.isMinExact, bounds.isMaxExact]).toEqual([true, true]);
  }
}

describe('bounds of a page', () => {
  it.each<[DataType, Cell[], Cell, Cell]>([
    [new Bool(), [true, null, true], true, true],
    [new Bool(), [false], false, false],
    [new Bool(), [...Array.from({ length: 20 }, () => false), true], false, true],
    [new Int8(), [-1, 127, -128, null], -128, 127],
    [new Int32(), [-1, 2 ** 31 - 1, -(2 ** 31)], -(2 ** 31), 2 ** 31 - 1],
    [new Uint32(), [1, 2 ** 32 - 1, 2 ** 31], 1, 2 ** 32 - 1],
    [new Int64(), [-1n, 1n, -(2n ** 63n), 2n ** 63n - 1n], -(2n ** 63n), 2n ** 63n - 1n],
    [new Int64(), [2n ** 31n, 2n ** 32n - 1n, 1n, 0n], 0n, 2n ** 32n - 1n],
    [new Uint64(), [2n ** 64n - 1n, 2n ** 63n, 2n ** 63n - 1n], 2n ** 63n - 1n, 2n ** 64n - 1n],
    [new DateDay(), [-1, 0], -1, 0],
    [new Decimal(2, 9, 128), [-5n, 3n], -5n, 3n],
    [new Decimal(2, 18, 128), [-(10n ** 17n), 3n], -(10n ** 17n), 3n],
    [new Decimal(0, 19, 128), [-1n, 0n, 1n, -256n, 255n], -256n, 255n],
    [new Decimal(0, 38, 128), [-(10n ** 37n), -(10n ** 37n) + 1n], -(10n ** 37n), -(10n ** 37n) + 1n],
    [new Float32(), [1.5, -1.5, Number.NEGATIVE_INFINITY], Number.NEGATIVE_INFINITY, 1.5],
    [new Float64(), [Number.POSITIVE_INFINITY], Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [new Binary(), [Buffer.of(0xff), Buffer.of(0x7f, 0xff), Buffer.of(0x80)], Buffer.of(0x7f, 0xff), Buffer.of(0xff)],
    [new Utf8(), ['abc', 'ab', 'abcd', 'abb'], 'ab', 'abcd'],
    [new Utf8(), ['', 'a'], '', 'a'],
    [new Utf8(), ['', null], '', ''],
    // UTF-16 would have them in another order.
    [new Utf8(), ['\u{ffff}', '\u{10000}', '\u{d7ff}'], '\u{d7ff}', '\u{10000}'],
  ])('of %s: %j', (type, cells, min, max) => expectBounds(type, cells, min, max));

  it.each([new Float32(), new Float64()])('hold zeros of either sign (%s)', (type) => {
    for (const cells of [[0], [-0], [0, -0]]) expectBounds(type, cells, -0, 0);
    expectBounds(type, [-0, 1], -0, 1);
    expectBounds(type, [-1, -0], -1, 0);
  });

  it.each([new Float32(), new Float64()])('cannot be told when one is not a number (%s)', (type) => {
    expect(boundsOf(type, [1, Number.NaN, 2])).toBeUndefined();
    expect(boundsOf(type, [Number.NaN])).toBeUndefined();
  });

  it.each(Object.keys(anyTypes))('of %s are none when there are only NULLs', (name) => {
    expect(boundsOf(anyTypes[name]!, [null, null])).toBeUndefined();
  });

  it.each(Object.keys(anyTypes))('of %s stay when the page is used for something else', (name) => {
    const type = anyTypes[name]!;
    const cell = fc
      .sample(anyCell(type), { numRuns: 50, seed: 1 })
      .find((each) => each !== null && !Number.isNaN(each))!;
    const page = pageOf(type, [cell]);
    const bounds = boundsFinder(columnOf(type))(page, 1)!;
    const before = [Buffer.from(bounds.min), Buffer.from(bounds.max)];
    page.bytes.fill(0x55);
    expect([Buffer.from(bounds.min), Buffer.from(bounds.max)]).toEqual(before);
  });

  it('of texts and binaries are the least and greatest, whatever they have in common', () => {
    const common = fc.constantFrom('', 'a', 'prefix ', 'prefix of ', '\u{d7ff}');
    const tail = fc.string({ unit: fc.constantFrom('a', 'b', '\u{0}', 'ż'), maxLength: 6 });
    const texts = fc.array(
      fc.tuple(common, tail).map(([start, end]) => start + end),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(texts, (cells) => {
        const sorted = cells.map((cell) => Buffer.from(cell)).sort((one, other) => Buffer.compare(one, other));
        for (const type of [new Utf8(), new Binary()]) {
          const values = DataType.isBinary(type) ? cells.map((cell) => Buffer.from(cell)) : cells;
          expectBounds(type, values, sorted[0]!.toString(), sorted.at(-1)!.toString());
        }
      }),
    );
  });

  it('of a long text are cut', () => {
    const bounds = boundsOf(new Utf8(), ['a'.repeat(100)])!;
    expect(Buffer.from(bounds.min).toString()).toBe('a'.repeat(64));
    expect(Buffer.from(bounds.max).toString()).toBe(`${'a'.repeat(63)}b`);
    expect([bounds.isMinExact, bounds.isMaxExact]).toEqual([false, false]);
  });
});
