import type { RecordBatch, Schema } from 'apache-arrow';
import { SourceError } from '../../../core/errors.ts';
import type { ColumnShape } from '../../columns/column-builder.ts';
import { landedSchema, takeBatch } from '../../columns/record-batches.ts';
import type { BatchLimits } from '../../read-limits.ts';
import type { ColumnPlan } from '../column-types.ts';
import type { TdsColumn } from '../columns/tds-column.ts';
import { CarriedRow } from './carried-row.ts';
import { keyText } from './row-key.ts';
import { gatherPieces, INCOMPLETE, NBCROW, ROW, RowScanner, TOO_LARGE } from './row-scanner.ts';

export interface PlannedColumn extends ColumnShape {
  readonly plan: ColumnPlan;
}

/** Cells noted before they are decoded: their tables stay within the processor's near caches. */
const WINDOW_CELLS = 8_192;

/**
 * Turns ROW and NBCROW tokens into record batches, whatever the borders of the chunks. First the cells of many
 * rows are found, then each column is filled in one go: a loop for each type, nothing decided or made for a single cell.
 * Only a row that a border cuts is copied.
 */
export class RowDecoder {
  readonly schema: Schema;
  readonly #columns: readonly PlannedColumn[];
  readonly #builders: readonly TdsColumn[];
  readonly #keyColumns: readonly string[];
  readonly #limits: BatchLimits;
  readonly #scanner: RowScanner;
  readonly #carried: CarriedRow;
  #scanned = 0;
  #batchRows = 0;
  #batchBytes = 0;
  #rows = 0;

  /** `keyColumns` name a row in messages. */
  constructor(columns: readonly PlannedColumn[], keyColumns: readonly string[], limits: BatchLimits) {
    const rowBytes = columns.reduce((sum, { plan }) => sum + plan.rowBytes, 0);
    // Wide tables get fewer rows a batch, so that the buffers made in advance stay within the batch's size too.
    const batchRows = Math.max(1, Math.min(limits.batchRows, Math.floor(limits.batchBytes / Math.max(1, rowBytes))));
    const windowRows = Math.max(1, Math.min(batchRows, Math.floor(WINDOW_CELLS / columns.length)));
    this.schema = landedSchema(columns);
    this.#columns = columns;
    this.#keyColumns = keyColumns;
    this.#limits = { ...limits, batchRows };
    this.#builders = columns.map((column) => column.plan.builder(column, batchRows));
    this.#scanner = new RowScanner(
      columns.map(({ plan }) => plan.layout),
      { windowRows, maxValueBytes: limits.maxValueBytes },
    );
    this.#carried = new CarriedRow(this.#scanner);
  }

  /** Whole rows decoded so far. */
  get rows(): number {
    return this.#rows;
  }

  /** True while the beginning of a row waits for its end. */
  get isInsideRow(): boolean {
    return this.#carried.isOpen;
  }

  lossyValues(): ReadonlyMap<string, number> {
    const counts = this.#columns.map(({ name }, i): [string, number] => [name, this.#builders[i]!.lossyValues]);
    return new Map(counts.filter(([, count]) => count > 0));
  }

  /**
   * Decodes the row tokens that stand in `chunk` from `from` on; of a row begun in an earlier chunk the rest is at its
   * start. Returns where the rows end; all of the chunk is taken when it ends inside a row.
   * @throws SourceError when a value cannot be landed or the bytes are no rows.
   */
  decode(chunk: Uint8Array, from: number, closed: RecordBatch[]): number {
    let at = this.isInsideRow ? this.#decodeCarried(chunk, closed) : from;
    let windowStart = at;
    while (at < chunk.length && isRow(chunk[at]!)) {
      const end = this.#scanner.scanRow(chunk, at, chunk.length, this.#scanned);
      if (end === INCOMPLETE) break;
      if (end < 0) throw this.#refused(end, chunk);
      this.#scanned += 1;
      if (this.#scanner.hasPieces) this.#fillWithPieces(chunk, windowStart, at, end, closed);
      else if (this.#windowIsFull()) this.#fill(chunk, windowStart, end, closed);
      if (this.#scanned === 0) windowStart = end;
      at = end;
    }
    this.#fill(chunk, windowStart, at, closed);
    return this.#carryRest(chunk, at);
  }

  /** Passes over row tokens without landing them. */
  skip(chunk: Uint8Array, from: number): number {
    let at = this.isInsideRow ? this.#skipCarried(chunk) : from;
    while (at < chunk.length && isRow(chunk[at]!)) {
      const end = this.#scanner.scanRow(chunk, at, chunk.length, 0);
      if (end === INCOMPLETE) break;
      if (end < 0) throw this.#refused(end, chunk);
      at = end;
    }
    return this.#carryRest(chunk, at);
  }

  /** The rows that no batch has yet. */
  takeLast(): RecordBatch | undefined {
    return this.#batchRows === 0 ? undefined : this.#closeBatch();
  }

  #windowIsFull(): boolean {
    return this.#scanned === this.#scanner.windowRows || this.#batchRows + this.#scanned === this.#limits.batchRows;
  }

  /** Decodes the window's rows, which lie in `bytes` from `start` to `end`. */
  #fill(bytes: Uint8Array, start: number, end: number, closed: RecordBatch[]): void {
    const count = this.#scanned;
    if (count === 0) return;
    const { starts, lengths, windowRows } = this.#scanner;
    const builders = this.#builders;
    for (let i = 0; i < builders.length; i++) builders[i]!.fill(bytes, starts, lengths, i * windowRows, count);
    this.#endWindow(count, end - start, closed);
  }

  #endWindow(rows: number, bytes: number, closed: RecordBatch[]): void {
    this.#scanned = 0;
    this.#rows += rows;
    this.#batchRows += rows;
    this.#batchBytes += bytes;
    if (this.#batchRows === this.#limits.batchRows || this.#batchBytes >= this.#limits.batchBytes) {
      closed.push(this.#closeBatch());
    }
  }

  /** Decodes the window up to the row from `at` to `end`, then that row alone, its values joined from their pieces. */
  #fillWithPieces(bytes: Uint8Array, start: number, at: number, end: number, closed: RecordBatch[]): void {
    const { starts, lengths, windowRows, inPieces } = this.#scanner;
    const row = this.#scanned - 1;
    this.#scanned = row;
    const cell = Int32Array.of(0);
    const joined = this.#builders.map((_, i) =>
      inPieces[i] === 1
        ? gatherPieces(bytes, starts[i * windowRows + row]!, lengths[i * windowRows + row]!)
        : undefined,
    );
    this.#fill(bytes, start, at, closed);
    this.#builders.forEach((builder, i) => {
      const value = joined[i];
      if (value === undefined) builder.fill(bytes, starts, lengths, i * windowRows + row, 1);
      else builder.fill(value, cell, Int32Array.of(value.length), 0, 1);
    });
    this.#endWindow(1, end - at, closed);
  }

  #closeBatch(): RecordBatch {
    const batch = takeBatch(this.schema, this.#builders, this.#batchRows);
    this.#batchRows = 0;
    this.#batchBytes = 0;
    return batch;
  }

  /** A row token that starts in the chunk and is still there was found incomplete. */
  #carryRest(chunk: Uint8Array, at: number): number {
    if (this.isInsideRow || at >= chunk.length || !isRow(chunk[at]!)) return at;
    this.#carried.begin(chunk.subarray(at));
    return chunk.length;
  }

  #decodeCarried(chunk: Uint8Array, closed: RecordBatch[]): number {
    const { taken, end } = this.#carried.complete(chunk);
    if (end === INCOMPLETE) return taken;
    if (end < 0) throw this.#refused(end, this.#carried.bytes);
    this.#scanned = 1;
    if (this.#scanner.hasPieces) this.#fillWithPieces(this.#carried.bytes, 0, 0, end, closed);
    else this.#fill(this.#carried.bytes, 0, end, closed);
    this.#carried.end();
    return taken;
  }

  #skipCarried(chunk: Uint8Array): number {
    const { taken, end } = this.#carried.complete(chunk);
    if (end === INCOMPLETE) return taken;
    if (end < 0) throw this.#refused(end, this.#carried.bytes);
    this.#carried.end();
    return taken;
  }

  #refused(verdict: number, bytes: Uint8Array): SourceError {
    const { culprit, culpritBytes } = this.#scanner;
    const { name, sourceType } = this.#columns[culprit]!;
    if (verdict !== TOO_LARGE) {
      return malformed(`column "${name}" (${sourceType}) states another length than its ${culpritBytes} bytes`);
    }
    const limit = this.#limits.maxValueBytes;
    return new SourceError(
      'VALUE_TOO_LARGE',
      `Column "${name}" (${sourceType}) holds a value of ${culpritBytes} bytes in ${this.#rowName(bytes)}; the limit is ` +
        `${limit} bytes a value and twice that a row.`,
      {
        retry: 'permanent',
        remedy: `Raise \`max_value_bytes\` of the source, or leave the column out with \`select: ["-${name}"]\`.`,
      },
    );
  }

  /** The row being scanned, by its key as far as that stands before the value that stopped it. */
  #rowName(bytes: Uint8Array): string {
    const { culprit, starts, lengths, windowRows } = this.#scanner;
    const row = this.#scanned;
    const places = this.#keyColumns.map((key) => this.#columns.findIndex(({ name }) => name === key));
    const number = `row ${this.#rows + row + 1}`;
    if (places.length === 0 || places.some((place) => place < 0 || place >= culprit)) return number;
    const values = places.map((place) => {
      const { plan, ...shape } = this.#columns[place]!;
      return `${shape.name} = ${keyText(plan, shape, bytes, starts, lengths, place * windowRows + row)}`;
    });
    return `${number} (${values.join(', ')})`;
  }
}

function isRow(token: number): boolean {
  return token === ROW || token === NBCROW;
}

export function malformed(found: string, cause?: unknown): SourceError {
  return new SourceError('TDS_MALFORMED', `The stream of the database is not as expected: ${found}.`, {
    retry: 'once',
    remedy: 'The stream was damaged on its way; the table is read again.',
    ...(cause === undefined ? {} : { cause }),
  });
}
