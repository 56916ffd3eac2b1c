import type { KeyRange, KeyValues } from '../../../shared/core/key.ts';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import { landedTexts } from './landed-text.ts';

export interface KeyedRows {
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** Of each row in the order of the stream. */
  readonly keys: readonly KeyValues[];
  /** Values of the column `n`, which tells one row from another. */
  readonly numbers: readonly string[];
}

export async function readKeyed(source: Source, query: TableQuery, range: KeyRange = {}): Promise<KeyedRows> {
  const stream = await source.open({ ...query, range }, new AbortController().signal);
  const columns = stream.schema.names.map(String);
  const keys: KeyValues[] = [];
  const numbers: string[] = [];
  for await (const batch of stream.batches) {
    if (batch.schema.fields.length !== columns.length) throw new Error('a batch has other columns than the stream');
    if (stream.key.length > 0) for (let row = 0; row < batch.numRows; row++) keys.push(stream.keyAt(batch, row));
    numbers.push(...landedTexts([batch], columns.indexOf('n')).map(String));
  }
  return { key: stream.key, columns, keys, numbers };
}

/** Reads on behind the last key, `rows` rows at a time, until nothing is left; gives the numbers of all rows. */
export async function walk(source: Source, query: TableQuery, rows: number): Promise<string[]> {
  const numbers: string[] = [];
  for (let range: KeyRange = {}; ; ) {
    const next = await readKeyed(source, query, range);
    if (next.numbers.length === 0) return numbers;
    numbers.push(...next.numbers.slice(0, rows));
    const last = Math.min(rows, next.numbers.length) - 1;
    range = { from: { values: next.keys[last]!, inclusive: false } };
  }
}
