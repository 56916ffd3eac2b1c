import { describe, expect, it } from '@jest/globals';
import { createEncoder } from '../../../shared/format/create-encoder.ts';
import { batchesOf, batchOf, bytesOf } from '../../unit/format/arrow-columns.ts';
import { queryFile } from './duckdb.ts';
import { binaryColumn, binaryHex, everyType } from './every-type.ts';

const names = Object.keys(everyType);
const batch = batchOf({ ...everyType, bytes: binaryColumn });
const asText = names.map((name) => `${name}::VARCHAR AS ${name}`).join(', ');
const types = `{${[...names.map((name) => `${name}: '${everyType[name]!.duckType}'`), "bytes: 'VARCHAR'"].join(', ')}}`;
const select = `SET TimeZone = 'UTC'; SELECT ${asText}, hex(from_base64(bytes)) AS bytes`;

const csv = `read_csv($file, header = true, delim = ',', quote = '"', escape = '"', new_line = '\\r\\n', auto_detect = false, allow_quoted_nulls = false, columns = ${types})`;
const typesInJson = types.replaceAll(/'DECIMAL[^']*'/g, "'DOUBLE'");
const jsonl = `read_json($file, format = 'newline_delimited', columns = ${typesInJson})`;
const json = `(SELECT unnest(Result, recursive := true) FROM read_json($file, maximum_object_size = 1000000, columns = {Result: 'STRUCT(${[...names.map((name) => `${name} ${everyType[name]!.duckType.replace(/DECIMAL.*/, 'DOUBLE')}`), 'bytes VARCHAR'].join(', ')})[]'}))`;

// DuckDB reads fractions in JSON as doubles, which these have too many digits for.
const roundedInJson = ['price', 'exact'];

describe.each([
  ['csv', csv, names],
  ['jsonl', jsonl, names.filter((name) => !roundedInJson.includes(name))],
  ['json', json, names.filter((name) => !roundedInJson.includes(name))],
] as const)('%s read by DuckDB', (format, from, compared) => {
  it.each(['none', 'gzip', 'zstd'] as const)('has every value of every type (%s)', async (compression) => {
    const encoder = createEncoder({ format, compression });
    const bytes = await bytesOf(encoder.encode(batch.schema, batchesOf(batch)));
    const rows = await queryFile(bytes, `t.${encoder.extension}`, `${select} FROM ${from}`);
    for (const name of compared) expect([name, rows.map((row) => row[name])]).toEqual([name, everyType[name]!.shown]);
    expect(rows.map((row) => row.bytes)).toEqual(binaryHex);
  });

  it('has no rows when there are none', async () => {
    const encoder = createEncoder({ format, compression: 'none' });
    const bytes = await bytesOf(encoder.encode(batch.schema, batchesOf()));
    expect(await queryFile(bytes, `t.${format}`, `SELECT count(*)::INTEGER AS rows FROM ${from}`)).toEqual([
      { rows: 0 },
    ]);
  });
});
