import type { RecordBatch } from 'apache-arrow';
import type { ColumnMetadata } from 'tedious/lib/token/colmetadata-token-parser.js';
import type { Token } from 'tedious/lib/token/token.js';
import { distinctNames } from '../../../../../shared/source/column-names.ts';
import { planColumn } from '../../../../../shared/source/mssql/column-types.ts';
import { ResponseReader } from '../../../../../shared/source/mssql/tds/response-reader.ts';
import { RowDecoder } from '../../../../../shared/source/mssql/tds/row-decoder.ts';
import type { BatchLimits } from '../../../../../shared/source/read-limits.ts';

export const LIMITS: BatchLimits = { batchRows: 8_192, batchBytes: 4 * 1024 * 1024, maxValueBytes: 1024 * 1024 };

const OPTIONS = {
  useUTC: true,
  lowerCaseGuids: false,
  tdsVersion: '7_4',
  useColumnNames: false,
  columnNameReplacer: undefined,
  camelCaseColumns: false,
};

export function planRows(
  columns: readonly ColumnMetadata[],
  limits: Partial<BatchLimits> = {},
  keyColumns: readonly string[] = [],
): RowDecoder {
  const names = distinctNames(columns.map(({ colName }) => colName));
  const planned = columns.map((metadata, i) => {
    const plan = planColumn(metadata, names[i]!, 'micros');
    return { name: names[i]!, type: plan.type, sourceType: plan.sourceType, plan };
  });
  return new RowDecoder(planned, keyColumns, { ...LIMITS, ...limits });
}

export interface Reading {
  readonly reader: ResponseReader;
  readonly tokens: Token[];
}

/** A reader as the source makes it; `tokens` is what the driver gets. */
export function reading(limits: Partial<BatchLimits> = {}, keyColumns: readonly string[] = []): Reading {
  const tokens: Token[] = [];
  const reader = new ResponseReader(
    OPTIONS,
    (token) => tokens.push(token),
    (columns) => planRows(columns, limits, keyColumns),
  );
  return { reader, tokens };
}

/** All batches of a response given in pieces. */
export function batchesOf(reader: ResponseReader, chunks: Iterable<Uint8Array>): RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (const chunk of chunks) batches.push(...reader.push(Buffer.from(chunk)));
  const last = reader.finish();
  return last === undefined ? batches : [...batches, last];
}

/** Every row as JavaScript values, for tests of the rows' way rather than of their types. */
export function rowsOf(batches: readonly RecordBatch[]): unknown[][] {
  return batches.flatMap((batch) => batch.toArray().map((row) => [...row.toArray()] as unknown[]));
}
