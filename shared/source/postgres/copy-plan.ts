import { type Schema, Utf8 } from 'apache-arrow';
import type { KeyRange } from '../../core/key.ts';
import { landedSchema } from '../columns/record-batches.ts';
import type { BatchLimits } from '../read-limits.ts';
import { KEY_TEXT, landsAsKeyText } from './column-types.ts';
import { CopyDecoder } from './copy-decoder.ts';
import { KeyCells } from './key-cells.ts';
import type { KeyColumn } from './key-columns.ts';
import { rangeCondition } from './key-range.ts';
import type { PostgresLimits } from './options.ts';
import { columnReference, rowsQuery } from './query-text.ts';
import type { PlannedColumn, ReadPlan } from './read-plan.ts';

/** One COPY: what is sent, and how what comes is decoded. */
export interface CopyPlan {
  readonly schema: Schema;
  readonly primaryKey: readonly string[];
  readonly key: readonly string[];
  /** The query that is copied. */
  readonly rowsSql: string;
  readonly decoder: CopyDecoder;
  readonly keyCells: KeyCells;
  readonly stallTimeoutMs: number;
}

export function copyPlan(plan: ReadPlan, range: KeyRange, limits: PostgresLimits): CopyPlan {
  const { base, columnCount, columns, key, primaryKey, schema } = plan;
  const places = key.map((column) => landedPlace(column, columns));
  const hidden = key.filter((_, i) => places[i] === -1).map(hiddenColumn);
  const read = [...columns, ...hidden];
  const decoded = hidden.length === 0 ? schema : landedSchema(read);
  let nextHidden = columns.length;
  const cells = places.map((place) => (place === -1 ? nextHidden++ : place));
  const selected = read.map(({ position, mapping }) => ({ position, select: mapping.select }));
  const condition = [rangeCondition(key, range), plan.condition].filter((part) => part !== '').join(' AND ');
  const orderBy = key.map((column) => columnReference(column.position)).join(', ');
  return {
    schema,
    primaryKey,
    key: key.map((column) => column.name),
    rowsSql: rowsQuery(base, columnCount, selected, { condition, orderBy }),
    decoder: decoderOf(decoded, read, limits),
    keyCells: new KeyCells(schema, decoded, cells),
    stallTimeoutMs: limits.stallTimeoutMs,
  };
}

/** Place of the landed column that tells the key's text; -1 when the text must come from the server. */
function landedPlace(column: KeyColumn, columns: readonly PlannedColumn[]): number {
  if (!landsAsKeyText(column.typeOid)) return -1;
  return columns.findIndex((landed) => landed.position === column.position);
}

function hiddenColumn({ name, position, type }: KeyColumn): PlannedColumn {
  return { name, position, type: new Utf8(), sourceType: type, mapping: KEY_TEXT };
}

/** Wide tables get fewer rows a batch, so that the buffers made in advance stay within the batch's size too. */
function decoderOf(schema: Schema, columns: readonly PlannedColumn[], limits: BatchLimits): CopyDecoder {
  const { batchRows, batchBytes, maxValueBytes } = limits;
  const rowBytes = columns.reduce((sum, column) => sum + column.mapping.rowBytes, 0);
  const capacity = Math.max(1, Math.min(batchRows, Math.floor(batchBytes / rowBytes)));
  const builders = columns.map((column) => column.mapping.builder(column, capacity));
  return new CopyDecoder(schema, builders, { batchRows: capacity, batchBytes, maxValueBytes });
}
