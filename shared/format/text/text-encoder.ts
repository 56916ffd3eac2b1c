import type { RecordBatch, Schema } from 'apache-arrow';
import { ByteBuffer } from './byte-buffer.ts';
import { type CellStyle, type ColumnCells, columnWriter } from './cells.ts';
import { piecesInFlight } from './compress.ts';
import type { Layout, LayoutFor } from './layout.ts';

const maxChunkBytes = 1024 * 1024;
/** Share of a chunk kept free for the row that crosses the line, so that most chunks never grow. */
const headroom = 1 / 16;

/**
 * The text of all batches in chunks of 1 MiB; only a row that is larger by itself makes one larger. They are smaller for a
 * small `maxDelayBytes`: that much text is in all chunks which a compressor may hold back, so that whoever counts what
 * leaves it, to end a file, is late by no more. Nothing is read from `batches` before the caller asks.
 */
export async function* textBytes(
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  style: CellStyle,
  layoutFor: LayoutFor,
  maxDelayBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  const chunkBytes = Math.min(maxChunkBytes, Math.ceil(maxDelayBytes / piecesInFlight));
  const out = new ByteBuffer(Math.ceil(chunkBytes * (1 + headroom)));
  const layout = layoutFor(schema);
  const columns = schema.fields.map((field, index) => columnWriter(field, style, layout.beforeCell[index]!));
  let hasRows = false;
  out.copy(layout.begin);
  for await (const batch of batches) {
    const cells = columns.map((column, index) => column(batch.data.children[index]!));
    for (let row = 0; row < batch.numRows; ) {
      row = writeRows(out, layout, cells, row, batch.numRows, chunkBytes, !hasRows);
      hasRows = true;
      if (out.length >= chunkBytes) yield out.take();
    }
  }
  out.ascii(hasRows ? layout.end : layout.endWithoutRows);
  if (out.length > 0) yield out.take();
}

/** Writes rows until the chunk is full; returns the row to go on with. */
function writeRows(
  out: ByteBuffer,
  { beforeFirstRow, beforeRow, afterRow }: Layout,
  columns: readonly ColumnCells[],
  from: number,
  to: number,
  chunkBytes: number,
  isFirst: boolean,
): number {
  let row = from;
  let before = isFirst ? beforeFirstRow : beforeRow;
  do {
    out.fixed(before);
    before = beforeRow;
    for (let i = 0; i < columns.length; i++) writeCell(out, columns[i]!, row);
    out.fixed(afterRow);
    row++;
  } while (row < to && out.length < chunkBytes);
  return row;
}

function writeCell(out: ByteBuffer, column: ColumnCells, row: number): void {
  const { validity, closing } = column;
  if (validity !== undefined) {
    const bit = column.offset + row;
    if (((validity[bit >> 3]! >> (bit & 7)) & 1) === 0) {
      out.fixed(column.nullCell);
      return;
    }
  }
  out.fixed(column.before);
  column.write(out, row);
  if (closing !== undefined) out.byte(closing);
}
