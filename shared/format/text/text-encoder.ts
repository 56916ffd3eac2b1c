import type { RecordBatch, Schema } from 'apache-arrow';
import { ByteBuffer } from './byte-buffer.ts';
import { type CellStyle, type ColumnWriter, columnWriter } from './cells.ts';
import type { Layout, LayoutFor } from './layout.ts';

/** A chunk leaves when it has this size; only a row that is larger by itself makes it larger. */
const chunkBytes = 1024 * 1024;
/** Room for the row that crosses the line, so that most chunks never grow. */
const headroomBytes = 64 * 1024;

/** The text of all batches in chunks of about 1 MiB. Nothing is read from `batches` before the caller asks. */
export async function* textBytes(
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  style: CellStyle,
  layoutFor: LayoutFor,
): AsyncGenerator<Uint8Array> {
  const out = new ByteBuffer(chunkBytes + headroomBytes);
  const layout = layoutFor(schema);
  const columns = schema.fields.map((field) => columnWriter(field, style));
  let hasRows = false;
  layout.begin(out);
  for await (const batch of batches) {
    yield* batchText(batch, columns, layout, out, !hasRows);
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
): Generator<Uint8Array> {
  const cells = columns.map((column, index) => column(batch.data.children[index]!));
  for (let row = 0; row < batch.numRows; row++) {
    layout.writeRow(out, cells, row, isFirstBatch && row === 0);
    if (out.length >= chunkBytes) yield out.take();
  }
}
