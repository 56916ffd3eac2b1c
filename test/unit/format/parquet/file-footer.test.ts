import { describe, expect, it } from '@jest/globals';
import { Field, Int32, Message, MessageReader, Schema, Table, tableFromIPC, tableToIPC, Utf8 } from 'apache-arrow';
import { readParquet, Table as WasmTable, writeParquet } from 'parquet-wasm';
import type { Bounds } from '../../../../shared/format/parquet/file-model.ts';
import { footerRowCount } from '../../../../shared/format/parquet/row-count.ts';
import { queryFile } from '../../../integration/format/duckdb.ts';
import { plainFile } from './plain-file.ts';
import { columnsOfEveryType, int32 } from './stored-values.ts';
import { readThriftStruct, type ThriftStruct } from './thrift-struct.ts';

const names = Object.keys(columnsOfEveryType);
const everyType = new Schema(
  names.map(
    (name) => new Field(name, columnsOfEveryType[name]!.type, true, new Map([['source.type', `${name} of 2`]])),
  ),
);
const everyValue = names.map((name) => [{ values: [columnsOfEveryType[name]!.value, null] }]);

function exact(min: Uint8Array, max: Uint8Array): Bounds {
  return { min, max, isMinExact: true, isMaxExact: true };
}

function readTable(bytes: Uint8Array): Table {
  return tableFromIPC(readParquet(bytes).intoIPCStream());
}

function fileMetadata(bytes: Buffer): ThriftStruct {
  const end = bytes.byteLength - 8;
  const footer = bytes.subarray(end - bytes.readUInt32LE(end), end);
  const { struct, sizeBytes } = readThriftStruct(footer);
  expect(sizeBytes).toBe(footer.byteLength);
  return struct;
}

describe('the schema of a file', () => {
  it('has every type, and the values as they were stored, for DuckDB', async () => {
    const shown = names.map((name) => `"${name}"::VARCHAR AS "${name}"`).join(', ');
    const rows = await queryFile(
      plainFile(everyType, [everyValue]),
      't.parquet',
      `SET TimeZone = 'UTC'; SELECT ${shown} FROM read_parquet($file)`,
    );
    expect(rows).toEqual([
      Object.fromEntries(names.map((name) => [name, columnsOfEveryType[name]!.shown])),
      Object.fromEntries(names.map((name) => [name, null])),
    ]);
  });

  it('is that of arrow-rs, but for decimals of one digit', async () => {
    const described = `SELECT name, type, type_length, repetition_type, num_children, converted_type, scale, precision, logical_type
      FROM parquet_schema($file) WHERE name <> 'decimal_1'`;
    const theirs = writeParquet(WasmTable.fromIPCStream(tableToIPC(new Table(everyType), 'stream')));
    const ours = plainFile(everyType, [everyValue]);
    expect(await queryFile(ours, 'ours.parquet', described)).toEqual(
      await queryFile(theirs, 'theirs.parquet', described),
    );
  });

  it('comes back to Arrow with its types, time zones and metadata', () => {
    const { schema, numRows } = readTable(plainFile(everyType, [everyValue]));
    expect(numRows).toBe(2);
    expect(describeFields(schema)).toEqual(describeFields(everyType));
  });

  it('is there without rows', () => {
    const bytes = plainFile(everyType, []);
    expect(footerRowCount(bytes)).toBe(0);
    expect(describeFields(readTable(bytes).schema)).toEqual(describeFields(everyType));
  });

  it('is embedded as one message of Arrow with its prefix', () => {
    const pair = (fileMetadata(plainFile(everyType, []))[5] as ThriftStruct[])[0]!;
    expect((pair[1] as Buffer).toString()).toBe('ARROW:schema');
    const message = Buffer.from((pair[2] as Buffer).toString(), 'base64');
    expect(message.readInt32LE(0)).toBe(-1);
    expect(message.readInt32LE(4)).toBe(message.byteLength - 8);
    expect(message.byteLength % 8).toBe(0);
    expect(Message.decode(message.subarray(8)).isSchema()).toBe(true);
    expect(describeFields(new MessageReader(message).readSchema()!)).toEqual(describeFields(everyType));
  });
});

function describeFields(schema: Schema) {
  return schema.fields.map(({ name, type, metadata }) => [name, String(type), [...metadata]]);
}

const schema = new Schema([new Field('n', new Int32(), true), new Field('t', new Utf8(), true)]);
const text = (value: string) => Buffer.from(value);

/** Two row groups; in the first, `n` has two pages with values and one of NULLs. */
const twoGroups = plainFile(schema, [
  [
    [
      { values: [int32(-7), null, int32(9)], bounds: exact(int32(-7), int32(9)) },
      { values: [null, null] },
      { values: [int32(3)], bounds: exact(int32(3), int32(3)) },
    ],
    [
      {
        values: ['a', 'long text', null, '', 'b', 'c'].map((value) => (value === null ? null : text(value))),
        bounds: { min: text(''), max: text('lonh'), isMinExact: true, isMaxExact: false },
      },
    ],
  ],
  [[{ values: [int32(1), int32(2)] }], [{ values: [null, null] }]],
]);

describe('row groups', () => {
  it('have every page', () => {
    const table = readTable(twoGroups);
    expect([...table.getChild('n')!]).toEqual([-7, null, 9, null, null, 3, 1, 2]);
    expect([...table.getChild('t')!]).toEqual(['a', 'long text', null, '', 'b', 'c', null, null]);
    expect(footerRowCount(twoGroups)).toBe(8);
  });

  it('tell sizes, bounds and NULLs of their columns', async () => {
    const chunks = await queryFile(
      twoGroups,
      't.parquet',
      `SELECT row_group_id AS id, row_group_num_rows AS rows, path_in_schema AS name, encodings, compression, num_values AS cells,
        stats_min_value AS low, stats_max_value AS high, stats_null_count AS nulls, min_is_exact AS low_is, max_is_exact AS high_is,
        stats_min, stats_max FROM parquet_metadata($file) ORDER BY ALL`,
    );
    const same = { encodings: 'PLAIN, RLE', compression: 'UNCOMPRESSED', stats_min: null, stats_max: null };
    const noBounds = { low: null, high: null, low_is: null, high_is: null };
    expect(chunks).toEqual([
      {
        ...same,
        id: '0',
        rows: '6',
        name: 'n',
        cells: '6',
        low: '-7',
        high: '9',
        nulls: '3',
        low_is: true,
        high_is: true,
      },
      {
        ...same,
        id: '0',
        rows: '6',
        name: 't',
        cells: '6',
        low: '',
        high: 'lonh',
        nulls: '1',
        low_is: true,
        high_is: false,
      },
      { ...same, id: '1', rows: '2', name: 'n', cells: '2', nulls: '0', ...noBounds },
      { ...same, id: '1', rows: '2', name: 't', cells: '2', nulls: '2', ...noBounds },
    ]);
  });

  it('are skipped by their bounds', async () => {
    const counted = (where: string) =>
      queryFile(twoGroups, 't.parquet', `SELECT count(*)::INT AS found FROM read_parquet($file) WHERE ${where}`);
    expect(await counted('n = 9')).toEqual([{ found: 1 }]);
    expect(await counted("t = 'long text'")).toEqual([{ found: 1 }]);
    expect(await counted('n = 10')).toEqual([{ found: 0 }]);
    expect(await counted('t IS NULL')).toEqual([{ found: 3 }]);
  });

  it('have their place and order in the file', () => {
    const groups = fileMetadata(twoGroups)[4] as ThriftStruct[];
    expect(groups.map((group) => group[7])).toEqual([0, 1]);
    expect(groups[0]![5]).toBe(4);
    expect(groups[1]![5]).toBe(4 + (groups[0]![6] as number));
    for (const group of groups) {
      const chunks = (group[1] as ThriftStruct[]).map((chunk) => chunk[3] as ThriftStruct);
      expect(group[2]).toBe(chunks.reduce((sum, chunk) => sum + (chunk[6] as number), 0));
      expect(group[6]).toBe(chunks.reduce((sum, chunk) => sum + (chunk[7] as number), 0));
    }
  });
});

describe('the page index', () => {
  const chunks = (fileMetadata(twoGroups)[4] as ThriftStruct[]).flatMap((group) => group[1] as ThriftStruct[]);
  const indexAt = (offset: unknown, sizeBytes: unknown) => {
    const bytes = twoGroups.subarray(offset as number, (offset as number) + (sizeBytes as number));
    const { struct, sizeBytes: length } = readThriftStruct(bytes);
    expect(length).toBe(sizeBytes);
    return struct;
  };

  it('leads to each page', () => {
    expect(chunks.map((chunk) => (indexAt(chunk[4], chunk[5])[1] as ThriftStruct[]).map((page) => page[3]))).toEqual([
      [0, 3, 5],
      [0],
      [0],
      [0],
    ]);
    for (const chunk of chunks) {
      const locations = indexAt(chunk[4], chunk[5])[1] as ThriftStruct[];
      expect(locations[0]![1]).toBe((chunk[3] as ThriftStruct)[9]);
      for (const page of locations) expect(readThriftStruct(twoGroups.subarray(page[1] as number)).struct[1]).toBe(0);
    }
  });

  it('has the bounds of the pages where they are known', () => {
    expect(indexAt(chunks[0]![6], chunks[0]![7])).toEqual({
      1: [false, true, false],
      2: [int32(-7), Buffer.of(), int32(3)],
      3: [int32(9), Buffer.of(), int32(3)],
      4: 0,
      5: [1, 2, 0],
    });
    expect(chunks.map((chunk) => chunk[6] !== undefined)).toEqual([true, true, false, true]);
  });
});
