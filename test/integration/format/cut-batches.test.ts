import { describe, expect, it } from '@jest/globals';
import type { RecordBatch } from 'apache-arrow';
import { createEncoder } from '../../../shared/format/create-encoder.ts';
import { batchesOf, batchOf, bytesOf, type Cell, type Column } from '../../unit/format/arrow-columns.ts';
import { queryFile, type Rows } from './duckdb.ts';
import { binaryColumn, everyType } from './every-type.ts';

const TIMES = 7;
const columns: Readonly<Record<string, Column>> = { ...everyType, bytes: binaryColumn };
const names = Object.keys(columns);
/** Rows of every type whose neighbours differ, NULLs at changing bits of the bitmaps among them. */
const whole = batchOf(
  Object.fromEntries(
    names.map((name, place) => [name, { ...columns[name]!, cells: spread(columns[name]!.cells, place) }]),
  ),
);
const ROWS = whole.numRows;

/** The cells again and again, in each column from another one on. */
function spread(cells: readonly Cell[], place: number): Cell[] {
  return Array.from({ length: cells.length * TIMES }, (_, row) => cells[(row + place) % cells.length]!);
}

function cutAt(batch: RecordBatch, ...cuts: readonly number[]): RecordBatch[] {
  const edges = [0, ...cuts, batch.numRows];
  return edges.slice(1).map((to, index) => batch.slice(edges[index]!, to));
}

/** The ways of cutting. */
const cuttings: readonly (readonly [string, readonly RecordBatch[]])[] = [
  ['at one row', cutAt(whole, 1)],
  ['within a byte of the bitmaps', cutAt(whole, 3, 11, 17)],
  ['at a byte and behind it', cutAt(whole, 8, 9, 16, 33)],
  ['into single rows', cutAt(whole, ...Array.from({ length: ROWS - 1 }, (_, row) => row + 1))],
  ['where one was cut before', cutAt(whole, 13).flatMap((half) => cutAt(half, 5, 6))],
];

async function encoded(format: 'csv' | 'jsonl' | 'json' | 'parquet', batches: readonly RecordBatch[]): Promise<Buffer> {
  const compression = format === 'parquet' ? 'zstd' : 'none';
  return await bytesOf(createEncoder({ format, compression }).encode(whole.schema, batchesOf(...batches)));
}

async function parquetRows(batches: readonly RecordBatch[]): Promise<Rows> {
  const shown = names.map((name) => (name === 'bytes' ? 'hex(bytes) AS bytes' : `${name}::VARCHAR AS ${name}`));
  const sql = `SET TimeZone = 'UTC'; SELECT ${shown.join(', ')} FROM read_parquet($file)`;
  return await queryFile(await encoded('parquet', batches), 't.parquet', sql);
}

describe.each(cuttings)('batches of every type, cut %s', (_, batches) => {
  it.each(['csv', 'jsonl', 'json'] as const)('are the uncut rows as %s', async (format) => {
    expect((await encoded(format, batches)).toString()).toBe((await encoded(format, [whole])).toString());
  });

  it('are the uncut rows as Parquet', async () => {
    const rows = await parquetRows([whole]);
    expect(rows).toHaveLength(ROWS);
    expect(await parquetRows(batches)).toEqual(rows);
  });
});

describe('the rows from the middle of a batch, alone in a file', () => {
  const cuts = [
    [1, 2],
    [3, 20],
    [7, ROWS],
    [9, 17],
  ] as const;

  it.each(cuts)('are rows %i to %i as Parquet', async (from, to) => {
    expect(await parquetRows([whole.slice(from, to)])).toEqual((await parquetRows([whole])).slice(from, to));
  });

  it.each(cuts)('are rows %i to %i as JSON Lines and CSV', async (from, to) => {
    const objects = (await encoded('jsonl', [whole])).toString().split('\n').slice(from, to);
    expect((await encoded('jsonl', [whole.slice(from, to)])).toString()).toBe(`${objects.join('\n')}\n`);
    const [header, body] = await Promise.all([encoded('csv', []), encoded('csv', [whole.slice(0, from)])]);
    const upTo = (await encoded('csv', [whole.slice(0, to)])).toString();
    const between = `${header.toString()}${upTo.slice(body.toString().length)}`;
    expect((await encoded('csv', [whole.slice(from, to)])).toString()).toBe(between);
  });
});
