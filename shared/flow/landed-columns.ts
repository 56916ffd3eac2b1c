import type { Schema } from 'apache-arrow';
import type { LandedColumn } from '../core/records.ts';
import { SOURCE_TYPE_KEY } from '../source/columns/record-batches.ts';

/** A schema as the ledger keeps it. */
export function landedColumns(schema: Schema): LandedColumn[] {
  return schema.fields.map((field) => ({
    name: field.name,
    source_type: field.metadata.get(SOURCE_TYPE_KEY) ?? '',
    landed_type: String(field.type),
  }));
}
