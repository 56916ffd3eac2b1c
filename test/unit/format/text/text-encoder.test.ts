import { describe, expect, it } from '@jest/globals';
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  type RecordBatch,
  Schema,
  TimeMicrosecond,
  TimeSecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import { SourceError } from '../../../../shared/core/errors.ts';
import { createEncoder } from '../../../../shared/format/create-encoder.ts';
import { batchesOf, batchOf, bytesOf, type Cell, CountingSource, repeated } from '../arrow-columns.ts';

async function text(format: 'csv' | 'jsonl' | 'json', ...batches: RecordBatch[]): Promise<string> {
  const encoder = createEncoder({ format, compression: 'none' });
  return (await bytesOf(encoder.encode(batches[0]!.schema, batchesOf(...batches)))).toString();
}

const int64Max = 2n ** 63n - 1n;

const cases: [string, DataType, Cell, string, string][] = [
  ['true', new Bool(), true, 'true', 'true'],
  ['int8', new Int8(), -128, '-128', '-128'],
  ['int16', new Int16(), -32_768, '-32768', '-32768'],
  ['int32', new Int32(), -2_147_483_648, '-2147483648', '-2147483648'],
  ['int64', new Int64(), int64Max, '9223372036854775807', '9223372036854775807'],
  ['int64 minimum', new Int64(), -int64Max - 1n, '-9223372036854775808', '-9223372036854775808'],
  ['uint8', new Uint8(), 255, '255', '255'],
  ['uint16', new Uint16(), 65_535, '65535', '65535'],
  ['uint32', new Uint32(), 4_294_967_295, '4294967295', '4294967295'],
  ['uint64', new Uint64(), 2n ** 64n - 1n, '18446744073709551615', '18446744073709551615'],
  ['float32', new Float32(), 0.1, '0.1', '0.1'],
  ['float64', new Float64(), 1e-7, '1e-7', '1e-7'],
  ['negative zero', new Float64(), -0, '-0', '-0'],
  ['NaN', new Float64(), Number.NaN, 'NaN', '"NaN"'],
  ['infinity', new Float32(), Number.POSITIVE_INFINITY, 'Infinity', '"Infinity"'],
  ['negative infinity', new Float64(), Number.NEGATIVE_INFINITY, '-Infinity', '"-Infinity"'],
  ['decimal', new Decimal(4, 19, 128), -9_223_372_036_854_775_808n, '-922337203685477.5808', '-922337203685477.5808'],
  ['date', new DateDay(), 19_753, '2024-01-31', '"2024-01-31"'],
  ['date infinity', new DateDay(), 2_147_483_647, 'infinity', '"infinity"'],
  ['date -infinity', new DateDay(), -2_147_483_647, '-infinity', '"-infinity"'],
  ['time', new TimeMicrosecond(), 86_400_000_000n, '24:00:00', '"24:00:00"'],
  ['time in seconds', new TimeSecond(), 1, '00:00:01', '"00:00:01"'],
  ['timestamp s', new TimestampSecond(), 1n, '1970-01-01T00:00:01', '"1970-01-01T00:00:01"'],
  ['timestamp ms', new TimestampMillisecond(), 1n, '1970-01-01T00:00:00.001', '"1970-01-01T00:00:00.001"'],
  ['timestamp us', new TimestampMicrosecond(), -1n, '1969-12-31T23:59:59.999999', '"1969-12-31T23:59:59.999999"'],
  ['timestamp us UTC', new TimestampMicrosecond('UTC'), 0n, '1970-01-01T00:00:00Z', '"1970-01-01T00:00:00Z"'],
  ['timestamp ns', new TimestampNanosecond(), 1n, '1970-01-01T00:00:00.000000001', '"1970-01-01T00:00:00.000000001"'],
  ['timestamp infinity', new TimestampMicrosecond(), int64Max, 'infinity', '"infinity"'],
  ['timestamp -infinity', new TimestampMicrosecond('UTC'), -int64Max, '-infinity', '"-infinity"'],
  ['text', new Utf8(), 'a b', 'a b', '"a b"'],
  ['empty text', new Utf8(), '', '""', '""'],
  ['spaces', new Utf8(), ' a ', ' a ', '" a "'],
  ['delimiter', new Utf8(), 'a,b', '"a,b"', '"a,b"'],
  ['quotes', new Utf8(), '"a"', '"""a"""', String.raw`"\"a\""`],
  ['line ends', new Utf8(), 'a\r\nb', '"a\r\nb"', String.raw`"a\r\nb"`],
  ['a late quote', new Utf8(), `${'é'.repeat(100)}"`, `"${'é'.repeat(100)}"""`, `"${'é'.repeat(100)}\\""`],
  ['backslash', new Utf8(), String.raw`a\b`, String.raw`a\b`, String.raw`"a\\b"`],
  ['control characters', new Utf8(), '\u0001\t\u007f', '\u0001\t\u007f', '"\\u0001\\t\u007f"'],
  ['unicode', new Utf8(), 'żółw 🐢 \u2028', 'żółw 🐢 \u2028', '"żółw 🐢 \u2028"'],
  ['large text', new LargeUtf8(), 'x,', '"x,"', '"x,"'],
  ['binary', new Binary(), Buffer.from([0, 255, 16]), 'AP8Q', '"AP8Q"'],
  ['empty binary', new Binary(), Buffer.alloc(0), '""', '""'],
];

describe('text cells', () => {
  it.each(cases)('%s: csv and jsonl, beside NULLs', async (_name, type, cell, csv, json) => {
    const batch = batchOf({ c: { type, cells: [null, cell, cell, null] } });
    expect(await text('csv', batch)).toBe(`c\r\n\r\n${csv}\r\n${csv}\r\n\r\n`);
    expect(await text('jsonl', batch)).toBe(`{"c":null}\n{"c":${json}}\n{"c":${json}}\n{"c":null}\n`);
  });

  it.each(cases)('%s: the same from a slice of a batch', async (_name, type, cell, csv) => {
    const cells = [null, cell, cell, null, cell, null, cell, cell, cell, null, cell];
    const batch = batchOf({ c: { type, cells } }).slice(3, 10);
    const lines = cells.slice(3, 10).map((value) => `${value === null ? '' : csv}\r\n`);
    expect(await text('csv', batch)).toBe(`c\r\n${lines.join('')}`);
  });

  it('encodes a long binary piece by piece', async () => {
    const bytes = Buffer.alloc(200_001, 'landfall');
    expect(await text('csv', batchOf({ c: { type: new Binary(), cells: [bytes] } }))).toBe(
      `c\r\n${bytes.toString('base64')}\r\n`,
    );
  });

  it('escapes every control character as JSON does', async () => {
    const cell = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    const line = await text('jsonl', batchOf({ [cell]: { type: new Utf8(), cells: [cell] } }));
    expect(JSON.parse(line)).toEqual({ [cell]: cell });
  });
});

describe('layouts', () => {
  const batch = batchOf({ a: { type: new Int32(), cells: [1, 2] }, 'b,"': { type: new Utf8(), cells: ['x', null] } });
  const empty = batch.slice(0, 0);

  it('writes a csv header and CRLF', async () => {
    expect(await text('csv', batch, empty, batch)).toBe('a,"b,"""\r\n1,x\r\n2,\r\n1,x\r\n2,\r\n');
  });

  it('writes one JSON object a line', async () => {
    expect(await text('jsonl', empty, batch)).toBe('{"a":1,"b,\\"":"x"}\n{"a":2,"b,\\"":null}\n');
  });

  it('writes one document with commas between all rows, whatever the batches', async () => {
    const document = await text('json', empty, batch, empty, batch);
    expect(document).toBe(
      '{"Result": [\n{"a":1,"b,\\"":"x"},\n{"a":2,"b,\\"":null},\n{"a":1,"b,\\"":"x"},\n{"a":2,"b,\\"":null}\n]}',
    );
    expect(JSON.parse(document).Result).toHaveLength(4);
  });

  it.each([
    ['csv', 'a,"b,"""\r\n'],
    ['jsonl', ''],
    ['json', '{"Result": []}'],
  ] as const)('writes %s without rows', async (format, expected) => {
    const encoder = createEncoder({ format, compression: 'none' });
    expect((await bytesOf(encoder.encode(batch.schema, batchesOf()))).toString()).toBe(expected);
    expect(await text(format, empty)).toBe(expected);
  });
});

describe('text streams', () => {
  const wide = batchOf({ c: { type: new Utf8(), cells: Array.from({ length: 1000 }, () => 'x'.repeat(10_000)) } });
  const schema = new Schema([new Field('c', new Utf8(), true)]);

  it('gives a large batch away in chunks of about 1 MiB', async () => {
    const sizes: number[] = [];
    const encoder = createEncoder({ format: 'csv', compression: 'none' });
    for await (const chunk of encoder.encode(schema, batchesOf(wide))) sizes.push(chunk.byteLength);
    expect(sizes.length).toBe(10);
    expect(Math.max(...sizes)).toBeLessThan(1024 * 1024 + 10_010);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(1000 * 10_002 + 3);
  });

  it('gives smaller chunks away for small files, so that what is in flight is one of their pieces', async () => {
    const sizes: number[] = [];
    const encoder = createEncoder({ format: 'csv', compression: 'none', chunkBytes: 90_000 });
    for await (const chunk of encoder.encode(schema, batchesOf(wide))) sizes.push(chunk.byteLength);
    expect(Math.max(...sizes)).toBeLessThan(30_000 + 10_010);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(1000 * 10_002 + 3);
  });

  it('puts no comma before the first row when what comes before fills a chunk', async () => {
    const encoder = createEncoder({ format: 'json', compression: 'none', chunkBytes: 1 });
    const small = batchOf({ c: { type: new Int32(), cells: [1, 2] } });
    const document = (await bytesOf(encoder.encode(small.schema, batchesOf(small)))).toString();
    expect(JSON.parse(document)).toEqual({ Result: [{ c: 1 }, { c: 2 }] });
  });

  it.each(['none', 'gzip', 'zstd'] as const)('takes no batch ahead of its reader (%s)', async (compression) => {
    const source = new CountingSource(repeated(wide, 1000));
    const encoder = createEncoder({ format: 'jsonl', compression });
    const chunks = encoder.encode(schema, source)[Symbol.asyncIterator]();
    expect(source.pulled).toBe(0);
    await chunks.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(source.pulled).toBeLessThanOrEqual(2);
    await chunks.return?.();
    expect(source.returned).toBe(1);
  });

  it.each(['none', 'gzip', 'zstd'] as const)('passes the error of the source unchanged (%s)', async (compression) => {
    const failure = new SourceError('CONNECTION_LOST', 'The server went away.');
    async function* failing() {
      yield wide;
      throw failure;
    }
    const encoder = createEncoder({ format: 'json', compression });
    await expect(bytesOf(encoder.encode(schema, failing()))).rejects.toBe(failure);
  });
});
