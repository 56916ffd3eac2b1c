import { DataType, type Schema, TimeUnit } from 'apache-arrow';
import { requireParquetTypes } from '../column-types.ts';
import { PhysicalType, type StoredColumn } from './file-model.ts';

interface Storage {
  readonly physicalType: PhysicalType;
  readonly typeLength: number | undefined;
}

/**
 * How the columns of a table are stored. The physical types are those of arrow-rs, so that files of all ages read as one
 * table; only a decimal of one digit has four bytes here and eight there.
 * @throws ConsistencyError (permanent) that names the first column which Parquet cannot hold.
 */
export function storedColumns(schema: Schema): readonly StoredColumn[] {
  requireParquetTypes(schema);
  return schema.fields.map(({ name, type }) => ({ name, type, ...storageOf(type as DataType) }));
}

function storageOf(type: DataType): Storage {
  if (DataType.isDecimal(type)) return decimalStorage(type.precision);
  return { physicalType: physicalType(type), typeLength: undefined };
}

function physicalType(type: DataType): PhysicalType {
  if (DataType.isBool(type)) return PhysicalType.boolean;
  if (DataType.isInt(type)) return type.bitWidth === 64 ? PhysicalType.int64 : PhysicalType.int32;
  if (DataType.isFloat(type)) return type.ArrayType === Float32Array ? PhysicalType.float : PhysicalType.double;
  if (DataType.isDate(type)) return PhysicalType.int32;
  if (DataType.isTime(type)) return type.unit === TimeUnit.MILLISECOND ? PhysicalType.int32 : PhysicalType.int64;
  if (DataType.isTimestamp(type)) return PhysicalType.int64;
  return PhysicalType.byteArray;
}

/** parquet-format, LogicalTypes.md, "DECIMAL": the digits that 4 and 8 bytes hold, and the fewest bytes for more. */
function decimalStorage(precision: number): Storage {
  if (precision <= 9) return { physicalType: PhysicalType.int32, typeLength: undefined };
  if (precision <= 18) return { physicalType: PhysicalType.int64, typeLength: undefined };
  const bits = precision * Math.log2(10) + 1;
  return { physicalType: PhysicalType.fixedLenByteArray, typeLength: Math.ceil(bits / 8) };
}
