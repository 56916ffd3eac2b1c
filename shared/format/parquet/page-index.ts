import type { WrittenChunk, WrittenPage } from './file-model.ts';
import { thriftStruct } from './thrift-writer.ts';

const noBytes = new Uint8Array(0);

/** parquet.thrift, enum BoundaryOrder: readers then look at the bounds of every page. */
const unordered = 0;

/** Where a chunk's indexes stand in the file. */
export interface ChunkIndexes {
  readonly column: FileRange | undefined;
  readonly offset: FileRange;
}

export interface FileRange {
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface PageIndex {
  /** All column indexes, then all offset indexes, so that a reader fetches either with one request. */
  readonly pieces: readonly Uint8Array[];
  /** One per chunk, in the chunks' order. */
  readonly chunks: readonly ChunkIndexes[];
}

/** The page indexes of a file's chunks, which stand between the last row group and the footer (parquet-format, PageIndex.md). */
export function pageIndex(chunks: readonly WrittenChunk[], offset: number): PageIndex {
  const pieces: Uint8Array[] = [];
  let end = offset;
  const place = (piece: Uint8Array): FileRange => {
    const range = { offset: end, sizeBytes: piece.byteLength };
    pieces.push(piece);
    end += piece.byteLength;
    return range;
  };
  const columns = chunks.map(({ pages }) => (isIndexable(pages) ? place(columnIndex(pages)) : undefined));
  const offsets = chunks.map(({ pages }) => place(offsetIndex(pages)));
  return { pieces, chunks: offsets.map((range, index) => ({ column: columns[index], offset: range })) };
}

/** A column index has bounds for every page but those of NULLs. */
function isIndexable(pages: readonly WrittenPage[]): boolean {
  return pages.every((page) => page.bounds !== undefined || isNullPage(page));
}

function isNullPage({ rows, nullCount }: WrittenPage): boolean {
  return rows === nullCount;
}

/** parquet.thrift, ColumnIndex. */
function columnIndex(pages: readonly WrittenPage[]): Uint8Array {
  return thriftStruct((fields) => {
    fields.bools(1, pages.map(isNullPage));
    fields.binaries(
      2,
      pages.map(({ bounds }) => bounds?.min ?? noBytes),
    );
    fields.binaries(
      3,
      pages.map(({ bounds }) => bounds?.max ?? noBytes),
    );
    fields.i32(4, unordered);
    fields.i64s(
      5,
      pages.map(({ nullCount }) => nullCount),
    );
  });
}

/** parquet.thrift, OffsetIndex and PageLocation. */
function offsetIndex(pages: readonly WrittenPage[]): Uint8Array {
  return thriftStruct((fields) => {
    fields.structs(1, pages, (location, page) => {
      location.i64(1, page.offset);
      location.i32(2, page.sizeBytes);
      location.i64(3, page.firstRow);
    });
  });
}
