import type { DataType } from 'apache-arrow';
import { SourceError } from '../../../core/errors.ts';
import type { ColumnShape } from '../../columns/column-builder.ts';
import type { TdsColumn } from './tds-column.ts';

/** How the values of one type are landed. */
export interface Mapping {
  readonly type: DataType;
  /** As T-SQL writes it: nvarchar(50), decimal(12,2). */
  readonly sourceType: string;
  /** Bytes a row surely takes in Arrow's buffers, for sizing batches. */
  readonly rowBytes: number;
  readonly builder: (shape: ColumnShape, capacity: number) => TdsColumn;
}

type ColumnClass = new (shape: ColumnShape, capacity: number) => TdsColumn;

export function mapping(type: DataType, sourceType: string, rowBytes: number, Column: ColumnClass): Mapping {
  return { type, sourceType, rowBytes, builder: (shape, capacity) => new Column(shape, capacity) };
}

/** For a description of a column (COLMETADATA) that no server sends. */
export function malformedColumn(name: string, found: string): SourceError {
  return new SourceError(
    'TDS_MALFORMED',
    `Column "${name}" is described as ${found}, which SQL Server does not have.`,
    {
      retry: 'once',
      remedy: 'The answer of the server is damaged; run the table again.',
    },
  );
}
