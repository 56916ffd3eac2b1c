import { describe, expect, it } from '@jest/globals';
import { Bool, type Data, Int32 } from 'apache-arrow';
import fc from 'fast-check';
import {
  DEFINITION_LEVELS_MAX_BYTES,
  DefinitionLevels,
  PAGE_MAX_ROWS,
  varintBytes,
  writeVarint,
} from '../../../../shared/format/parquet/definition-levels.ts';
import { columnData } from '../arrow-columns.ts';
import { decodeHybrid } from './written-page.ts';

/** Whether each row of a page has a value, as a reader finds it in front of the values. */
function levelsOf(levels: DefinitionLevels): boolean[] {
  const target = Buffer.alloc(DEFINITION_LEVELS_MAX_BYTES + 3, 0xaa);
  const start = levels.writeBefore(target, DEFINITION_LEVELS_MAX_BYTES);
  expect(start).toBeGreaterThanOrEqual(0);
  const sizeBytes = target.readUInt32LE(start);
  expect(start + 4 + sizeBytes).toBe(DEFINITION_LEVELS_MAX_BYTES);
  const decoded = decodeHybrid(target.subarray(start + 4), 1, levels.rows);
  expect(decoded.sizeBytes).toBe(sizeBytes);
  expect(target.toString('hex', DEFINITION_LEVELS_MAX_BYTES)).toBe('aaaaaa');
  return decoded.values.map((level) => level === 1);
}

function column(isSet: readonly boolean[]): Data {
  return columnData(
    new Int32(),
    isSet.map((set, row) => (set ? row : null)),
  );
}

const rowsOf = (count: number, set: (row: number) => boolean) => Array.from({ length: count }, (_, row) => set(row));

describe('definition levels', () => {
  it.each<[string, boolean[]]>([
    ['all set', rowsOf(100, () => true)],
    ['all NULL', rowsOf(100, () => false)],
    ['mixed', rowsOf(101, (row) => row % 3 === 0)],
    ['one row', [true]],
    ['a full page of all set', rowsOf(PAGE_MAX_ROWS, () => true)],
    ['a full page of NULLs', rowsOf(PAGE_MAX_ROWS, () => false)],
    ['a full page, mixed', rowsOf(PAGE_MAX_ROWS, (row) => row % 7 !== 0)],
  ])('say which rows have a value: %s', (_, isSet) => {
    const levels = new DefinitionLevels();
    const nulls = isSet.filter((set) => !set).length;
    expect(levels.append(column(isSet), 0, isSet.length)).toBe(nulls);
    expect([levels.rows, levels.nullCount]).toEqual([isSet.length, nulls]);
    expect(levelsOf(levels)).toEqual(isSet);
  });

  it('take a byte or three where all rows are alike', () => {
    const levels = new DefinitionLevels();
    levels.append(column(rowsOf(PAGE_MAX_ROWS, () => true)), 0, PAGE_MAX_ROWS);
    const target = Buffer.alloc(DEFINITION_LEVELS_MAX_BYTES);
    const start = levels.writeBefore(target, target.length);
    expect(target.subarray(start).toString('hex')).toBe('0400000080800201');
  });

  it('are of any ranges of batches and slices, on page after page', () => {
    const piece = fc.record({
      isSet: fc.oneof(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
        fc.constantFrom([true, true, true], [false]),
      ),
      skipped: fc.nat(20),
      from: fc.nat(20),
    });
    const levels = new DefinitionLevels();
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (pieces) => {
        levels.reset();
        const all = pieces.flatMap(({ isSet, skipped, from }) => {
          const sliced = column([...rowsOf(skipped, (row) => row % 2 === 0), ...isSet]).slice(skipped, isSet.length);
          const first = from % isSet.length;
          levels.append(sliced, first, isSet.length);
          return isSet.slice(first);
        });
        expect(levelsOf(levels)).toEqual(all);
        expect(levels.nullCount).toBe(all.filter((set) => !set).length);
      }),
      { numRuns: 300 },
    );
  });

  it('believe a column that has no bitmap and no NULLs', () => {
    const levels = new DefinitionLevels();
    levels.append(column([true, false]), 0, 2);
    levels.append(columnData(new Bool(), [true, false, true]).clone(new Bool(), 0, 3, 0), 0, 3);
    expect(levelsOf(levels)).toEqual([true, false, true, true, true]);
  });
});

describe('varints', () => {
  it.each([0, 1, 127, 128, 16_383, 16_384, 2 ** 31 - 1, 2 ** 32 - 1])('hold %d', (value) => {
    const bytes = Buffer.alloc(8);
    const end = writeVarint(bytes, 1, value);
    expect(end - 1).toBe(varintBytes(value));
    const decoded = bytes.subarray(1, end).reduce((sum, byte, place) => sum + (byte & 127) * 2 ** (7 * place), 0);
    expect(decoded).toBe(value);
  });
});
