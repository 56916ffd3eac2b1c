import type { RecordBatch, Schema } from 'apache-arrow';
import type { Compression } from '../../config/config.ts';
import { placeChunk } from './chunk-draft.ts';
import { ColumnWriter } from './column-writer.ts';
import { CompressionQueue } from './compression-queue.ts';
import { PAGE_MAX_ROWS } from './definition-levels.ts';
import { fileFooter } from './file-footer.ts';
import type { StoredColumn, WrittenRowGroup } from './file-model.ts';
import { PageBufferPool } from './page-buffer.ts';
import { pageCodec } from './page-codec.ts';
import { storedColumns } from './stored-columns.ts';

/** What one row group may hold at most: it is built in memory before its bytes can leave. */
export interface RowGroupLimits {
  readonly rows: number;
  /** Of its compressed pages, as far as they can be told while others are still open. */
  readonly sizeBytes: number;
}

/** parquet-format, README, "Data pages": pages are what readers unpack and skip. */
const PAGE_MAX_BYTES = 1024 * 1024;
const PAGE_MIN_BYTES = 16 * 1024;
/** Of the pages that are open, one for each column. */
const OPEN_PAGES_BYTES = 8 * 1024 * 1024;
/** Of all dictionaries of a row group; one by itself has at most as much as a page. */
const DICTIONARIES_BYTES = 32 * 1024 * 1024;
const DICTIONARY_MIN_BYTES = 64 * 1024;
/** Of the pages that the compressor has. */
const IN_FLIGHT_BYTES = 4 * 1024 * 1024;

const MAGIC = Buffer.from('PAR1');

/** Writes one file, row group by row group. Memory is bounded by the limits and the constants above, not by the table. */
export class RowGroupWriter {
  readonly #schema: Schema;
  readonly #limits: RowGroupLimits;
  readonly #columns: readonly StoredColumn[];
  readonly #queue: CompressionQueue;
  readonly #writers: readonly ColumnWriter[];
  readonly #groups: WrittenRowGroup[] = [];
  #offset = 0;
  #rows = 0;

  constructor(schema: Schema, compression: Compression, limits: RowGroupLimits) {
    this.#schema = schema;
    this.#limits = limits;
    this.#columns = storedColumns(schema);
    this.#queue = new CompressionQueue(pageCodec(compression));
    const workshop = {
      queue: this.#queue,
      buffers: new PageBufferPool(),
      pageBytes: Math.min(share(OPEN_PAGES_BYTES, this.#columns.length, PAGE_MIN_BYTES), limits.sizeBytes),
      dictionaryBytes: share(DICTIONARIES_BYTES, this.#columns.length, DICTIONARY_MIN_BYTES),
      indices: new Int32Array(PAGE_MAX_ROWS),
    };
    this.#writers = this.#columns.map((column) => new ColumnWriter(column, workshop));
  }

  /** Takes the rows from `from` on; returns the first one that the row group has no room for. */
  async append(batch: RecordBatch, from: number): Promise<number> {
    const to = Math.min(batch.numRows, from + this.#limits.rows - this.#rows);
    const { children } = batch.data;
    for (const [index, writer] of this.#writers.entries()) writer.append(children[index]!, from, to);
    this.#rows += to - from;
    await this.#queue.settle(IN_FLIGHT_BYTES);
    return to;
  }

  async isFull(): Promise<boolean> {
    if (this.#rows === this.#limits.rows) return true;
    if (this.#expectedBytes() < this.#limits.sizeBytes) return false;
    await this.#queue.settle(0);
    return this.#expectedBytes() >= this.#limits.sizeBytes;
  }

  get hasRows(): boolean {
    return this.#rows > 0;
  }

  /** The bytes of the row group, with what stands before the first one. */
  async endRowGroup(): Promise<Uint8Array> {
    const drafts = this.#writers.map((writer) => writer.endChunk());
    await this.#queue.settle(0);
    const pieces: Uint8Array[] = this.#takeMagic();
    const offset = this.#offset;
    const chunks = drafts.map((draft) => {
      const chunk = placeChunk(draft, this.#queue.codec.codec, this.#offset, pieces);
      this.#offset += chunk.compressedBytes;
      return chunk;
    });
    this.#groups.push({ offset, rows: this.#rows, chunks });
    this.#rows = 0;
    this.#queue.startGroup();
    return Buffer.concat(pieces);
  }

  /** What follows the last row group. */
  end(): Uint8Array {
    const magic = this.#takeMagic();
    const footer = fileFooter({
      schema: this.#schema,
      columns: this.#columns,
      rowGroups: this.#groups,
      offset: this.#offset,
    });
    return Buffer.concat([...magic, footer]);
  }

  /** Also for a file that is given up. */
  close(): void {
    this.#queue.codec.close();
  }

  #takeMagic(): Uint8Array[] {
    if (this.#offset > 0) return [];
    this.#offset = MAGIC.byteLength;
    return [MAGIC];
  }

  #expectedBytes(): number {
    const open = this.#writers.reduce((sum, writer) => sum + writer.openBytes, 0);
    return this.#queue.expectedBytes(open);
  }
}

/** What one of the columns may take of `totalBytes`. */
function share(totalBytes: number, columnCount: number, minBytes: number): number {
  return Math.min(PAGE_MAX_BYTES, Math.max(minBytes, Math.floor(totalBytes / columnCount)));
}
