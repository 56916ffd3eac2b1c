import type { RecordBatch, Schema } from 'apache-arrow';
import { ByteBuffer } from './byte-buffer.ts';
import { type CellStyle, type ColumnWriter, columnWriter } from './cells.ts';
import type { Layout, LayoutFor } from './layout.ts';

const maxChunkBytes = 1024 * 1024;
/** Share of a chunk kept free for the row that crosses the line, so that most chunks never grow. */
const headroom = 1 / 16;

/**
 * The text of all batches in chunks: one leaves when it has `wantedChunkBytes`, or 1 MiB; only a row that is larger by itself makes it
 * larger. Nothing is read from `batches` before the caller asks.
 */
export async function* textBytes(
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  style: CellStyle,
  layoutFor: LayoutFor,
  wantedChunkBytes = maxChunkBytes,
): AsyncGenerator<Uint8Array> {
  const chunkBytes = Math.min(maxChunkBytes, wantedChunkBytes);
  const out = new ByteBuffer(Math.ceil(chunkBytes * (1 + headroom)));
  const layout = layoutFor(schema);
  const columns = schema.fields.map((field) => columnWriter(field, style));
  let hasRows = false;
  layout.begin(out);
  for await (const batch of batches) {
    yield* batchText(batch, columns, layout, out, !hasRows, chunkBytes);
    hasRows ||= batch.numRows > 0;
  }
  layout.end(out, hasRows);
  if (out.length > 0) yield out.take();
}

function* batchText(
  batch: RecordBatch,
  columns: readonly ColumnWriter[],
  layout: Layout,
  out: ByteBuffer,
  isFirstBatch: boolean,
  chunkBytes: number,
): Generator<Uint8Array> {
  const cells = columns.map((column, index) => column(batch.data.children[index]!));
  for (let row = 0; row < batch.numRows; row++) {
    layout.writeRow(out, cells, row, isFirstBatch && row === 0);
    if (out.length >= chunkBytes) yield out.take();
  }
}
