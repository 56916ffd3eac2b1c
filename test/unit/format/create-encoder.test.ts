import { describe, expect, it } from '@jest/globals';
import { Field, Float16, Schema } from 'apache-arrow';
import type { Compression, Format } from '../../../shared/config/config.ts';
import { createEncoder } from '../../../shared/format/create-encoder.ts';
import { batchesOf } from './arrow-columns.ts';

describe('createEncoder', () => {
  it.each<[Format, Compression, string, string]>([
    ['parquet', 'zstd', 'parquet', 'application/vnd.apache.parquet'],
    ['parquet', 'none', 'parquet', 'application/vnd.apache.parquet'],
    ['csv', 'none', 'csv', 'text/csv; charset=utf-8'],
    ['csv', 'gzip', 'csv.gz', 'text/csv; charset=utf-8'],
    ['csv', 'zstd', 'csv.zst', 'text/csv; charset=utf-8'],
    ['jsonl', 'gzip', 'jsonl.gz', 'application/x-ndjson'],
    ['jsonl', 'none', 'jsonl', 'application/x-ndjson'],
    ['json', 'zstd', 'json.zst', 'application/json'],
  ])('names %s with %s', (format, compression, extension, contentType) => {
    expect(createEncoder({ format, compression })).toMatchObject({ extension, contentType });
  });

  it.each<Format>(['csv', 'jsonl', 'json'])('refuses snappy for %s', (format) => {
    expect(() => createEncoder({ format, compression: 'snappy' })).toThrow(
      expect.objectContaining({ name: 'ConfigError', message: expect.stringContaining(format) }),
    );
  });

  it.each<Format>(['parquet', 'csv', 'jsonl', 'json'])('refuses a type at the call of encode (%s)', (format) => {
    const schema = new Schema([new Field('odd', new Float16())]);
    const encoder = createEncoder({ format, compression: 'none' });
    expect(() => encoder.encode(schema, batchesOf())).toThrow('"odd"');
  });
});
