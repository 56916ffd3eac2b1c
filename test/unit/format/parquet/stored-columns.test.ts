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
  List,
  Schema,
  TimeMicrosecond,
  TimeMillisecond,
  TimeNanosecond,
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
import { PhysicalType } from '../../../../shared/format/parquet/file-model.ts';
import { storedColumns } from '../../../../shared/format/parquet/stored-columns.ts';

const { boolean, int32, int64, float, double, byteArray } = PhysicalType;

function stored(...types: DataType[]) {
  return storedColumns(new Schema(types.map((type, index) => new Field(`column ${index}`, type, true))));
}

describe('storedColumns', () => {
  it.each([
    [new Bool(), boolean],
    [new Int8(), int32],
    [new Int16(), int32],
    [new Int32(), int32],
    [new Int64(), int64],
    [new Uint8(), int32],
    [new Uint16(), int32],
    [new Uint32(), int32],
    [new Uint64(), int64],
    [new Float32(), float],
    [new Float64(), double],
    [new DateDay(), int32],
    [new TimeMillisecond(), int32],
    [new TimeMicrosecond(), int64],
    [new TimeNanosecond(), int64],
    [new TimestampMillisecond(), int64],
    [new TimestampMicrosecond('UTC'), int64],
    [new TimestampNanosecond(), int64],
    [new Utf8(), byteArray],
    [new LargeUtf8(), byteArray],
    [new Binary(), byteArray],
  ])('stores %s as physical type %i', (type, physicalType) => {
    expect(stored(type)).toEqual([{ name: 'column 0', type, physicalType, typeLength: undefined }]);
  });

  it.each([
    [1, int32, undefined],
    [9, int32, undefined],
    [10, int64, undefined],
    [18, int64, undefined],
  ])('stores decimals of %i digits as integers', (precision, physicalType, typeLength) => {
    expect(stored(new Decimal(0, precision, 128))).toMatchObject([{ physicalType, typeLength }]);
  });

  it('stores longer decimals in the fewest bytes that hold all their digits', () => {
    for (let precision = 19; precision <= 38; precision++) {
      const [column] = stored(new Decimal(2, precision, 128));
      expect(column!.physicalType).toBe(PhysicalType.fixedLenByteArray);
      const greatest = 10n ** BigInt(precision) - 1n;
      const bits = BigInt(column!.typeLength! * 8 - 1);
      expect([precision, greatest < 2n ** bits, greatest < 2n ** (bits - 8n)]).toEqual([precision, true, false]);
    }
  });

  it('keeps the columns in their order, also those of one name', () => {
    const schema = new Schema([new Field('a', new Utf8()), new Field('b', new Bool()), new Field('a', new Int32())]);
    expect(storedColumns(schema).map(({ name, physicalType }) => [name, physicalType])).toEqual([
      ['a', byteArray],
      ['b', boolean],
      ['a', int32],
    ]);
  });

  it('refuses what Parquet cannot hold', () => {
    const refused = expect.objectContaining({ code: 'FORMAT_TYPE_UNSUPPORTED', retry: 'permanent' });
    expect(() => stored(new Int32(), new List(new Field('item', new Int32())))).toThrow(refused);
    expect(() => stored(new TimestampSecond())).toThrow(refused);
  });
});
