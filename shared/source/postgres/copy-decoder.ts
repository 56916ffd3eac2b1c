import type { RecordBatch, Schema } from 'apache-arrow';
import type { SourceError } from '../../core/errors.ts';
import { NULL_LENGTH } from '../columns/cell-column.ts';
import { takeBatch } from '../columns/record-batches.ts';
import type { BatchLimits } from '../read-limits.ts';
import type { CopyColumn } from './columns/copy-column.ts';
import { int32At } from './columns/fixed-width.ts';
import { malformed, refusedLength, truncated } from './copy-errors.ts';
import { CopyScanner, NO_ROW } from './copy-scanner.ts';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
/** Signature, flags, length of the header's extension. */
const HEADER_BYTES = SIGNATURE.length + 8;
const CRITICAL_FLAGS = 0xffff0000;
const MAX_EXTENSION_BYTES = 64 * 1024;
const SCRATCH_BYTES = 64 * 1024;

const BETWEEN_ROWS = -1;
const LENGTH_UNKNOWN = -1;

type Stage = 'header' | 'extension' | 'rows' | 'ended';

/**
 * Turns the bytes of `COPY … TO STDOUT (FORMAT binary)` into record batches, whatever the borders of the pieces.
 * A state machine without any input or output of its own. Of whole rows the fields are found first, then each column is
 * filled from many rows in one go. A row that a border cuts goes field by field, and a field that a border cuts is
 * carried over: never more than one value is held twice.
 * Format: PostgreSQL's documentation of COPY, "Binary Format".
 */
export class CopyDecoder {
  readonly #schema: Schema;
  readonly #columns: readonly CopyColumn[];
  readonly #limits: BatchLimits;
  readonly #scanner: CopyScanner;
  /** Rows found in the bytes at hand whose fields no column has yet. */
  #found = 0;
  #stage: Stage = 'header';
  #column = BETWEEN_ROWS;
  #valueBytes = LENGTH_UNKNOWN;
  #extensionBytes = 0;
  // A Buffer as the pieces are, so that the loops meet one kind of bytes.
  readonly #scratch = Buffer.alloc(SCRATCH_BYTES);
  #carry = this.#scratch;
  #carried = 0;
  #needed = 0;
  readonly #start = new Int32Array(1);
  readonly #length = new Int32Array(1);
  #batchRows = 0;
  #batchBytes = 0;
  #rows = 0;

  constructor(schema: Schema, columns: readonly CopyColumn[], limits: BatchLimits) {
    this.#schema = schema;
    this.#columns = columns;
    this.#limits = limits;
    this.#scanner = new CopyScanner(columns.length, limits.batchRows, limits.maxValueBytes);
  }

  /** Whole rows decoded so far. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Takes `bytes` from `from` to `to`, and adds the batches they filled to `closed`. The bytes must stay as they are until
   * `flush`, which is to be called before others are taken.
   * @throws SourceError when the bytes are not what COPY sends, or a value cannot be landed.
   */
  take(bytes: Buffer, from: number, to: number, closed: RecordBatch[]): void {
    let at = from;
    while (at < to) {
      if (this.#column === BETWEEN_ROWS && this.#needed === 0 && this.#stage === 'rows') {
        at = this.#takeRows(bytes, at, to, closed);
        if (at === to) return;
      }
      at = this.#takePiece(bytes, at, to, closed);
    }
  }

  /** Gives the columns what was found in the bytes taken, which are not needed any more. */
  flush(closed: RecordBatch[]): void {
    const count = this.#found;
    if (count === 0) return;
    const { bytes, starts, lengths, windowRows } = this.#scanner;
    const columns = this.#columns;
    for (let i = 0; i < columns.length; i++) columns[i]!.fill(bytes, starts, lengths, i * windowRows, count);
    this.#found = 0;
    this.#endRows(count, closed);
  }

  /**
   * The last batch, if a row is left.
   * @throws SourceError when the stream ended before its trailer.
   */
  finish(): RecordBatch | undefined {
    if (this.#stage !== 'ended') throw truncated(this.#rows);
    return this.#batchRows === 0 ? undefined : this.#closeBatch();
  }

  /** Finds whole rows; gives where they end. */
  #takeRows(bytes: Buffer, from: number, to: number, closed: RecordBatch[]): number {
    const scanner = this.#scanner;
    scanner.lookInto(bytes);
    let at = from;
    while (at < to) {
      const end = scanner.scanRow(at, to, this.#found);
      if (end === NO_ROW) break;
      this.#found += 1;
      this.#batchBytes += end - at;
      at = end;
      if (this.#found === scanner.windowRows || this.#batchIsFull()) this.flush(closed);
    }
    return at;
  }

  #batchIsFull(): boolean {
    const { batchRows, batchBytes } = this.#limits;
    return this.#batchRows + this.#found >= batchRows || this.#batchBytes >= batchBytes;
  }

  /** Whatever is no whole row; gives how far it took the bytes. */
  #takePiece(bytes: Buffer, from: number, to: number, closed: RecordBatch[]): number {
    this.flush(closed);
    if (this.#needed > 0) return this.#completeCarried(bytes, from, to, closed);
    const at = this.#step(bytes, from, to, closed);
    if (this.#needed === 0) return at;
    this.#carried = bytes.copy(this.#carry, 0, at, to);
    return to;
  }

  /** Adds to the carried item what the bytes have of it and returns where that ends. */
  #completeCarried(bytes: Buffer, from: number, to: number, closed: RecordBatch[]): number {
    const taken = bytes.copy(this.#carry, this.#carried, from, Math.min(to, from + this.#needed - this.#carried));
    this.#carried += taken;
    if (this.#carried === this.#needed) {
      this.#carried = 0;
      this.#step(this.#carry, 0, this.#needed, closed);
    }
    return from + taken;
  }

  #step(bytes: Buffer, at: number, end: number, closed: RecordBatch[]): number {
    this.#needed = 0;
    if (this.#stage === 'rows') return this.#decodeRow(bytes, at, end, closed);
    if (this.#stage === 'header') return this.#decodeHeader(bytes, at, end);
    if (this.#stage === 'extension') return this.#skipExtension(at, end);
    throw malformed('bytes behind the trailer');
  }

  /** Asks for `bytes` more in one piece before the next step. */
  #wait(bytes: number, at: number): number {
    this.#needed = bytes;
    this.#carry = bytes <= SCRATCH_BYTES ? this.#scratch : Buffer.allocUnsafe(bytes);
    return at;
  }

  #decodeHeader(bytes: Buffer, at: number, end: number): number {
    if (end - at < HEADER_BYTES) return this.#wait(HEADER_BYTES, at);
    if (!SIGNATURE.every((byte, i) => bytes[at + i] === byte)) throw malformed('a wrong signature');
    const flags = int32At(bytes, at + SIGNATURE.length);
    if ((flags & CRITICAL_FLAGS) !== 0) throw malformed(`unknown critical flags 0x${(flags >>> 0).toString(16)}`);
    this.#extensionBytes = int32At(bytes, at + SIGNATURE.length + 4);
    if (this.#extensionBytes < 0 || this.#extensionBytes > MAX_EXTENSION_BYTES) {
      throw malformed(`a header extension of ${this.#extensionBytes} bytes`);
    }
    this.#stage = this.#extensionBytes === 0 ? 'rows' : 'extension';
    return at + HEADER_BYTES;
  }

  #skipExtension(at: number, end: number): number {
    const skipped = Math.min(this.#extensionBytes, end - at);
    this.#extensionBytes -= skipped;
    if (this.#extensionBytes === 0) this.#stage = 'rows';
    return at + skipped;
  }

  /** Decodes a row, or the rest of it, field by field as far as the bytes reach; returns where it stopped. */
  #decodeRow(bytes: Buffer, from: number, end: number, closed: RecordBatch[]): number {
    let at = from;
    if (this.#column === BETWEEN_ROWS) {
      if (end - at < 2) return this.#wait(2, at);
      const fields = bytes.readInt16BE(at);
      at += 2;
      if (fields === -1) {
        this.#stage = 'ended';
        return at;
      }
      if (fields !== this.#columns.length) throw malformed(`${fields} fields in a row of ${this.#columns.length}`);
      this.#column = 0;
    }
    for (; this.#column < this.#columns.length; this.#column++) {
      at = this.#decodeField(bytes, at, end);
      if (this.#needed > 0) return at;
    }
    this.#column = BETWEEN_ROWS;
    this.#endRows(1, closed);
    return at;
  }

  #decodeField(bytes: Buffer, from: number, end: number): number {
    let at = from;
    if (this.#valueBytes === LENGTH_UNKNOWN) {
      if (end - at < 4) return this.#wait(4, at);
      const length = int32At(bytes, at);
      at += 4;
      if (length === NULL_LENGTH) return this.#fillOne(bytes, at, NULL_LENGTH);
      if (length < 0 || length > this.#limits.maxValueBytes) throw this.#refused(length);
      this.#valueBytes = length;
    }
    const length = this.#valueBytes;
    return end - at < length ? this.#wait(length, at) : this.#fillOne(bytes, at, length);
  }

  #fillOne(bytes: Buffer, at: number, length: number): number {
    this.#start[0] = at;
    this.#length[0] = length;
    this.#columns[this.#column]!.fill(bytes, this.#start, this.#length, 0, 1);
    this.#valueBytes = LENGTH_UNKNOWN;
    if (length === NULL_LENGTH) return at;
    this.#batchBytes += length;
    return at + length;
  }

  #refused(length: number): SourceError {
    return refusedLength(this.#columns[this.#column]!.shape.name, length, this.#limits.maxValueBytes);
  }

  #endRows(count: number, closed: RecordBatch[]): void {
    this.#rows += count;
    this.#batchRows += count;
    if (this.#batchIsFull()) closed.push(this.#closeBatch());
  }

  #closeBatch(): RecordBatch {
    const batch = takeBatch(this.#schema, this.#columns, this.#batchRows);
    this.#batchRows = 0;
    this.#batchBytes = 0;
    return batch;
  }
}
