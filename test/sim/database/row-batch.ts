import { type DataType, Field, Int64, type RecordBatch, Schema, Utf8 } from 'apache-arrow';
import { SOURCE_TYPE_KEY } from '../../../shared/source/columns/record-batches.ts';
import { batchFrom, type Cell, columnData } from '../../unit/format/arrow-columns.ts';
import type { Row, Shape, TableHistory } from './table-history.ts';

interface ColumnPlan {
  readonly field: Field;
  readonly cellOf: (row: Row) => Cell;
}

/** The columns that a table has in one shape, as Arrow. */
export class RowColumns {
  readonly schema: Schema;
  readonly #columns: readonly ColumnPlan[];

  constructor(table: TableHistory, shape: Shape) {
    this.#columns = [...keyColumns(table), ...shape.columns.map((name) => plainColumn(name, shape))];
    this.schema = new Schema(this.#columns.map(({ field }) => field));
  }

  batchOf(rows: readonly Row[]): RecordBatch {
    const children = this.#columns.map(({ field, cellOf }) => columnData(field.type as DataType, rows.map(cellOf)));
    return batchFrom(this.schema, children);
  }

  /** The row's cells as texts, null for NULL: what a reader of the landed file must find. */
  textsOf(row: Row): (string | null)[] {
    return this.#columns.map(({ cellOf }) => {
      const cell = cellOf(row);
      return cell === null ? null : String(cell);
    });
  }
}

function keyColumns(table: TableHistory): ColumnPlan[] {
  return table.collations.map((collation, index) => {
    const name = table.keyColumns[index]!;
    if (collation === 'numeric') {
      return { field: field(name, new Int64(), 'bigint'), cellOf: (row) => BigInt(row.key[index]!) };
    }
    return { field: field(name, new Utf8(), 'varchar(20)'), cellOf: (row) => row.key[index]! };
  });
}

function plainColumn(name: Shape['columns'][number], { stampType }: Shape): ColumnPlan {
  switch (name) {
    case 'note':
      return { field: field(name, new Utf8(), 'text'), cellOf: (row) => row.note };
    case 'extra':
      return { field: field(name, new Utf8(), 'text'), cellOf: (row) => `extra ${row.stamp}` };
    case 'stamp':
      return stampType === 'bigint'
        ? { field: field(name, new Int64(), 'bigint'), cellOf: (row) => BigInt(row.stamp) }
        : { field: field(name, new Utf8(), 'text'), cellOf: (row) => String(row.stamp) };
  }
}

function field(name: string, type: DataType, sourceType: string): Field {
  return new Field(name, type, true, new Map([[SOURCE_TYPE_KEY, sourceType]]));
}
