import { Field, makeData, RecordBatch, Schema, Struct } from 'apache-arrow';
import type { ColumnBuilder, ColumnShape } from './column-builder.ts';

/** Field metadata that keeps the column's type as the database writes it. */
export const SOURCE_TYPE_KEY = 'landfall.source_type';

/** Every column may be null: what a database declares does not hold for the result of a query. */
export function landedSchema(columns: readonly ColumnShape[]): Schema {
  return new Schema(
    columns.map(({ name, type, sourceType }) => new Field(name, type, true, new Map([[SOURCE_TYPE_KEY, sourceType]]))),
  );
}

/** The rows that the columns hold, as one batch; the columns start anew. */
export function takeBatch(schema: Schema, columns: readonly ColumnBuilder[], rows: number): RecordBatch {
  const children = columns.map((column) => column.take());
  const data = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children });
  return new RecordBatch(schema, data);
}
