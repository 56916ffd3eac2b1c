import { describe, expect, it } from '@jest/globals';
import { Binary, Bool, Decimal, Int8, Int16, Int32, Int64, LargeUtf8, Uint8, Uint16, Utf8 } from 'apache-arrow';
import fc from 'fast-check';
import { DefinitionLevels } from '../../../../shared/format/parquet/definition-levels.ts';
import { PageBuffer } from '../../../../shared/format/parquet/page-buffer.ts';
import { plainAppender, rowsThatFit } from '../../../../shared/format/parquet/plain-values.ts';
import { type Cell, columnData } from '../arrow-columns.ts';
import { anyCell, anyTypes, plainBytes } from './random-columns.ts';
import { columnOf, pageOf, valuesOf } from './written-page.ts';

describe('PLAIN values', () => {
  it.each([
    [new Bool(), [true, null, false, true], '05'],
    [new Int8(), [-1, null, 127], 'ffffffff7f000000'],
    [new Uint8(), [255], 'ff000000'],
    [new Int16(), [-2], 'feffffff'],
    [new Uint16(), [65_535], 'ffff0000'],
    [new Int32(), [null, 258], '02010000'],
    [new Int64(), [-2n], 'feffffffffffffff'],
    [new Decimal(2, 1, 128), [-9n, null, 9n], 'f7ffffff09000000'],
    [new Decimal(2, 18, 128), [-2n], 'feffffffffffffff'],
    [new Decimal(2, 19, 128), [-2n, 258n], 'fffffffffffffffffe000000000000000102'],
    [new Utf8(), ['ż', null, ''], '02000000c5bc00000000'],
    [new LargeUtf8(), ['a'], '0100000061'],
    [new Binary(), [Buffer.of(0, 255)], '0200000000ff'],
  ])('of %s are as parquet-format has them', (type, cells: Cell[], hex) => {
    expect(valuesOf(pageOf(type, cells)).toString('hex')).toBe(hex);
  });

  it.each(Object.keys(anyTypes))('of %s are those of every slice of every batch', (name) => {
    const type = anyTypes[name]!;
    const pieces = fc.array(
      fc.record({
        cells: fc.array(anyCell(type), { minLength: 1, maxLength: 30 }),
        skipped: fc.nat(9),
        from: fc.nat(9),
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(pieces, (batches) => {
        const [page, levels, append] = [new PageBuffer(), new DefinitionLevels(), plainAppender(columnOf(type))];
        const expected = batches.flatMap(({ cells, skipped, from }) => {
          const before = Array.from({ length: skipped }, (_, row) => (row % 3 === 0 ? null : cells[0]!));
          const data = columnData(type, [...before, ...cells]).slice(skipped, cells.length);
          const first = from % cells.length;
          append(page, data, first, cells.length, levels.append(data, first, cells.length));
          return cells.slice(first);
        });
        expect(valuesOf(page).toString('hex')).toBe(plainBytes(type, expected).toString('hex'));
      }),
      { numRuns: 60 },
    );
  });

  it('may be longer than what is copied byte by byte, and than a new page', () => {
    const texts = [257, 255, 40_000, 256, 100_000].map((length) => 'x'.repeat(length));
    expect(valuesOf(pageOf(new Utf8(), texts)).equals(plainBytes(new Utf8(), texts))).toBe(true);
  });

  it('of a boolean column begin anew on another page', () => {
    const append = plainAppender(columnOf(new Bool()));
    const data = columnData(new Bool(), [true, false, true]);
    const [first, second] = [new PageBuffer(), new PageBuffer()];
    append(first, data, 0, 3, 0);
    append(second, data, 2, 3, 0);
    append(second, data, 0, 3, 0);
    expect(valuesOf(second).toString('hex')).toBe('0b');
  });
});

describe('rows that fit into a page', () => {
  const texts = columnData(new Utf8(), ['aaaa', 'bb', '', 'cccccccc']);

  it('are fewer when texts are long, and at least one', () => {
    const fits = (from: number, roomBytes: number) => rowsThatFit(columnOf(new Utf8()), texts, from, 4, roomBytes);
    expect(fits(0, 1000)).toBe(4);
    expect(fits(0, 15)).toBe(2);
    expect(fits(0, 1)).toBe(1);
    expect(fits(3, 1)).toBe(4);
  });

  it('are counted by the width of a value', () => {
    const numbers = columnData(
      new Int64(),
      Array.from({ length: 100 }, (_, row) => BigInt(row)),
    );
    const fits = (roomBytes: number) => rowsThatFit(columnOf(new Int64()), numbers, 10, 100, roomBytes);
    expect([fits(80), fits(7), fits(10_000)]).toEqual([20, 11, 100]);
  });
});
