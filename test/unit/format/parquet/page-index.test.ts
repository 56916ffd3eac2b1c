import { describe, expect, it } from '@jest/globals';
import { Int32 } from 'apache-arrow';
import {
  type Bounds,
  Codec,
  Encoding,
  PhysicalType,
  type WrittenChunk,
  type WrittenPage,
} from '../../../../shared/format/parquet/file-model.ts';
import { pageIndex } from '../../../../shared/format/parquet/page-index.ts';
import { readThriftStruct } from './thrift-struct.ts';

function bounds(min: number, max: number): Bounds {
  return { min: Uint8Array.of(min), max: Uint8Array.of(max), isMinExact: true, isMaxExact: false };
}

const first: WrittenPage = { offset: 4, sizeBytes: 30, firstRow: 0, rows: 10, nullCount: 2, bounds: bounds(1, 5) };
const nulls: WrittenPage = { offset: 34, sizeBytes: 9, firstRow: 10, rows: 7, nullCount: 7, bounds: undefined };
const last: WrittenPage = { offset: 5e9, sizeBytes: 70_000, firstRow: 17, rows: 3, nullCount: 0, bounds: bounds(0, 9) };
const untold: WrittenPage = { ...last, bounds: undefined };

function chunk(...pages: WrittenPage[]): WrittenChunk {
  return {
    column: { name: 'n', type: new Int32(), physicalType: PhysicalType.int32, typeLength: undefined },
    encodings: [Encoding.plain],
    codec: Codec.none,
    rows: 20,
    uncompressedBytes: 0,
    compressedBytes: 0,
    dictionaryPageOffset: undefined,
    pages,
    nullCount: 0,
    bounds: undefined,
  };
}

function bytesAt(index: ReturnType<typeof pageIndex>, start: number) {
  const bytes = Buffer.concat(index.pieces);
  return ({ offset, sizeBytes }: { readonly offset: number; readonly sizeBytes: number }) =>
    bytes.subarray(offset - start, offset - start + sizeBytes);
}

describe('pageIndex', () => {
  it('has the bounds and NULLs of every page, and none for a page of NULLs', () => {
    const index = pageIndex([chunk(first, nulls, last)], 100);
    const column = bytesAt(index, 100)(index.chunks[0]!.column!);
    expect(readThriftStruct(column)).toEqual({
      struct: {
        1: [false, true, false],
        2: [Buffer.of(1), Buffer.of(), Buffer.of(0)],
        3: [Buffer.of(5), Buffer.of(), Buffer.of(9)],
        4: 0,
        5: [2, 7, 0],
      },
      sizeBytes: column.byteLength,
    });
  });

  it('says where each page is and which row it starts with', () => {
    const index = pageIndex([chunk(first, nulls, last)], 100);
    const offset = bytesAt(index, 100)(index.chunks[0]!.offset);
    expect(readThriftStruct(offset)).toEqual({
      struct: {
        1: [
          { 1: 4, 2: 30, 3: 0 },
          { 1: 34, 2: 9, 3: 10 },
          { 1: 5e9, 2: 70_000, 3: 17 },
        ],
      },
      sizeBytes: offset.byteLength,
    });
  });

  it('leaves bounds out for a chunk in which a page with values has none', () => {
    const start = 6_000_000_000;
    const index = pageIndex([chunk(first), chunk(first, untold), chunk(nulls)], start);
    expect(index.chunks.map(({ column }) => column !== undefined)).toEqual([true, false, true]);
    expect(index.pieces).toHaveLength(5);
    const at = bytesAt(index, start);
    expect(readThriftStruct(at(index.chunks[1]!.offset)).struct[1]).toHaveLength(2);
  });

  it('places all bounds before all offsets, without gaps', () => {
    const index = pageIndex([chunk(first), chunk(first, last), chunk(nulls, last)], 8);
    const ranges = [...index.chunks.map(({ column }) => column!), ...index.chunks.map(({ offset }) => offset)];
    let end = 8;
    for (const range of ranges) {
      expect(range.offset).toBe(end);
      end += range.sizeBytes;
    }
    expect(Buffer.concat(index.pieces).byteLength).toBe(end - 8);
  });

  it('is nothing for a file without rows', () => {
    expect(pageIndex([], 4)).toEqual({ pieces: [], chunks: [] });
  });
});
