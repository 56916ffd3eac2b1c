import { describe, expect, it } from '@jest/globals';
import { createEncoder } from '../../../shared/format/create-encoder.ts';
import { batchesOf, batchOf, bytesOf } from '../../unit/format/arrow-columns.ts';
import { queryFile } from './duckdb.ts';
import { binaryColumn, binaryHex, everyType } from './every-type.ts';

const names = Object.keys(everyType);
const batch = batchOf({ ...everyType, bytes: binaryColumn });
const asText = names.map((name) => `${name}::VARCHAR AS ${name}`).join(', ');

describe('Parquet read by DuckDB', () => {
  it.each(['zstd', 'snappy', 'gzip', 'none'] as const)('has every value of every type (%s)', async (compression) => {
    const encoder = createEncoder({ format: 'parquet', compression });
    const bytes = await bytesOf(encoder.encode(batch.schema, batchesOf(batch)));
    const rows = await queryFile(
      bytes,
      't.parquet',
      `SET TimeZone = 'UTC'; SELECT ${asText}, hex(bytes) AS bytes FROM read_parquet($file)`,
    );
    for (const name of names) expect([name, rows.map((row) => row[name])]).toEqual([name, everyType[name]!.shown]);
    expect(rows.map((row) => row.bytes)).toEqual(binaryHex);
  });

  it('has the types that the columns have, with and without rows', async () => {
    const encoder = createEncoder({ format: 'parquet', compression: 'zstd' });
    for (const batches of [batchesOf(batch), batchesOf()]) {
      const bytes = await bytesOf(encoder.encode(batch.schema, batches));
      const columns = await queryFile(bytes, 't.parquet', 'DESCRIBE SELECT * FROM read_parquet($file)');
      const types = columns.map((column) =>
        String(column.column_type).replace('TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ'),
      );
      expect(types).toEqual([...names.map((name) => everyType[name]!.duckType), 'BLOB']);
    }
  });

  it('is compressed and has statistics for every column but binaries of any length', async () => {
    const encoder = createEncoder({ format: 'parquet', compression: 'zstd' });
    const bytes = await bytesOf(encoder.encode(batch.schema, batchesOf(batch, batch)));
    const chunks = await queryFile(
      bytes,
      't.parquet',
      'SELECT path_in_schema AS name, compression, stats_null_count AS nulls, stats_min_value AS low, stats_max_value AS high FROM parquet_metadata($file)',
    );
    expect(new Set(chunks.map(({ compression }) => compression))).toEqual(new Set(['ZSTD']));
    const whole = chunks.find(({ name }) => name === 'whole');
    expect(whole).toMatchObject({ nulls: '2', low: '-2147483648', high: '2147483647' });
    expect(chunks.find(({ name }) => name === 'price')).toMatchObject({ low: '-12345678901234.5678', high: '0.0001' });
  });
});
