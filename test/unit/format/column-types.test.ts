import { describe, expect, it } from '@jest/globals';
import {
  type DataType,
  DateMillisecond,
  Decimal,
  DurationMicrosecond,
  Field,
  Float16,
  Int32,
  List,
  Schema,
  TimeSecond,
  TimestampSecond,
  Utf8,
} from 'apache-arrow';
import { requireParquetTypes, requireTextTypes } from '../../../shared/format/column-types.ts';

function schemaOf(type: DataType): Schema {
  return new Schema([new Field('id', new Int32()), new Field('odd one', type)]);
}

describe('column types', () => {
  it.each([
    ['List<Int32>', new List(new Field('item', new Int32()))],
    ['Date64<MILLISECOND>', new DateMillisecond()],
    ['Float16', new Float16()],
    ['Decimal', new Decimal(2, 50, 256)],
    ['Duration<MICROSECOND>', new DurationMicrosecond()],
  ])('refuses %s and names column and type', (name, type) => {
    for (const check of [requireTextTypes, requireParquetTypes]) {
      expect(() => check(schemaOf(type))).toThrow(
        expect.objectContaining({
          name: 'ConsistencyError',
          code: 'FORMAT_TYPE_UNSUPPORTED',
          retry: 'permanent',
          message: expect.stringContaining('"odd one"'),
        }),
      );
      expect(() => check(schemaOf(type))).toThrow(name);
    }
  });

  it.each([new TimestampSecond(), new TimeSecond()])('refuses %s in Parquet alone', (type) => {
    expect(() => requireParquetTypes(schemaOf(type))).toThrow('odd one');
    expect(() => requireTextTypes(schemaOf(type))).not.toThrow();
  });

  it('refuses a table without columns', () => {
    expect(() => requireTextTypes(new Schema([]))).toThrow(expect.objectContaining({ code: 'FORMAT_NO_COLUMNS' }));
  });

  it('accepts texts', () => {
    expect(() => requireParquetTypes(schemaOf(new Utf8()))).not.toThrow();
  });
});
