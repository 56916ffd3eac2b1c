import { type RecordBatch, type Schema, util } from 'apache-arrow';
import type { Compression } from '../../config/config.ts';
import { ConsistencyError } from '../../core/errors.ts';
import { requireParquetTypes } from '../column-types.ts';
import type { Encoder } from '../encoder.ts';
import { type RowGroupLimits, RowGroupWriter } from './row-group-writer.ts';

/**
 * Row groups of some 16 MiB are what readers take at a time, and bound what is held of a file that is being written: twice, when
 * one is uploaded while the next is made.
 */
export const defaultRowGroupLimits: RowGroupLimits = { rows: 524_288, sizeBytes: 16 * 1024 * 1024 };

/**
 * Parquet: each row group is one chunk of bytes, and the footer the last; made while the caller waits for it.
 * Dates, times and timestamps land with the source's own values, infinities as the extremes of their integers.
 * @see https://parquet.apache.org/docs/file-format/
 */
export function createParquetEncoder(
  compression: Compression,
  limits: RowGroupLimits = defaultRowGroupLimits,
): Encoder {
  return {
    extension: 'parquet',
    contentType: 'application/vnd.apache.parquet',
    encode(schema, batches) {
      requireParquetTypes(schema);
      return parquetBytes(schema, batches, compression, limits);
    },
  };
}

async function* parquetBytes(
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  compression: Compression,
  limits: RowGroupLimits,
): AsyncGenerator<Uint8Array> {
  const writer = new RowGroupWriter(schema, compression, limits);
  try {
    for await (const batch of batches) {
      if (batch.numRows > 0) requireColumnsOf(schema, batch);
      for (let row = 0; row < batch.numRows; ) {
        row = await writer.append(batch, row);
        if (await writer.isFull()) yield await writer.endRowGroup();
      }
    }
    if (writer.hasRows) yield await writer.endRowGroup();
    yield writer.end();
  } finally {
    writer.close();
  }
}

/** @throws ConsistencyError (permanent) when the batch has other columns than the file. */
function requireColumnsOf({ fields }: Schema, batch: RecordBatch): void {
  const { children } = batch.data;
  if (children.length > fields.length) {
    throw batchRefused(`A batch has ${children.length} columns; the file has ${fields.length}.`);
  }
  const other = fields.findIndex(({ type }, index) => {
    const found = children[index]?.type;
    return found !== type && (found === undefined || !util.compareTypes(found, type));
  });
  if (other < 0) return;
  const { name, type } = fields[other]!;
  const { type: found = 'missing' } = batch.schema.fields[other] ?? {};
  throw batchRefused(`Column "${name}" of a batch is ${String(found)}; the file's is ${String(type)}.`);
}

function batchRefused(message: string): ConsistencyError {
  return new ConsistencyError('PARQUET_BATCH_REFUSED', message, { retry: 'permanent' });
}
