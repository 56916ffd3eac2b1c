import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Layout } from '../../../../../shared/source/mssql/column-types.ts';
import { NULL_LENGTH } from '../../../../../shared/source/mssql/columns/tds-column.ts';
import {
  gatherPieces,
  INCOMPLETE,
  MALFORMED,
  RowScanner,
  TOO_LARGE,
} from '../../../../../shared/source/mssql/tds/row-scanner.ts';
import { nbcRow, row } from '../../../../support/tds/tokens.ts';
import type { WireColumn } from '../../../../support/tds/wire-types.ts';

const COLUMNS: readonly WireColumn[] = [
  { name: 'id', type: { kind: 'int', nullable: false } },
  { name: 'price', type: { kind: 'decimal', precision: 9, scale: 2 } },
  { name: 'name', type: { kind: 'nvarchar', length: 20 } },
  { name: 'notes', type: { kind: 'ntext' } },
  { name: 'any', type: { kind: 'sql_variant' } },
  { name: 'long', type: { kind: 'varbinary', length: 'max' } },
];
const LAYOUTS: readonly Layout[] = [
  { kind: 'fixed', bytes: 4 },
  { kind: 'byte-length' },
  { kind: 'ushort-length' },
  { kind: 'text-pointer' },
  { kind: 'variant' },
  { kind: 'plp' },
];
const VALUES = ['7', '-1.50', 'né', 'legacy', 'inner', 'c0ffee'];
const NULLS = ['7', null, null, null, null, null];
const CELL_BYTES = [4, 5, 4, 12, 19, 3];

function scannerOf(layouts = LAYOUTS, maxValueBytes = 100): RowScanner {
  return new RowScanner(layouts, { windowRows: 4, maxValueBytes });
}

/** Lengths of the cells of one row, as the scanner noted them. */
function cellLengths(scanner: RowScanner, at: number): number[] {
  return LAYOUTS.map((_, column) => scanner.lengths[column * scanner.windowRows + at]!);
}

const concat = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts);

describe('scanning rows', () => {
  it('finds every kind of cell, and rows one behind the other', () => {
    const first = row(COLUMNS, VALUES);
    const bytes = concat(first, nbcRow(COLUMNS, NULLS), row(COLUMNS, NULLS));
    const scanner = scannerOf();
    const second = scanner.scanRow(bytes, 0, bytes.length, 0);
    expect(second).toBe(first.length);
    const third = scanner.scanRow(bytes, second, bytes.length, 1);
    expect(scanner.scanRow(bytes, third, bytes.length, 2)).toBe(bytes.length);
    expect(cellLengths(scanner, 0)).toEqual(CELL_BYTES);
    const allNull = [4, ...Array.from({ length: 5 }, () => NULL_LENGTH)];
    expect(cellLengths(scanner, 1)).toEqual(allNull);
    expect(cellLengths(scanner, 2)).toEqual(allNull);
    const long = 5 * scanner.windowRows;
    const cell = bytes.subarray(scanner.starts[long], scanner.starts[long]! + scanner.lengths[long]!);
    expect(Buffer.from(cell).toString('hex')).toBe('c0ffee');
  });

  it.each([
    ['a row', row(COLUMNS, VALUES)],
    ['a row in pieces', row(COLUMNS, VALUES, { chunkBytes: [1], unknownLength: true })],
    ['a row with a bitmap', nbcRow(COLUMNS, ['7', null, 'x', null, 'y', '00'])],
    ['a row of NULLs', row(COLUMNS, NULLS)],
  ])('says of every beginning of %s how many bytes it surely needs', (_, bytes) => {
    const scanner = scannerOf();
    for (let end = 1; end < bytes.length; end++) {
      expect(scanner.scanRow(bytes, 0, end, 0)).toBe(INCOMPLETE);
      expect(scanner.neededBytes).toBeGreaterThan(end);
      expect(scanner.neededBytes).toBeLessThanOrEqual(bytes.length);
    }
    expect(scanner.scanRow(bytes, 0, bytes.length, 0)).toBe(bytes.length);
  });

  it('joins a long value from pieces of any size', () => {
    const long = [COLUMNS[5]!];
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        fc.boolean(),
        (value, chunkBytes, unknownLength) => {
          const bytes = row(long, [Buffer.from(value).toString('hex')], { chunkBytes, unknownLength });
          const scanner = scannerOf([{ kind: 'plp' }]);
          expect(scanner.scanRow(bytes, 0, bytes.length, 0)).toBe(bytes.length);
          const [start, length] = [scanner.starts[0]!, scanner.lengths[0]!];
          const whole = scanner.hasPieces ? gatherPieces(bytes, start, length) : bytes.subarray(start, start + length);
          expect(Buffer.from(whole).equals(Buffer.from(value))).toBe(true);
          expect(scanner.hasPieces).toBe(scanner.inPieces[0] === 1);
        },
      ),
    );
  });

  it('forgets the pieces of the row before', () => {
    const long = [COLUMNS[5]!];
    const scanner = scannerOf([{ kind: 'plp' }]);
    const inPieces = row(long, ['0102'], { chunkBytes: [1] });
    scanner.scanRow(inPieces, 0, inPieces.length, 0);
    expect(scanner.hasPieces).toBe(true);
    const whole = row(long, ['0102']);
    scanner.scanRow(whole, 0, whole.length, 0);
    expect([scanner.hasPieces, scanner.inPieces[0]]).toEqual([false, 0]);
  });
});

describe('refused values', () => {
  const long = 'ab'.repeat(101);

  it.each([
    ['of a stated length', row(COLUMNS, [...VALUES.slice(0, 5), long])],
    ['of unknown length', row(COLUMNS, [...VALUES.slice(0, 5), long], { unknownLength: true })],
    ['in pieces', row(COLUMNS, [...VALUES.slice(0, 5), long], { unknownLength: true, chunkBytes: [30] })],
  ])('names the column of a too long value %s', (_, bytes) => {
    const scanner = scannerOf();
    expect(scanner.scanRow(bytes, 0, bytes.length, 0)).toBe(TOO_LARGE);
    expect([scanner.culprit, scanner.culpritBytes]).toEqual([5, expect.any(Number)]);
    expect(scanner.culpritBytes).toBeGreaterThan(100);
  });

  it('refuses a stated length before any of the value has come, also one beyond 32 bits', () => {
    const scanner = scannerOf([{ kind: 'plp' }]);
    const header = Buffer.from([0xd1, 0, 0, 0, 0, 1, 0, 0, 0]);
    expect(scanner.scanRow(header, 0, header.length, 0)).toBe(TOO_LARGE);
    expect(scanner.culpritBytes).toBe(2 ** 32);
    const text = row(COLUMNS, ['7', null, null, 'x'.repeat(51), null, null]);
    expect(scannerOf().scanRow(text, 0, 60, 0)).toBe(TOO_LARGE);
  });

  it('refuses a row whose long values come to more than twice the limit', () => {
    const three: readonly WireColumn[] = ['a', 'b', 'c'].map((name) => ({ ...COLUMNS[5]!, name }));
    const bytes = row(three, ['00'.repeat(90), '00'.repeat(90), '00'.repeat(90)]);
    const scanner = scannerOf([{ kind: 'plp' }, { kind: 'plp' }, { kind: 'plp' }]);
    expect(scanner.scanRow(bytes, 0, bytes.length, 0)).toBe(TOO_LARGE);
    expect(scanner.culprit).toBe(2);
  });

  it.each([
    ['less', 4],
    ['more', 2],
  ])('refuses a value whose pieces come to %s than was stated', (_, stated) => {
    const bytes = Buffer.from(row([COLUMNS[5]!], ['010203']));
    bytes.writeUInt8(stated, 1);
    const scanner = scannerOf([{ kind: 'plp' }]);
    expect(scanner.scanRow(bytes, 0, bytes.length, 0)).toBe(MALFORMED);
    expect(scanner.culprit).toBe(0);
  });
});
