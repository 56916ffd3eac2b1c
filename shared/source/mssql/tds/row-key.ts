import { DataType, makeVector } from 'apache-arrow';
import type { ColumnShape } from '../../columns/column-builder.ts';
import type { ColumnPlan } from '../column-types.ts';
import { keyValueText } from '../key/key-text.ts';

/** The value of one cell as a message shows it. `cell` is its place in `starts` and `lengths`. */
export function keyText(
  plan: ColumnPlan,
  shape: ColumnShape,
  bytes: Uint8Array,
  starts: Int32Array,
  lengths: Int32Array,
  cell: number,
): string {
  const column = plan.builder(shape, 1);
  column.fill(bytes, starts, lengths, cell, 1);
  const value: unknown = makeVector(column.take()).get(0);
  if (value === null) return 'null';
  const { type } = shape;
  if (DataType.isTimestamp(type) || DataType.isDate(type)) return new Date(value as number).toISOString();
  return keyValueText(value, type);
}
