import { DataType, type Int, type Time, type Timestamp, TimeUnit } from 'apache-arrow';
import type { StoredColumn } from './file-model.ts';
import type { ThriftFields } from './thrift-writer.ts';

/** Numbers of parquet.thrift, enum FieldRepetitionType. */
const optional = 1;

/** Numbers of parquet.thrift, enum ConvertedType, which readers from before the logical types go by. */
const converted = {
  utf8: 0,
  decimal: 5,
  date: 6,
  timeMillis: 7,
  timeMicros: 8,
  timestampMillis: 9,
  timestampMicros: 10,
  uint8: 11,
  int8: 15,
} as const;

/** Field numbers of parquet.thrift, union LogicalType. */
const logical = { string: 1, decimal: 5, date: 6, time: 7, timestamp: 8, integer: 10 } as const;

type LogicalType = (fields: ThriftFields) => void;

interface Annotation {
  readonly convertedType?: number | undefined;
  readonly decimal?: { readonly scale: number; readonly precision: number };
  readonly logicalType: LogicalType;
}

/** The schema as FileMetaData.schema lists it: the root and below it the columns, all of them optional. */
export function writeSchema(metadata: ThriftFields, field: number, columns: readonly StoredColumn[]): void {
  metadata.structs(field, [undefined, ...columns], (element, column) => {
    if (column === undefined) writeRoot(element, columns.length);
    else writeColumn(element, column);
  });
}

/** parquet.thrift, SchemaElement, named as by arrow-rs. */
function writeRoot(element: ThriftFields, columns: number): void {
  element.binary(4, 'arrow_schema');
  element.i32(5, columns);
}

function writeColumn(element: ThriftFields, { name, type, physicalType, typeLength }: StoredColumn): void {
  const annotation = annotationOf(type);
  element.i32(1, physicalType);
  if (typeLength !== undefined) element.i32(2, typeLength);
  element.i32(3, optional);
  element.binary(4, name);
  if (annotation === undefined) return;
  const { convertedType, decimal, logicalType } = annotation;
  if (convertedType !== undefined) element.i32(6, convertedType);
  if (decimal !== undefined) {
    element.i32(7, decimal.scale);
    element.i32(8, decimal.precision);
  }
  element.struct(10, logicalType);
}

/** What the bytes of a column mean; undefined where the physical type tells (parquet-format, LogicalTypes.md). */
function annotationOf(type: DataType): Annotation | undefined {
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) {
    return { convertedType: converted.utf8, logicalType: (union) => union.struct(logical.string, noFields) };
  }
  if (DataType.isInt(type)) return integer(type);
  if (DataType.isDecimal(type)) return decimal(type.scale, type.precision);
  if (DataType.isDate(type)) {
    return { convertedType: converted.date, logicalType: (union) => union.struct(logical.date, noFields) };
  }
  if (DataType.isTime(type)) return time(type);
  if (DataType.isTimestamp(type)) return timestamp(type);
  return undefined;
}

function integer({ bitWidth, isSigned }: Int): Annotation | undefined {
  if (isSigned && bitWidth >= 32) return undefined;
  const smallest = isSigned ? converted.int8 : converted.uint8;
  return {
    convertedType: smallest + Math.log2(bitWidth / 8),
    logicalType: (union) =>
      union.struct(logical.integer, (fields) => {
        fields.i8(1, bitWidth);
        fields.bool(2, isSigned);
      }),
  };
}

function decimal(scale: number, precision: number): Annotation {
  return {
    convertedType: converted.decimal,
    decimal: { scale, precision },
    logicalType: (union) =>
      union.struct(logical.decimal, (fields) => {
        fields.i32(1, scale);
        fields.i32(2, precision);
      }),
  };
}

/** A time of day has no zone, as Arrow's. */
function time({ unit }: Time): Annotation {
  const convertedTypes: Partial<Record<TimeUnit, number>> = {
    [TimeUnit.MILLISECOND]: converted.timeMillis,
    [TimeUnit.MICROSECOND]: converted.timeMicros,
  };
  return { convertedType: convertedTypes[unit], logicalType: moment(logical.time, false, unit) };
}

function timestamp({ unit, timezone }: Timestamp): Annotation {
  const convertedTypes: Partial<Record<TimeUnit, number>> = {
    [TimeUnit.MILLISECOND]: converted.timestampMillis,
    [TimeUnit.MICROSECOND]: converted.timestampMicros,
  };
  return { convertedType: convertedTypes[unit], logicalType: moment(logical.timestamp, Boolean(timezone), unit) };
}

/** parquet.thrift, TimeType and TimestampType; the union TimeUnit counts from 1 at milliseconds, as Arrow's does. */
function moment(type: number, isAdjustedToUtc: boolean, unit: TimeUnit): LogicalType {
  return (union) =>
    union.struct(type, (fields) => {
      fields.bool(1, isAdjustedToUtc);
      fields.struct(2, (units) => units.struct(unit, noFields));
    });
}

function noFields(): void {}
