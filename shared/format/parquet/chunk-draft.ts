import type { CompressedBody } from './compression-queue.ts';
import {
  type Bounds,
  type Codec,
  Encoding,
  type StoredColumn,
  type WrittenChunk,
  type WrittenPage,
} from './file-model.ts';
import { mergedBounds } from './merged-bounds.ts';
import { dataPageHeader, dictionaryPageHeader } from './page-header.ts';

/** A data page whose place in the file is not known yet. */
export interface PageDraft {
  readonly rows: number;
  readonly nullCount: number;
  readonly bounds: Bounds | undefined;
  readonly encoding: Encoding;
  readonly body: CompressedBody;
}

/** A column of a row group whose place in the file is not known yet. */
export interface ChunkDraft {
  readonly column: StoredColumn;
  readonly pages: readonly PageDraft[];
  readonly dictionary: { readonly count: number; readonly body: CompressedBody } | undefined;
}

/** Appends the chunk's pages to `pieces`, at `offset` of the file, once their bodies are settled. */
export function placeChunk(
  { column, pages, dictionary }: ChunkDraft,
  codec: Codec,
  offset: number,
  pieces: Uint8Array[],
): WrittenChunk {
  let end = offset;
  let uncompressedBytes = 0;
  let firstRow = 0;
  const place = (header: Uint8Array, { bytes, uncompressedBytes: bodyBytes }: CompressedBody) => {
    const sizeBytes = header.byteLength + bytes!.byteLength;
    pieces.push(header, bytes!);
    end += sizeBytes;
    uncompressedBytes += header.byteLength + bodyBytes;
    return sizeBytes;
  };
  if (dictionary !== undefined) {
    const { body, count: values } = dictionary;
    place(dictionaryPageHeader({ values, uncompressedBytes: body.uncompressedBytes, body: body.bytes! }), body);
  }
  const written = pages.map(({ rows, nullCount, bounds, encoding, body }): WrittenPage => {
    const header = dataPageHeader({ rows, encoding, uncompressedBytes: body.uncompressedBytes, body: body.bytes! });
    const page = { offset: end, firstRow, rows, nullCount, bounds };
    firstRow += rows;
    return { ...page, sizeBytes: place(header, body) };
  });
  return {
    column,
    codec,
    encodings: encodingsOf(pages),
    rows: firstRow,
    uncompressedBytes,
    compressedBytes: end - offset,
    dictionaryPageOffset: dictionary === undefined ? undefined : offset,
    pages: written,
    nullCount: written.reduce((sum, { nullCount }) => sum + nullCount, 0),
    bounds: boundsOf(column, written),
  };
}

/** Of all pages, their levels (RLE) and the dictionary (PLAIN) included. */
function encodingsOf(pages: readonly PageDraft[]): Encoding[] {
  return [...new Set([Encoding.plain, Encoding.rle, ...pages.map(({ encoding }) => encoding)])];
}

function boundsOf(column: StoredColumn, pages: readonly WrittenPage[]): Bounds | undefined {
  const withValues = pages.filter(({ rows, nullCount }) => rows > nullCount);
  if (withValues.length === 0) return undefined;
  return mergedBounds(
    column,
    withValues.map(({ bounds }) => bounds),
  );
}
