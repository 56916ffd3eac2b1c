import { DataType, type Field, type Schema, TimeUnit } from 'apache-arrow';
import { ConsistencyError } from '../core/errors.ts';

/** @throws ConsistencyError (permanent) that names the first column which the text formats cannot print. */
export function requireTextTypes(schema: Schema): void {
  requireTypes(schema, isSupported);
}

/**
 * @throws ConsistencyError (permanent) that names the first column which would not land as it is: Parquet has no unit
 * of seconds, and its writer would land bare integers (parquet-format, LogicalTypes.md).
 */
export function requireParquetTypes(schema: Schema): void {
  requireTypes(schema, (type) => isSupported(type) && !isInSeconds(type));
}

function requireTypes(schema: Schema, accepted: (type: DataType) => boolean): void {
  if (schema.fields.length === 0) {
    throw new ConsistencyError(
      'FORMAT_NO_COLUMNS',
      'The table has no columns; at least one is needed to write a file.',
      {
        retry: 'permanent',
        remedy: 'Leave the table out, or give it a column.',
      },
    );
  }
  const refused = schema.fields.find((field) => !accepted(field.type as DataType));
  if (refused !== undefined) throw unsupported(refused);
}

function unsupported(field: Field): ConsistencyError {
  return new ConsistencyError(
    'FORMAT_TYPE_UNSUPPORTED',
    `Column "${field.name}" has the Arrow type ${String(field.type)}, which this format cannot write.`,
    { retry: 'permanent', remedy: 'Leave the column out with `select`, or cast it in a custom `sql`.' },
  );
}

function isSupported(type: DataType): boolean {
  return (
    DataType.isBool(type) ||
    DataType.isInt(type) ||
    (DataType.isFloat(type) && type.precision > 0) ||
    (DataType.isDecimal(type) && type.bitWidth === 128) ||
    (DataType.isDate(type) && type.unit === 0) ||
    DataType.isTime(type) ||
    DataType.isTimestamp(type) ||
    DataType.isUtf8(type) ||
    DataType.isLargeUtf8(type) ||
    DataType.isBinary(type)
  );
}

function isInSeconds(type: DataType): boolean {
  return (DataType.isTimestamp(type) || DataType.isTime(type)) && type.unit === TimeUnit.SECOND;
}
