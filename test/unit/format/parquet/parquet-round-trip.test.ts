import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataType, Field, type RecordBatch, Schema, Table, tableFromIPC, tableToIPC, type Vector } from 'apache-arrow';
import fc from 'fast-check';
import { readParquet, Table as WasmTable, writeParquet } from 'parquet-wasm';
import type { Compression } from '../../../../shared/config/config.ts';
import { createParquetEncoder } from '../../../../shared/format/parquet/parquet-encoder.ts';
import { isExhaustive } from '../../../support/exhaustive.ts';
import { batchesOf, batchFrom, bytesOf, type Cell, columnData } from '../arrow-columns.ts';
import { anyCell, anyTypes, plainBytes } from './random-columns.ts';
import { readThriftStruct, type ThriftStruct } from './thrift-struct.ts';

interface Given {
  readonly columns: readonly { readonly name: string; readonly cells: readonly Cell[] }[];
  /** Of each batch. */
  readonly batchRows: readonly number[];
  readonly skipped: number;
  readonly compression: Compression;
  readonly rowsPerGroup: number;
  readonly bytesPerGroup: number;
}

/** Few rows of their own and those again and again, so that there are runs, dictionaries and pages without them. */
const tables: fc.Arbitrary<Given> = fc
  .record({ rows: fc.integer({ min: 1, max: 40 }), times: fc.constantFrom(1, 1, 5, 60) })
  .chain(({ rows, times }) => {
    const column = fc.constantFrom(...Object.keys(anyTypes)).chain((name) => {
      const cells = fc.array(anyCell(anyTypes[name]!), { minLength: rows, maxLength: rows });
      return cells.map((own) => ({ name, cells: Array.from({ length: times }, () => own).flat() }));
    });
    return fc.record({
      columns: fc.uniqueArray(column, { selector: ({ name }) => name, minLength: 1, maxLength: 8 }),
      batchRows: fc.array(fc.integer({ min: 1, max: rows * times }), { minLength: 1, maxLength: 5 }),
      skipped: fc.nat(9),
      compression: fc.constantFrom<Compression>('zstd', 'gzip', 'snappy', 'none'),
      // Longer tables in larger groups, as each group takes the readers some time.
      rowsPerGroup: fc.constantFrom(times, 7 * times, 1_000_000),
      bytesPerGroup: fc.constantFrom(times, 50 * times, 300, 1_000_000),
    });
  });

function schemaOf({ columns }: Given): Schema {
  return new Schema(columns.map(({ name }) => new Field(name, anyTypes[name]!, true)));
}

/** All rows, `first` and the following as one batch that is sliced out of a longer one. */
function batchesIn(given: Given): RecordBatch[] {
  const schema = schemaOf(given);
  const rows = given.columns[0]!.cells.length;
  const batches: RecordBatch[] = [];
  for (let first = 0; first < rows; ) {
    const count = Math.min(rows - first, given.batchRows[batches.length % given.batchRows.length]!);
    const start = Math.max(0, first - given.skipped);
    const children = given.columns.map(({ name, cells }) =>
      columnData(anyTypes[name]!, cells.slice(start, first + count)),
    );
    batches.push(batchFrom(schema, children).slice(first - start));
    first += count;
  }
  return batches;
}

async function written(given: Given): Promise<Buffer> {
  const limits = { rows: given.rowsPerGroup, sizeBytes: given.bytesPerGroup };
  const encoder = createParquetEncoder(given.compression, limits);
  return await bytesOf(encoder.encode(schemaOf(given), batchesOf(...batchesIn(given))));
}

/** The values' own bytes, as Arrow has them. */
function rawCells(vector: Vector): (string | null)[] {
  return vector.data.flatMap((data) => {
    const { type, length, values, valueOffsets, offset, stride } = data;
    const bytes = (view: ArrayBufferView, from: number, to: number) =>
      Buffer.from(view.buffer, view.byteOffset + from, to - from).toString('hex');
    return Array.from({ length }, (_, row) => {
      if (!data.getValid(row)) return null;
      if (DataType.isBool(type)) return String((values[(offset + row) >> 3] >> ((offset + row) & 7)) & 1);
      if (valueOffsets !== undefined) return bytes(values, Number(valueOffsets[row]), Number(valueOffsets[row + 1]));
      const width = (values as Int32Array).BYTES_PER_ELEMENT * stride;
      return bytes(values, row * width, (row + 1) * width);
    });
  });
}

function expectSameForArrow(bytes: Buffer, given: Given): void {
  const table = tableFromIPC(readParquet(bytes).intoIPCStream());
  for (const [index, { name, cells }] of given.columns.entries()) {
    const expected = new Table(new Schema([new Field(name, anyTypes[name]!, true)]), [
      batchFrom(new Schema([new Field(name, anyTypes[name]!, true)]), [columnData(anyTypes[name]!, cells)]),
    ]);
    expect([name, rawCells(table.getChildAt(index)!)]).toEqual([name, rawCells(expected.getChildAt(0)!)]);
  }
}

let folder: string;
let instance: DuckDBInstance;
let duckdb: DuckDBConnection;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-round-trip-'));
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  duckdb = await instance.connect();
  await duckdb.run("SET TimeZone = 'UTC'");
});

afterAll(() => {
  duckdb.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

async function query(sql: string): Promise<Record<string, unknown>[]> {
  return (await duckdb.runAndReadAll(sql)).getRowObjectsJson();
}

/** DuckDB has the rows of another writer's file, in their order. */
async function expectSameForDuckDb(bytes: Buffer, given: Given): Promise<void> {
  const [ours, theirs] = ['ours', 'theirs'].map((name) => join(folder, `${name}.parquet`)) as [string, string];
  writeFileSync(ours, bytes);
  const other = writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table(batchesIn(given)), 'stream')));
  writeFileSync(theirs, other);
  const all = (path: string) => `SELECT * FROM read_parquet('${path}', file_row_number = true)`;
  const differences = `SELECT count(*)::INT AS rows FROM ((${all(ours)} EXCEPT ${all(theirs)}) UNION ALL (${all(theirs)} EXCEPT ${all(ours)}))`;
  expect(await query(differences)).toEqual([{ rows: 0 }]);
  const metadata = `SELECT path_in_schema AS name, sum(stats_null_count)::INT AS nulls, sum(num_values)::INT AS rows
    FROM parquet_metadata('${ours}') GROUP BY ALL ORDER BY min(column_id)`;
  expect(await query(metadata)).toEqual(
    given.columns.map(({ name, cells }) => ({
      name,
      nulls: cells.filter((cell) => cell === null).length,
      rows: cells.length,
    })),
  );
  await expectDuckDbBounds(ours, given);
}

async function expectDuckDbBounds(path: string, given: Given): Promise<void> {
  const types = await query(`DESCRIBE SELECT * FROM read_parquet('${path}')`);
  for (const [index, { name }] of given.columns.entries()) {
    // DuckDB's texts of the bounds are not exact where the least numbers are.
    if (DataType.isFloat(anyTypes[name]!)) continue;
    const type = String(types[index]!.column_type);
    const bounds = `SELECT min(stats_min_value::${type}) AS low, max(stats_max_value::${type}) AS high
      FROM parquet_metadata('${path}') WHERE path_in_schema = '${name}'`;
    const outside = `SELECT count(*)::INT AS rows FROM read_parquet('${path}'), (${bounds}) WHERE ${name} < low OR ${name} > high`;
    expect([name, await query(outside)]).toEqual([name, [{ rows: 0 }]]);
  }
}

/** Of cells that are not NULL; bytes as in PLAIN, without a length. */
function slowBounds(type: DataType, cells: readonly Cell[]): [Buffer, Buffer] | undefined {
  const present = cells.filter((cell) => cell !== null);
  if (present.length === 0 || present.some((cell) => Number.isNaN(cell))) return undefined;
  const isText = typeof present[0] === 'string' || present[0] instanceof Uint8Array;
  const bytesOfCell = (cell: Cell) => plainBytes(type, [cell]).subarray(isText ? 4 : 0);
  if (isText) {
    const sorted = present.map(bytesOfCell).sort((one, other) => Buffer.compare(one, other));
    return [sorted[0]!, sorted.at(-1)!];
  }
  const least = present.reduce((one, other) => ((other as number) < (one as number) ? other : one));
  const greatest = present.reduce((one, other) => ((other as number) > (one as number) ? other : one));
  const isZero = (cell: Cell) => DataType.isFloat(type) && cell === 0;
  return [bytesOfCell(isZero(least) ? -0 : least), bytesOfCell(isZero(greatest) ? 0 : greatest)];
}

/** The statistics of every chunk are those of its rows. */
function expectChunkBounds(bytes: Buffer, given: Given): void {
  const end = bytes.byteLength - 8;
  const metadata = readThriftStruct(bytes.subarray(end - bytes.readUInt32LE(end), end)).struct;
  let firstRow = 0;
  for (const group of metadata[4] as ThriftStruct[]) {
    const rows = group[3] as number;
    for (const [index, chunk] of (group[1] as ThriftStruct[]).entries()) {
      const { name, cells } = given.columns[index]!;
      const bounds = slowBounds(anyTypes[name]!, cells.slice(firstRow, firstRow + rows));
      expectStatistics(name, (chunk[3] as ThriftStruct)[12] as ThriftStruct, bounds);
    }
    firstRow += rows;
  }
  expect(firstRow).toBe(given.columns[0]!.cells.length);
}

function expectStatistics(name: string, statistics: ThriftStruct, bounds: [Buffer, Buffer] | undefined): void {
  const [max, min] = [statistics[5], statistics[6]] as (Buffer | undefined)[];
  if (bounds === undefined || max === undefined || min === undefined) {
    // Texts of nothing but the last code point, and binaries of 0xff bytes, have no greater one.
    if (bounds !== undefined && bounds[1].length <= 64) expect([name, 'bounds']).toEqual([name, 'no bounds']);
    expect([name, min, max]).toEqual([name, undefined, undefined]);
    return;
  }
  const [least, greatest] = bounds;
  if (statistics[8] === true) expect([name, min.toString('hex')]).toEqual([name, least.toString('hex')]);
  else expect([name, Buffer.compare(min, least)]).toEqual([name, -1]);
  if (statistics[7] === true) expect([name, max.toString('hex')]).toEqual([name, greatest.toString('hex')]);
  else expect([name, Buffer.compare(max, greatest)]).toEqual([name, 1]);
}

describe('any table', () => {
  it('is the same for two other readers, with bounds and NULL counts', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (given) => {
        const bytes = await written(given);
        expectSameForArrow(bytes, given);
        expectChunkBounds(bytes, given);
        await expectSameForDuckDb(bytes, given);
      }),
      { numRuns: isExhaustive ? 500 : 60 },
    );
  });
});
