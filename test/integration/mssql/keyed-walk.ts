import type { RecordBatch, Schema } from 'apache-arrow';
import type { KeyRange, KeyValues } from '../../../shared/core/key.ts';
import type { Source, TableQuery, TableStream } from '../../../shared/source/source.ts';
import { landedTexts } from '../../support/tds/landed-text.ts';

export interface KeyedRows {
  readonly key: readonly string[];
  readonly keys: KeyValues[];
  /** Texts of the column called `n`. */
  readonly numbers: (string | undefined)[];
  readonly schema: Schema;
  readonly primaryKey: readonly string[];
}

/** All rows of a range with the key of each. */
export async function keyedRows(source: Source, query: TableQuery, range: KeyRange = query.range): Promise<KeyedRows> {
  const stream = await source.open({ ...query, range }, new AbortController().signal);
  const keys: KeyValues[] = [];
  const batches: RecordBatch[] = [];
  for await (const batch of stream.batches) {
    batches.push(batch);
    for (let row = 0; row < batch.numRows; row++) keys.push(stream.keyAt(batch, row));
  }
  if (stream.serverRowCount() !== keys.length) throw new Error('rows that the server did not count');
  const { key, schema, primaryKey } = stream;
  return { key, keys, numbers: numbersOf(stream, batches), schema, primaryKey };
}

function numbersOf({ schema }: TableStream, batches: readonly RecordBatch[]): (string | undefined)[] {
  const place = schema.fields.findIndex(({ name }) => name === 'n');
  return place < 0 ? [] : landedTexts(batches, place);
}

/** Half-open ranges between bounds, the first and the last of them open. */
export function rangesBetween(bounds: readonly KeyValues[]): KeyRange[] {
  return Array.from({ length: bounds.length + 1 }, (_, i) => ({
    ...(i === 0 ? {} : { from: { values: bounds[i - 1]!, inclusive: true } }),
    ...(i === bounds.length ? {} : { to: bounds[i]! }),
  }));
}

/** The `n` of what each of the ranges between the bounds gives. */
export async function chunksOf(
  source: Source,
  query: TableQuery,
  bounds: readonly KeyValues[],
): Promise<(string | undefined)[][]> {
  const chunks: (string | undefined)[][] = [];
  for (const range of rangesBetween(bounds)) {
    const stream = await source.open({ ...query, range }, new AbortController().signal);
    const batches: RecordBatch[] = [];
    for await (const batch of stream.batches) batches.push(batch);
    chunks.push(numbersOf(stream, batches));
  }
  return chunks;
}
