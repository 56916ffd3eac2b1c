import type { RecordBatch, Schema } from 'apache-arrow';
import { SourceError } from '../../core/errors.ts';
import { takeBatch } from '../columns/record-batches.ts';
import type { BatchLimits } from '../read-limits.ts';
import type { CopyColumn } from './columns/copy-column.ts';
import { int32At } from './columns/fixed-width.ts';

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
 * Turns the bytes of `COPY … TO STDOUT (FORMAT binary)` into record batches, whatever the borders of the chunks.
 * A state machine without any input or output of its own; a value that lies whole in a chunk goes straight into
 * its column's buffers, only one cut by a border is carried over.
 * Format: PostgreSQL's documentation of COPY, "Binary Format".
 */
export class CopyDecoder {
  readonly #schema: Schema;
  readonly #columns: readonly CopyColumn[];
  readonly #limits: BatchLimits;
  #stage: Stage = 'header';
  #column = BETWEEN_ROWS;
  #valueBytes = LENGTH_UNKNOWN;
  #extensionBytes = 0;
  readonly #scratch = new Uint8Array(SCRATCH_BYTES);
  #carry = this.#scratch;
  #carried = 0;
  #needed = 0;
  #batchRows = 0;
  #batchBytes = 0;
  #rows = 0;

  constructor(schema: Schema, columns: readonly CopyColumn[], limits: BatchLimits) {
    this.#schema = schema;
    this.#columns = columns;
    this.#limits = limits;
  }

  /** Whole rows decoded so far. */
  get rows(): number {
    return this.#rows;
  }

  /**
   * Takes the next bytes; gives the batches they filled.
   * @throws SourceError when the bytes are not what COPY sends, or a value cannot be landed.
   */
  push(chunk: Uint8Array): RecordBatch[] {
    const closed: RecordBatch[] = [];
    let at = this.#carried > 0 ? this.#completeCarried(chunk, closed) : 0;
    while (at < chunk.length) {
      at = this.#step(chunk, at, closed);
      if (this.#needed > 0) {
        this.#carry.set(chunk.subarray(at));
        this.#carried = chunk.length - at;
        break;
      }
    }
    return closed;
  }

  /**
   * The last batch, if a row is left.
   * @throws SourceError when the stream ended before its trailer.
   */
  finish(): RecordBatch | undefined {
    if (this.#stage !== 'ended') {
      throw new SourceError(
        'COPY_TRUNCATED',
        `The stream of the database ended after ${this.#rows} rows, before its trailer.`,
        {
          remedy: 'The connection was probably lost; the table is read again.',
        },
      );
    }
    return this.#batchRows === 0 ? undefined : this.#closeBatch();
  }

  /** Adds to the carried item what the chunk has of it and returns where that ends. */
  #completeCarried(chunk: Uint8Array, closed: RecordBatch[]): number {
    const taken = Math.min(this.#needed - this.#carried, chunk.length);
    this.#carry.set(chunk.subarray(0, taken), this.#carried);
    this.#carried += taken;
    if (this.#carried === this.#needed) {
      this.#carried = 0;
      this.#step(this.#carry.subarray(0, this.#needed), 0, closed);
    }
    return taken;
  }

  #step(bytes: Uint8Array, at: number, closed: RecordBatch[]): number {
    this.#needed = 0;
    if (this.#stage === 'rows') return this.#decodeRows(bytes, at, closed);
    if (this.#stage === 'header') return this.#decodeHeader(bytes, at);
    if (this.#stage === 'extension') return this.#skipExtension(bytes, at);
    throw malformed('bytes behind the trailer');
  }

  /** Asks for `bytes` more in one piece before the next step. */
  #wait(bytes: number, at: number): number {
    this.#needed = bytes;
    this.#carry = bytes <= SCRATCH_BYTES ? this.#scratch : new Uint8Array(bytes);
    return at;
  }

  #decodeHeader(bytes: Uint8Array, at: number): number {
    if (bytes.length - at < HEADER_BYTES) return this.#wait(HEADER_BYTES, at);
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

  #skipExtension(bytes: Uint8Array, at: number): number {
    const skipped = Math.min(this.#extensionBytes, bytes.length - at);
    this.#extensionBytes -= skipped;
    if (this.#extensionBytes === 0) this.#stage = 'rows';
    return at + skipped;
  }

  /** Decodes as far as the bytes reach and returns where it stopped. */
  #decodeRows(bytes: Uint8Array, from: number, closed: RecordBatch[]): number {
    const end = bytes.length;
    let at = from;
    for (;;) {
      if (this.#column === BETWEEN_ROWS) {
        if (end - at < 2) return this.#wait(2, at);
        const fields = ((bytes[at]! << 24) | (bytes[at + 1]! << 16)) >> 16;
        at += 2;
        if (fields === -1) {
          this.#stage = 'ended';
          return at;
        }
        if (fields !== this.#columns.length) throw malformed(`${fields} fields in a row of ${this.#columns.length}`);
        this.#column = 0;
      }
      at = this.#decodeFields(bytes, at, end);
      if (this.#needed > 0) return at;
      this.#endRow(closed);
    }
  }

  #decodeFields(bytes: Uint8Array, from: number, end: number): number {
    const columns = this.#columns;
    let at = from;
    let length = this.#valueBytes;
    let total = 0;
    for (let index = this.#column; index < columns.length; index++) {
      if (length === LENGTH_UNKNOWN) {
        if (end - at < 4) return this.#interrupt(index, LENGTH_UNKNOWN, total, 4, at);
        length = int32At(bytes, at);
        at += 4;
        if (length === -1) {
          columns[index]!.appendNull();
          continue;
        }
        if (length < 0 || length > this.#limits.maxValueBytes) throw this.#tooLong(index, length);
      }
      if (end - at < length) return this.#interrupt(index, length, total, length, at);
      columns[index]!.append(bytes, at, length);
      at += length;
      total += length;
      length = LENGTH_UNKNOWN;
    }
    this.#column = BETWEEN_ROWS;
    this.#valueBytes = LENGTH_UNKNOWN;
    this.#batchBytes += total;
    return at;
  }

  #interrupt(column: number, valueBytes: number, total: number, needed: number, at: number): number {
    this.#column = column;
    this.#valueBytes = valueBytes;
    this.#batchBytes += total;
    return this.#wait(needed, at);
  }

  #endRow(closed: RecordBatch[]): void {
    this.#rows += 1;
    this.#batchRows += 1;
    if (this.#batchRows >= this.#limits.batchRows || this.#batchBytes >= this.#limits.batchBytes) {
      closed.push(this.#closeBatch());
    }
  }

  #closeBatch(): RecordBatch {
    const batch = takeBatch(this.#schema, this.#columns, this.#batchRows);
    this.#batchRows = 0;
    this.#batchBytes = 0;
    return batch;
  }

  #tooLong(index: number, length: number): SourceError {
    const { name } = this.#columns[index]!.shape;
    if (length < 0) return malformed(`a value of ${length} bytes in column "${name}"`);
    const limit = this.#limits.maxValueBytes;
    return new SourceError(
      'VALUE_TOO_LARGE',
      `Column "${name}" holds a value of ${length} bytes; the limit is ${limit} bytes.`,
      {
        retry: 'permanent',
        remedy: `Raise \`max_value_bytes\` of the source, or leave the column out with \`select: ["-${name}"]\`.`,
      },
    );
  }
}

function malformed(found: string): SourceError {
  return new SourceError('COPY_MALFORMED', `The stream of the database is not binary COPY as expected: ${found}.`, {
    retry: 'once',
    remedy: 'The stream was damaged on its way, or the columns changed while it was read; run the table again.',
  });
}
