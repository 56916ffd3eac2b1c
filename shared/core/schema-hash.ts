import { createHash } from 'node:crypto';
import type { LandedColumn } from './records.ts';

/** Short fingerprint of column names, source types and landed types, in order. */
export function schemaHash(columns: readonly LandedColumn[]): string {
  const canonical = JSON.stringify(columns.map((column) => [column.name, column.source_type, column.landed_type]));
  return createHash('sha256').update(canonical).digest('hex').slice(0, 16);
}
