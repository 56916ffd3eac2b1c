import type { WireColumn, WireValue } from '../../tds/wire-types.ts';
import type { TdsPiece } from '../request.ts';
import { AnswerWriter } from './answer-writer.ts';
import type { SqlServerError } from './sql-error.ts';
import { type Stored, toText } from './stored-values.ts';

/** Keeps the last result instead of writing it. */
export class RowCollector extends AnswerWriter {
  lastColumns: readonly WireColumn[] = [];
  lastRows: WireValue[][] = [];
  readonly errors: SqlServerError[] = [];

  constructor() {
    super(false, 1);
  }

  override *columns(columns: readonly WireColumn[]): Generator<TdsPiece> {
    this.lastColumns = columns;
    this.lastRows = [];
    yield* [];
  }

  override *rows(columns: readonly WireColumn[], rows: Iterable<readonly Stored[]>): Generator<TdsPiece, number> {
    for (const row of rows) this.lastRows.push(row.map((value, i) => toText(columns[i]!.type, value)));
    yield* [];
    return this.lastRows.length;
  }

  override *error(thrown: SqlServerError): Generator<TdsPiece> {
    this.errors.push(thrown);
    yield* [];
  }
}
